"""Small pictures of genes for a list, kept in the cache of this computer once they were made."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.epigenome.pictures.pixels import read_picture
from napari_seewhy.errors import FileError
from napari_seewhy.files import explain_os_error, writing

if TYPE_CHECKING:
    from numpy.typing import NDArray

THUMBNAIL_PX = (32, 64)
"""Largest height and width of a thumbnail."""

CACHE_VARIABLE = "SEEWHY_CACHE"
"""Environment variable that names another folder for what may be created again at any time."""


def read_thumbnail(path: Path) -> NDArray[np.uint8]:
    """Return a small picture ``(h, w, 3)`` of a file; read from the cache if it is there.

    The cache knows a file by its path, size and time, so that a redrawn one is read again.

    Raises
    ------
    FileError
        If the picture is missing or damaged.
    """
    kept = _place(path)
    if kept.is_file():
        return read_picture(kept)
    small = shrink(read_picture(path))
    _keep(kept, small)
    return small


def shrink(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Make a picture ``(H, W, 3)`` small enough for a list, its shape kept.

    Examples
    --------
    >>> shrink(np.zeros((240, 320, 3), np.uint8)).shape
    (32, 43, 3)
    """
    from PIL import Image

    height, width = picture.shape[:2]
    share = min(THUMBNAIL_PX[0] / height, THUMBNAIL_PX[1] / width, 1)
    size = (max(1, round(width * share)), max(1, round(height * share)))
    return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BOX))


def cache_folder() -> Path:
    """Return where thumbnails are kept; it may be emptied when nothing runs."""
    chosen = os.environ.get(CACHE_VARIABLE)
    if chosen:
        return Path(chosen).expanduser() / "thumbnails"
    from platformdirs import user_cache_path

    return user_cache_path("napari-seewhy", appauthor=False) / "thumbnails"


def _place(path: Path) -> Path:
    try:
        state = path.stat()
    except OSError as error:
        raise FileError(explain_os_error(error, path, "read")) from error
    identity = f"{path}\n{state.st_size}\n{state.st_mtime_ns}"
    name = hashlib.sha256(identity.encode()).hexdigest()[:24]
    # Ten thousand files in one folder are slow on some disks.
    return cache_folder() / name[:2] / f"{name}.png"


def _keep(place: Path, small: NDArray[np.uint8]) -> None:
    import imagecodecs

    with writing(place) as part:
        part.write_bytes(imagecodecs.png_encode(np.ascontiguousarray(small)))
