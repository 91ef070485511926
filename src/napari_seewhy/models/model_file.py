"""Model files: safetensors with the card as JSON in the header.

Such a file is numbers and text. Reading one runs nothing of it, whoever made it; that is why
pickled files (``.pt``, ``.pth``, ``.pkl``) are refused.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_seewhy.errors import FileError, OptionError
from napari_seewhy.files import explain_os_error, writing
from napari_seewhy.models.card import SCHEMA_VERSION, ModelCard

if TYPE_CHECKING:
    from napari_seewhy.models.model import Model

KIND = "napari-seewhy model"
SUFFIX = ".safetensors"
_CARD_KEY = "seewhy"
_HEADER_LIMIT = 100_000_000  # bytes; the format's own limit
_PICKLES = (b"\x80", b"PK\x03\x04")


def save_model(path: Path, model: Model) -> None:
    """Write a model, whole or not at all.

    Parameters
    ----------
    path
        Where; ends in ``.safetensors``.
    model
        The network, on any device, and its card.

    Raises
    ------
    FileError
        If the name ends otherwise, or the file cannot be written.
    """
    from safetensors.torch import save_file

    path = Path(path)
    if path.suffix != SUFFIX:
        raise FileError(f"{path} does not end in {SUFFIX}; name the model so.")
    header = {"kind": KIND, _CARD_KEY: model.card.model_dump_json()}
    weights = {
        name: value.detach().cpu().contiguous()
        for name, value in model.network.state_dict().items()
    }
    with writing(path) as part:
        save_file(weights, part, metadata=header)


def read_card(path: Path) -> ModelCard:
    """Read what a model says of itself, without its weights and without loading torch.

    Raises
    ------
    FileError
        If the file is missing, damaged, pickled, of another program, or of a newer version.
    """
    path = Path(path)
    metadata = _read_header(path).get("__metadata__", {})
    if not isinstance(metadata, dict) or metadata.get("kind") != KIND:
        raise FileError(f"{path} was not made by this program; choose a model of napari-seewhy.")
    try:
        fields = json.loads(metadata[_CARD_KEY])
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise FileError(_damaged(path)) from error
    if not isinstance(fields, dict):
        raise FileError(_damaged(path))
    version = fields.get("schema_version", 0)
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise FileError(
            f"{path} has version {version} and this program reads up to {SCHEMA_VERSION}; "
            "update napari-seewhy."
        )
    try:
        return ModelCard(**fields)
    except OptionError as error:
        raise FileError(f"{_damaged(path)} {error}") from error


def load_model(path: Path) -> Model:
    """Read a model; nothing in the file is run.

    Raises
    ------
    FileError
        As `read_card`, or if the weights do not fit the network that the card names.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from napari_seewhy.models.model import Model

    card = read_card(path)
    try:
        model = Model.from_card(card)
        model.network.load_state_dict(load_file(path))
    except (SafetensorError, OptionError, RuntimeError) as error:
        raise FileError(_damaged(Path(path))) from error
    return model


def _read_header(path: Path) -> dict[str, Any]:
    """Read the JSON in front of the weights; the format is described at safetensors' own site."""
    try:
        with path.open("rb") as stream:
            start = stream.read(8)
            if start.startswith(_PICKLES):
                raise FileError(
                    f"{path} is a pickled model, which could run anything on this computer when "
                    f"opened; ask for it as {SUFFIX}."
                )
            size = int.from_bytes(start, "little")
            if len(start) < 8 or size > _HEADER_LIMIT:
                raise FileError(f"{path} is no model file; choose one that ends in {SUFFIX}.")
            header = json.loads(stream.read(size))
    except OSError as error:
        raise FileError(explain_os_error(error, path, "read")) from error
    except ValueError as error:  # neither JSON nor text
        raise FileError(_damaged(path)) from error
    if not isinstance(header, dict):
        raise FileError(_damaged(path))
    return header


def _damaged(path: Path) -> str:
    return f"{path} is damaged or cut short; copy it again or make it anew."
