"""Records of a batch: whose outputs stand in a folder, and whether they are whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_seewhy.errors import FileError
from napari_seewhy.files import hash_file
from napari_seewhy.record import Record, read_record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def read_output_record(path: Path, verb: str) -> Record | None:
    """Read the record that a verb left for an input; None where there is none that can be used."""
    try:
        record = read_record(path, Record)
    except FileError:
        return None
    has_outputs = "outputs" in record.results.model_fields_set
    is_usable = record.verb == verb and record.inputs and has_outputs
    return record if is_usable else None


def check_owner(path: Path, verb: str, image: Path) -> None:
    """Refuse to overwrite the outputs of another image that has the same name.

    Parameters
    ----------
    path
        Record of the outputs; need not be there.
    verb
        What leaves it.
    image
        The image whose outputs should stand there.

    Raises
    ------
    FileError
        If they belong to another image.
    """
    record = read_output_record(path, verb)
    if record is None:
        return
    owner = record.inputs[0]
    if owner.path != str(image) and owner.sha256 != hash_file(image):
        raise FileError(
            f"{path} belongs to another image of this name, {owner.path}; choose another "
            "folder for the outputs, or name both images in one call."
        )


def is_up_to_date(path: Path, verb: str, options: dict[str, Any], hashes: Sequence[str]) -> bool:
    """Say whether whole outputs are there that were made with these options of these inputs.

    Parameters
    ----------
    path
        Record of the outputs; they stand beside it.
    verb
        What leaves it.
    options
        All that was chosen.
    hashes
        SHA-256 of every input, in the order of the record: the image first.
    """
    record = read_output_record(path, verb)
    return (
        record is not None
        and record.options == options
        and [entry.sha256 for entry in record.inputs] == list(hashes)
        and all((path.parent / name).is_file() for name in record.results.outputs)
    )
