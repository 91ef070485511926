"""Model files of segmenters; see `models.weights_file` for what holds for every kind of model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from napari_seewhy.errors import FileError
from napari_seewhy.models.cards import SEGMENTER
from napari_seewhy.models.files import load_weights, read_card_of, save_weights

if TYPE_CHECKING:
    from torch import nn

    from napari_seewhy.models.cards import SegmenterCard
    from napari_seewhy.nuclei.network import NucleiNetwork


def save_segmenter(path: Path, network: nn.Module, card: SegmenterCard) -> None:
    """Write a segmenter, whole or not at all; the same one gives the same bytes.

    Parameters
    ----------
    path
        Where; ends in ``.safetensors``.
    network
        On any device.
    card
        What it says of itself.

    Raises
    ------
    DataError
        If a weight is NaN or infinite.
    FileError
        If the name ends otherwise, or the file cannot be written (full disk, no permission).
    """
    save_weights(path, network, card, SEGMENTER)


def read_segmenter_card(path: Path) -> SegmenterCard:
    """Read what a segmenter says of itself, without its weights and without loading torch.

    Raises
    ------
    FileError
        If the file is missing, damaged, pickled, of another program, a classifier, or of a newer
        version.
    """
    return read_card_of(Path(path), SEGMENTER)


def load_segmenter(path: Path) -> tuple[NucleiNetwork, SegmenterCard]:
    """Read a segmenter, its network on the CPU and ready to be asked; nothing in the file is run.

    Raises
    ------
    FileError
        As `read_segmenter_card`, or if the weights do not fit the network, or it was trained at
        another scale than pictures are brought to now.
    """
    from napari_seewhy.nuclei.maps import NOMINAL_PX
    from napari_seewhy.nuclei.network import NucleiNetwork

    card = read_segmenter_card(path)
    if card.nominal_px != NOMINAL_PX:
        raise FileError(
            f"{path} was trained on nuclei of up to {card.nominal_px:g} px, and this program shows "
            f"them with up to {NOMINAL_PX:g} px; train it anew."
        )
    network = NucleiNetwork()
    load_weights(path, network, "nuclei")
    return network.eval(), card
