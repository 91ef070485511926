"""Which files a person meant: files, folders and globs become one sorted list."""

from __future__ import annotations

import glob
from pathlib import Path
from typing import TYPE_CHECKING

from napari_seewhy.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

IMAGE_SUFFIXES = frozenset({".tif", ".tiff", ".png", ".jpg", ".jpeg", ".nd2", ".czi", ".lif"})
"""Endings of the files that `read_image` opens, in lower case."""

_ZARR_MARKS = ("zarr.json", ".zgroup")


def find_inputs(
    inputs: Iterable[str | Path], suffixes: Collection[str] = IMAGE_SUFFIXES
) -> list[Path]:
    """List the files that `inputs` name: a file is itself, a folder its files, a glob its matches.

    An OME-Zarr is a folder that counts as one file. A file that is named outright is taken whatever
    its ending; of a folder or a glob only files with one of `suffixes` are taken, and hidden ones
    are not. Folders are not searched deeper; the glob ``folder/**/*.tif`` does that.

    Parameters
    ----------
    inputs
        Paths and globs, in any order; a file that is named twice is listed once.
    suffixes
        Endings to take from folders and globs, lower case with their dot.

    Returns
    -------
    list of Path
        In the order of `inputs`, sorted by name within a folder or glob.

    Raises
    ------
    FileError
        If an input names nothing, or a folder holds no file of the wanted kind.
    """
    found: dict[Path, None] = {}
    for given in inputs:
        found.update(dict.fromkeys(_expand(str(given), suffixes)))
    if not found:
        raise FileError("No input was given; name at least one file, folder or glob.")
    return list(found)


def _expand(given: str, suffixes: Collection[str]) -> list[Path]:
    path = Path(given).expanduser()
    if path.is_file() or is_zarr(path):
        return [path]
    wanted = ", ".join(sorted(suffixes))
    if path.is_dir():
        matches = _keep(path.iterdir(), suffixes)
        if not matches:
            raise FileError(f"The folder {path} holds no file to read; wanted one of {wanted}.")
        return matches
    if not glob.has_magic(given):
        raise FileError(f"{path} does not exist; check the name.")
    # `Path.glob` wants a pattern without a root, which a glob of a whole path has.
    names = glob.glob(str(path), recursive=True)  # noqa: PTH207  (see above)
    matches = _keep(map(Path, names), suffixes)
    if not matches:
        raise FileError(f"Nothing matches {given}; wanted files ending in one of {wanted}.")
    return matches


def _keep(paths: Iterable[Path], suffixes: Collection[str]) -> list[Path]:
    return sorted(
        path
        for path in paths
        if (path.suffix.lower() in suffixes and not path.name.startswith(".") and path.is_file())
        or (suffixes is IMAGE_SUFFIXES and path.suffix.lower() == ".zarr" and is_zarr(path))
    )


def is_zarr(path: Path) -> bool:
    """Whether a folder is a group of Zarr, such as an OME-Zarr image, which counts as one file."""
    return any((path / mark).is_file() for mark in _ZARR_MARKS)
