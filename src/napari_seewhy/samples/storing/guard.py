"""Opening a sample set that may come from anybody: all is checked before anything is read.

An HDF5 file can point to other files, claim more than it holds, and hold any type anywhere. What is
not as a `SampleWriter` writes it is refused.
"""

from __future__ import annotations

import contextlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.errors import FileError
from napari_seewhy.files import check_readable, explain_os_error, parse_json
from napari_seewhy.record import check_record
from napari_seewhy.samples.storing.layout import ATTRIBUTES, DATASETS, KIND, SCHEMA_VERSION

if TYPE_CHECKING:
    from pathlib import Path

    import h5py

_LARGEST_RATIO = 1100
"""Gzip packs at most 1032 bytes into one, so that a file with less behind its shape is a trap."""

_LARGEST_CHUNK_BYTES = 2**30
_FILTERS = frozenset({1, 2, 3, 4, 5, 6, 32000})
"""Numbers of HDF5's own filters and of lzf; others would load code from the computer's plugins."""


@dataclass(frozen=True, slots=True)
class Attributes:
    """The description of a sample set."""

    channels: tuple[str, ...]
    classes: tuple[str, ...]
    pixel_size_um: float | None
    record: dict[str, Any]


def open_samples(path: Path) -> tuple[h5py.File, Attributes]:
    """Open a sample set for reading and check it without reading a sample.

    Raises
    ------
    FileError
        If the file is missing, empty, damaged, of another kind or of a newer version, if it points
        to other files, or if it claims more than it holds.
    """
    file = _open(path)
    try:
        _check_kind(file, path)
        _check_datasets(file)
        return file, _read_attributes(file)
    except FileError:
        file.close()
        raise
    # h5py raises many kinds of errors for a file that somebody altered.
    except (KeyError, ValueError, TypeError, OSError, RuntimeError, RecursionError) as error:
        file.close()
        raise FileError(_say(path, error)) from error


def say_damaged(path: Path) -> str:
    """Say that a file holds not what it should."""
    return f"{path} is damaged or cut short; make it again or copy it again."


def _say(path: Path, error: Exception) -> str:
    """Say what is wrong where it was us who found it; the file may be whole then."""
    found = str(error)
    if type(error) is not ValueError or not found.startswith("Its "):
        return say_damaged(path)
    return (
        f"{path} is damaged or was written by another program: {found[:1].lower()}"
        f"{found[1:].rstrip('.')}; make it again or copy it again."
    )


def _open(path: Path) -> h5py.File:
    import h5py

    check_readable(path)
    try:
        if path.stat().st_size == 0:
            raise FileError(f"{path} is empty (0 bytes); make it again or copy it again.")
        with path.open("rb"):
            pass
        if not h5py.is_hdf5(path):
            raise FileError(f"{path} is no HDF5 file; choose a sample set, such as samples.h5.")
    except OSError as error:
        raise FileError(explain_os_error(error, path, "read")) from error
    # Some network disks refuse the lock that HDF5 asks for first; a reader does without.
    for locking in (None, False):
        with contextlib.suppress(OSError):
            return h5py.File(path, "r", locking=locking)
    raise FileError(say_damaged(path))


def _check_kind(file: h5py.File, path: Path) -> None:
    kind = file.attrs.get("kind")
    if not isinstance(kind, str) or kind != KIND:
        raise FileError(f"{path} is an HDF5 file, but no sample set of ours; choose another file.")
    version = file.attrs.get("schema_version")
    if not isinstance(version, int | np.integer):
        raise ValueError("Its version is no whole number.")
    if version > SCHEMA_VERSION:
        raise FileError(
            f"{path} has version {version} and this program reads up to {SCHEMA_VERSION}; "
            "update napari-seewhy."
        )


def _check_datasets(file: h5py.File) -> None:
    import h5py

    origin = _own(file, "origin")
    if not isinstance(origin, h5py.Group):
        raise ValueError("Its origin is no group.")
    columns = {name: _own(file, name) for name in DATASETS}
    columns |= {f"origin/{name}": _own(origin, name) for name in origin}
    for name, column in columns.items():
        if not isinstance(column, h5py.Dataset):
            raise ValueError(f"Its {name} is no dataset.")
        _check_storage(name, column)
    pixels, target = columns["pixels"], columns["target"]
    if pixels.ndim != 4 or not all(pixels.shape[1:]) or pixels.dtype.kind not in "buif":
        raise ValueError("Its pixels are no pictures of numbers.")
    is_class = target.ndim == 1 and target.dtype.kind == "i"
    if not is_class and target.dtype.kind != "f":
        raise ValueError("Its target is neither whole numbers nor measured values.")
    for name, column in columns.items():
        if name not in ("pixels", "target") and column.ndim != 1:
            raise ValueError(f"Its {name} is no column.")
        if column.ndim < 1 or column.shape[0] != pixels.shape[0]:
            raise ValueError(f"Its {name} has another number of rows than its pixels.")
        is_text = h5py.check_string_dtype(column.dtype) is not None
        if not is_text and (name == "group" or column.dtype.kind not in "buif"):
            raise ValueError(f"Its {name} is of the type {column.dtype}.")


def _own(group: h5py.Group, name: str) -> Any:
    """Return what a name stands for within this very file.

    A link into another file, or round in a circle, is refused unread.
    """
    import h5py

    link = group.get(name, getlink=True)
    if link is None:
        raise ValueError(f"Its {name} is missing.")
    if not isinstance(link, h5py.HardLink):
        raise ValueError(f"Its {name} is a link to another place.")
    return group[name]


def _check_storage(name: str, column: h5py.Dataset) -> None:
    if column.is_virtual or column.external:
        raise ValueError(f"Its {name} lies in another file.")
    if column.shape is None:
        raise ValueError(f"Its {name} is empty.")
    plist = column.id.get_create_plist()
    filters = {plist.get_filter(i)[0] for i in range(plist.get_nfilters())}
    if not filters <= _FILTERS:
        raise ValueError(f"Its {name} is packed in a way that is not known here.")
    n_bytes = math.prod(column.shape) * column.dtype.itemsize
    if n_bytes > _LARGEST_RATIO * column.id.get_storage_size():
        raise ValueError(f"Its {name} claims {n_bytes:,} bytes and holds less.")
    if column.chunks and math.prod(column.chunks) * column.dtype.itemsize > _LARGEST_CHUNK_BYTES:
        raise ValueError(f"Its {name} has pieces of more than 1 GiB.")


def _read_attributes(file: h5py.File) -> Attributes:
    values = {name: file.attrs[name] for name in ATTRIBUTES}
    channels, classes = (_read_names(name, values[name]) for name in ("channels", "classes"))
    if len(channels) != file["pixels"].shape[1]:
        raise ValueError("Its channels have not as many names as its pixels have channels.")
    size = float(values["pixel_size_um"])
    if not (math.isnan(size) or 0 < size < math.inf):
        raise ValueError("Its pixel size is not above 0.")
    record = parse_json(values["record"])
    if isinstance(record, dict):
        check_record(record)
    else:
        raise ValueError("Its record is no JSON object.")
    return Attributes(channels, classes, None if math.isnan(size) else size, record)


def _read_names(name: str, values: Any) -> tuple[str, ...]:
    names = tuple(np.asarray(values, object).tolist()) if np.ndim(values) == 1 else ()
    if np.ndim(values) != 1 or not all(isinstance(one, str) for one in names):
        raise ValueError(f"Its {name} are no list of names.")
    if len(set(names)) != len(names):
        raise ValueError(f"Its {name} have the same name twice.")
    return names
