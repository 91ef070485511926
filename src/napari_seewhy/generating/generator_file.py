"""Files of generators; see `models.weights_file` for what holds for every kind of model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from napari_seewhy.models.cards import GENERATOR
from napari_seewhy.models.files import load_weights, read_card_of, save_weights

if TYPE_CHECKING:
    from napari_seewhy.generating.picture_network import PictureNetwork
    from napari_seewhy.models.cards import GeneratorCard


class PictureGenerator(NamedTuple):
    """A network that draws pictures of one class, and its card."""

    network: PictureNetwork
    card: GeneratorCard


def save_generator(path: Path, generator: PictureGenerator) -> None:
    """Write a generator, whole or not at all; the same one gives the same bytes.

    Parameters
    ----------
    path
        Where; ends in ``.safetensors``.
    generator
        The network, on any device, and its card.

    Raises
    ------
    DataError
        If a weight is NaN or infinite.
    FileError
        If the name ends otherwise, or the file cannot be written (full disk, no permission).
    """
    save_weights(path, generator.network, generator.card, GENERATOR)


def read_generator_card(path: Path) -> GeneratorCard:
    """Read what a generator says of itself, without its weights and without loading torch.

    Raises
    ------
    FileError
        If the file is missing, damaged, pickled, of another program, of another kind of model, or
        of a newer version.
    """
    return read_card_of(Path(path), GENERATOR)


def load_generator(path: Path) -> PictureGenerator:
    """Read a generator, its network on the CPU; nothing in the file is run.

    Raises
    ------
    FileError
        As `read_generator_card`, or if the weights do not fit the network.
    """
    from napari_seewhy.generating.picture_network import PictureNetwork

    card = read_generator_card(path)
    network = PictureNetwork(
        len(card.channels), card.size_px, width=card.width, n_noise=card.n_noise
    )
    load_weights(path, network, "that draws")
    return PictureGenerator(network.eval(), card)
