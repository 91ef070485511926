"""Files of models that stain virtually; see `models.weights_file` for what holds for all kinds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from napari_seewhy.models.cards import STAIN
from napari_seewhy.models.files import load_weights, read_card_of, save_weights

if TYPE_CHECKING:
    from napari_seewhy.models.cards import StainCard
    from napari_seewhy.staining.network import StainNetwork


class StainModel(NamedTuple):
    """A network that stains virtually, and its card."""

    network: StainNetwork
    card: StainCard


def save_stain(path: Path, model: StainModel) -> None:
    """Write a model, whole or not at all; the same one gives the same bytes.

    Parameters
    ----------
    path
        Where; ends in ``.safetensors``.
    model
        Its network on any device.

    Raises
    ------
    DataError
        If a weight is NaN or infinite.
    FileError
        If the name ends otherwise, or the file cannot be written (full disk, no permission).
    """
    save_weights(path, model.network, model.card, STAIN)


def read_stain_card(path: Path) -> StainCard:
    """Read what a model says of itself, without its weights and without loading torch.

    Raises
    ------
    FileError
        If the file is missing, damaged, pickled, of another program, of another kind, or of a
        newer version.
    """
    return read_card_of(Path(path), STAIN)


def load_stain(path: Path) -> StainModel:
    """Read a model, its network on the CPU and ready to be asked; nothing in the file is run.

    Raises
    ------
    FileError
        As `read_stain_card`, or if the weights do not fit the network.
    OptionError
        If this computer's timm does not know the network.
    """
    from napari_seewhy.staining.network import StainNetwork, StainShape

    card = read_stain_card(path)
    network = StainNetwork(StainShape.of(card))
    load_weights(path, network, card.network)
    return StainModel(network.eval(), card)
