"""Model files of classifiers; see `weights_file` for what holds for every kind of model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from napari_seewhy.models.cards import ModelCard
from napari_seewhy.models.files.weights_file import load_network, read_card_of, save_network

if TYPE_CHECKING:
    from napari_seewhy.models.files.model import Model


def save_model(path: Path, model: Model) -> None:
    """Write a model, whole or not at all; the same model gives the same bytes.

    Parameters
    ----------
    path
        Where; ends in ``.safetensors``.
    model
        The network, on any device, and its card.

    Raises
    ------
    DataError
        If a weight is NaN or infinite.
    FileError
        If the name ends otherwise, or the file cannot be written (full disk, no permission).
    """
    save_network(path, model.network, model.card)


def read_card(path: Path) -> ModelCard:
    """Read the description of a model, without its weights and without loading torch.

    Raises
    ------
    FileError
        If the file is missing, damaged, pickled, of another program, a segmenter, or of a newer
        version.
    """
    return read_card_of(Path(path), ModelCard)


def load_model(path: Path) -> Model:
    """Read a model; nothing in the file is run, and nothing is downloaded.

    Raises
    ------
    FileError
        As `read_card`, or if the weights do not fit the network that the card names, or this
        computer does not know that network.
    """
    from napari_seewhy.models.files.model import Model

    return Model(*load_network(path, ModelCard))
