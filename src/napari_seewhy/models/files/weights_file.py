"""Files of weights: safetensors with a card as JSON in the header, for every kind of model.

Such a file is numbers and text. Reading one runs nothing of it, whoever made it; that is why
pickled files (``.pt``, ``.pth``, ``.pkl``) are refused.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from napari_seewhy.errors import DataError, FileError, OptionError, SeewhyError
from napari_seewhy.files import check_readable, explain_os_error, parse_json, writing
from napari_seewhy.models.cards import KEY_START, BaseCard, CardT, list_kinds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import nn

SUFFIX = ".safetensors"
"""Ending of the name of a model file."""

_HEADER_LIMIT = 100_000_000  # bytes; the format's own limit
_DTYPES = {
    "F64": "torch.float64",
    "F32": "torch.float32",
    "F16": "torch.float16",
    "BF16": "torch.bfloat16",
    "I64": "torch.int64",
    "I32": "torch.int32",
    "I16": "torch.int16",
    "I8": "torch.int8",
    "U8": "torch.uint8",
    "BOOL": "torch.bool",
}
"""Types of weights as the file and as torch call them."""

_MOST_LETTERS = 400
_PICKLE = b"\x80"
_ZIP = b"PK\x03\x04"
_PICKLE_SUFFIXES = {".pt", ".pth", ".pkl", ".pickle", ".ckpt"}


def save_network(path: Path, network: nn.Module, card: BaseCard) -> None:
    """Write a network and its card, whole or not at all; the same ones give the same bytes.

    Parameters
    ----------
    path
        Where; ends in ``.safetensors``.
    network
        On any device.
    card
        Its description; its class is the kind of the model.

    Raises
    ------
    DataError
        If a weight is NaN or infinite.
    FileError
        If the name ends otherwise, or the file cannot be written (full disk, no permission).
    """
    import torch
    from safetensors.torch import save

    path = Path(path)
    if path.suffix != SUFFIX:
        raise FileError(f"{path} does not end in {SUFFIX}; name the model so.")
    weights = {
        # Cloned, for the format refuses weights that share their memory.
        name: value.detach().cpu().clone(memory_format=torch.contiguous_format)
        for name, value in network.state_dict().items()
    }
    for name, value in weights.items():
        if not torch.isfinite(value).all():
            raise DataError(
                f"The weights {name} are not all finite numbers, so the network has learned "
                "nothing; retrain it with a lower learning rate."
            )
    # One key alone, because safetensors writes several in random order. Python writes the bytes:
    # safetensors' own errors do not distinguish a full disk from a wrong file.
    with writing(path) as part:
        part.write_bytes(save(weights, metadata={card.key: card.model_dump_json()}))


def read_card_of(path: Path, kind: type[CardT]) -> CardT:
    """Read the description of a model of one kind, without its weights and without torch.

    Raises
    ------
    FileError
        If the file is missing, damaged, pickled, of another program, of another kind, or of a
        newer version.
    """
    path = Path(path)
    metadata = _read_metadata(path)
    if kind.key not in metadata:
        _refuse_kind(path, metadata, kind)
    return _parse_card(path, metadata[kind.key], kind)


def read_any_card(path: Path) -> BaseCard:
    """Read the description of a model of any kind, without its weights and without torch.

    Raises
    ------
    FileError
        As `read_card_of`.
    """
    if (card := read_card_among(path, list_kinds())) is not None:
        return card
    raise FileError(_foreign(path))


def read_card_among(path: Path, kinds: Iterable[type[BaseCard]]) -> BaseCard | None:
    """Read the description of a model of one of some kinds; None for a model of another kind.

    Raises
    ------
    FileError
        If the file is missing, damaged, pickled, of another program, or of a newer version.
    """
    metadata = _read_metadata(path)
    for kind in kinds:
        if kind.key in metadata:
            return _parse_card(path, metadata[kind.key], kind)
    if any(key.startswith(KEY_START) for key in metadata):
        return None
    raise FileError(_foreign(path))


def load_network(path: Path, kind: type[CardT]) -> tuple[Any, CardT]:
    """Read a model of one kind: its network, on the CPU and ready to be asked, and its card.

    Nothing in the file is run, and nothing is downloaded.

    Raises
    ------
    FileError
        As `read_card_of`, if the weights do not fit the network that the card names or are not all
        finite, or this computer cannot build that network.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    path = Path(path)
    card = read_card_of(path, kind)
    with torch.device("meta"):  # takes no memory, whatever the card asks for
        planned = _build(path, card).state_dict()
    wanted = {name: (str(value.dtype), tuple(value.shape)) for name, value in planned.items()}
    if wanted != _list_weights(path):
        raise FileError(
            f"The weights in {path} do not fit the network {card.network_name} that its card "
            "names; copy the file again from where it was trained."
        )
    network = _build(path, card)
    try:
        weights = load_file(path)
    except (SafetensorError, OSError) as error:
        raise FileError(_damaged(path)) from error
    network.load_state_dict(weights)
    # Such are never saved, and a network that has them finds nothing and says nothing of it.
    broken = [name for name, value in weights.items() if not torch.isfinite(value).all()]
    if broken:
        raise FileError(
            f"{path} holds {len(broken)} of {len(weights)} arrays with weights that are NaN or "
            f"infinite, such as {broken[0]}; copy the file again from where it was trained, or "
            "train with a lower learning rate."
        )
    return network.eval(), card


def _build(path: Path, card: BaseCard) -> nn.Module:
    """Build the network of a card, whatever it says."""
    try:
        return card.build()
    except SeewhyError as error:
        raise FileError(f"{path} holds a network that cannot be built here: {error}") from error
    # How torch says that a size is too large for any computer.
    except (RuntimeError, OverflowError, TypeError, ValueError) as error:
        raise FileError(
            f"{path} holds a network that cannot be built here: its card names sizes that no "
            "network has."
        ) from error


def _list_weights(path: Path) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Return type and shape of each weight in a file, from its header alone."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            slices = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118  (the file cannot be iterated)
            return {
                name: (_DTYPES.get(one.get_dtype(), ""), tuple(one.get_shape()))
                for name, one in slices.items()
            }
    except (SafetensorError, OSError) as error:
        raise FileError(_damaged(path)) from error


def _parse_card(path: Path, text: str, kind: type[CardT]) -> CardT:
    try:
        fields = parse_json(text)
    except ValueError as error:
        raise FileError(_damaged(path)) from error
    if not isinstance(fields, dict):
        raise FileError(_damaged(path))
    version = fields.get("schema_version")
    newest = kind.model_fields["schema_version"].default
    if isinstance(version, int) and version > newest:
        raise FileError(
            f"{path} has version {version} and this program reads up to {newest}; "
            "update napari-seewhy."
        )
    try:
        card = kind(**fields)
        card.describe()  # its figures may be of any shape
    except OptionError as error:
        raise FileError(
            f"{path} is whole, but this program does not understand its card: {_shorten(error)} "
            "Another version or program may have written it; open it there and save it again, or "
            "retrain."
        ) from error
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise FileError(f"{_damaged(path)} Its figures have another shape.") from error
    return card


def _read_metadata(path: Path) -> dict[str, str]:
    """Read the text in front of the weights, and check that all weights are there."""
    from safetensors import SafetensorError, safe_open

    check_readable(path)
    try:
        with path.open("rb") as stream:
            start = stream.read(8)
    except OSError as error:
        raise FileError(explain_os_error(error, path, "read")) from error
    if len(start) < 8 or int.from_bytes(start, "little") > _HEADER_LIMIT:
        _refuse_foreign(path, start)
    try:
        with safe_open(path, framework="numpy") as file:
            return file.metadata() or {}
    except (SafetensorError, OSError) as error:
        raise FileError(_damaged(path)) from error


def _refuse_kind(path: Path, metadata: dict[str, str], wanted: type[BaseCard]) -> NoReturn:
    """Say what a whole file of safetensors is that is not of the wanted kind."""
    for kind in list_kinds():
        if kind.key in metadata:
            raise FileError(
                f"{path} is a {kind.kind}, which {kind.does}; choose a {wanted.kind}, which "
                f"{wanted.does}."
            )
    raise FileError(_foreign(path))


def _refuse_foreign(path: Path, start: bytes) -> NoReturn:
    """Say what a file is that is no safetensors; it is looked at and never opened by its kind."""
    if not start:
        raise FileError(f"{path} is empty (0 bytes); copy it again or make it again.")
    is_zip = start.startswith(_ZIP) and zipfile.is_zipfile(path)
    # A shorter file may be the rest of a model, whose first byte can be the same.
    is_pickle = (len(start) == 8 and start.startswith(_PICKLE)) or path.suffix in _PICKLE_SUFFIXES
    if is_pickle or (is_zip and _holds_pickle(path)):
        raise FileError(
            f"{path} is a pickled model, which could run anything on this computer when opened; "
            f"ask for it as {SUFFIX}."
        )
    if is_zip:
        raise FileError(f"{path} is a ZIP archive; choose a model that ends in {SUFFIX}.")
    raise FileError(f"{path} is no model file; choose one that ends in {SUFFIX}.")


def _holds_pickle(path: Path) -> bool:
    """Whether an archive is one that ``torch.save`` makes."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith(".pkl") for name in archive.namelist())
    except (zipfile.BadZipFile, OSError):
        return False


def _foreign(path: Path) -> str:
    return f"{path} was not made by this program; choose a model of napari-seewhy."


def _shorten(error: Exception) -> str:
    """Say an error in a line: what stands in a file from anybody may be of any length."""
    said = str(error)
    return said if len(said) <= _MOST_LETTERS else f"{said[:_MOST_LETTERS]} ..."


def _damaged(path: Path) -> str:
    return f"{path} is damaged or cut short; copy it again or make it again."
