"""Reading one picture of a gene as colours on white, whatever kind of file it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.errors import FileError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

PICTURE_SUFFIXES = frozenset({".png", ".tif", ".tiff", ".jpg", ".jpeg"})
"""Endings of the files that hold pictures of genes, in lower case."""

_WHITE = 255


def read_picture(path: Path) -> NDArray[np.uint8]:
    """Read a picture as ``(H, W, 3)``: grey becomes colour, what is see-through becomes white.

    Sixteen bits are brought to eight by dropping the lower ones, so that the same colour stays the
    same in every picture.

    Raises
    ------
    FileError
        If it cannot be read, or is no flat picture.
    """
    pixels = _read_any(path)
    if pixels.dtype == np.uint16:
        pixels = (pixels >> 8).astype(np.uint8)
    elif pixels.dtype == np.bool_:
        pixels = pixels.astype(np.uint8) * np.uint8(_WHITE)
    if pixels.ndim == 2:
        pixels = pixels[..., None]
    if pixels.ndim != 3 or pixels.shape[2] > 4 or pixels.dtype != np.uint8:
        raise FileError(
            f"{path} has shape {pixels.shape} and type {pixels.dtype}; wanted a flat picture in "
            "colour or grey, such as a PNG."
        )
    return _flatten(pixels)


def read_size(path: Path) -> tuple[int, int]:
    """Return height and width of a picture, from the head of its file where that says them.

    Raises
    ------
    FileError
        If it cannot be read.
    """
    from PIL import Image

    try:
        with Image.open(path) as image:
            return image.height, image.width
    except OSError:
        # Not every TIFF is one for Pillow.
        height, width = read_picture(path).shape[:2]
        return height, width


def _read_any(path: Path) -> NDArray[Any]:
    if path.suffix.lower() in (".tif", ".tiff"):
        import tifffile

        from napari_seewhy.images import reading

        with reading(path, "a TIFF picture"), tifffile.TiffFile(path) as file:
            page = file.pages[0]
            pixels: NDArray[Any] = page.asarray()
            return np.moveaxis(pixels, 0, -1) if page.axes == "SYX" else pixels
    from napari_seewhy.images import read_raw

    return np.asarray(read_raw(path).pixels)


def _flatten(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Put grey in three colours, and lay what is see-through on white."""
    n_colors = 3 if pixels.shape[2] > 2 else 1
    colors = pixels[..., :n_colors]
    if pixels.shape[2] in (2, 4):
        alpha = pixels[..., -1:]
        if alpha.min() < _WHITE:
            share = alpha.astype(np.float32) / _WHITE
            mixed = colors * share + _WHITE * (1 - share)
            colors = np.rint(mixed).astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(colors, (*pixels.shape[:2], 3)))
