"""The record: what was done, as JSON beside every output."""

from __future__ import annotations

import functools
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from napari_seewhy import __version__
from napari_seewhy.errors import FileError
from napari_seewhy.files import hash_file, read_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from napari_seewhy.options import Options

SCHEMA_VERSION = 1
_PACKAGES = (
    "numpy",
    "scipy",
    "scikit-image",
    "tifffile",
    "h5py",
    "pandas",
    "torch",
    "timm",
    "scikit-learn",
)


class InputFile(BaseModel):
    """A file that was read."""

    model_config = ConfigDict(extra="allow")

    path: str
    sha256: str


class Results(BaseModel):
    """What came out; each verb has entries of its own beside these."""

    model_config = ConfigDict(extra="allow")

    outputs: list[str] = []
    split: dict[str, list[Any] | str] | None = None
    rows: list[int] | None = None
    learned_places: dict[str, Any] = {}


class Record(BaseModel):
    """A record as it is read back, from a file or a model that may come from anybody."""

    model_config = ConfigDict(extra="allow")

    verb: str = ""
    options: dict[str, Any] = {}
    inputs: list[InputFile] = []
    results: Results = Results()


RecordT = TypeVar("RecordT", bound=BaseModel)


def read_record(path: Path, kind: type[RecordT]) -> RecordT:
    """Read JSON that this program left beside an output.

    Parameters
    ----------
    path
        The file.
    kind
        What it must be: `Record`, or another model with the fields that are needed.

    Raises
    ------
    FileError
        If it cannot be read or has another shape, with the place at which it differs.
    """
    try:
        return kind.model_validate(read_json(path))
    except ValidationError as error:
        raise FileError(
            f"{path} is no record of this program: {_explain(error)}; move it away."
        ) from None


def check_record(record: dict[str, Any]) -> dict[str, Any]:
    """Return the record in a file from anybody as it is, if it has the shape of `Record`.

    Raises
    ------
    ValueError
        If it has another shape.

    Examples
    --------
    >>> check_record({"inputs": 5})
    Traceback (most recent call last):
    ValueError: inputs should be a valid list
    """
    try:
        Record.model_validate(record)
        Record.model_validate(record.get("annotated", {}))
    except ValidationError as error:
        raise ValueError(_explain(error)) from None
    return record


def _explain(error: ValidationError) -> str:
    """Say at which place the first mistake is; what stands there may be of any length."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(part)[:40] for part in first["loc"]) or "all of it"
    return f"{place} {first['msg'].removeprefix('Input ').removeprefix('Field ')}"


def make_record(
    verb: str,
    options: Options | Mapping[str, Any],
    inputs: Iterable[Path] | Mapping[Path, str],
    **results: Any,
) -> dict[str, Any]:
    """Say what was done, so that it can be repeated and checked.

    Parameters
    ----------
    verb
        What was done: "segment", "crop" ...
    options
        All choices, defaults included.
    inputs
        The files that were read, as a mapping with the SHA-256 of each where that is known.
    results
        What came out: counts, thresholds, file names; must be plain JSON values.

    Returns
    -------
    dict
        Keys ``schema_version``, ``verb``, ``options``, ``inputs``, ``versions``, ``computer``,
        ``finished`` (UTC, ISO 8601) and ``results``; see ``docs/reference/definitions.md``.
    """
    chosen = (
        dict(options) if not hasattr(options, "model_dump") else options.model_dump(mode="json")
    )
    known = (
        inputs.items()
        if isinstance(inputs, Mapping)
        else ((path, hash_file(path)) for path in map(Path, inputs))
    )
    return {
        "schema_version": SCHEMA_VERSION,
        "verb": verb,
        "options": chosen,
        "inputs": [{"path": str(path), "sha256": digest} for path, digest in known],
        "versions": {"napari-seewhy": __version__, "python": platform.python_version()}
        | {name: _version(name) for name in _PACKAGES},
        "computer": platform.platform(),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "results": results,
    }


@functools.cache
def _version(name: str) -> str:
    """Return the version of a package; looked up once, as a batch has a record per image."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
