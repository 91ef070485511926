"""Label images on disk: written as OME-TIFF, read from any TIFF or PNG of whole numbers."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from napari_seewhy.errors import DataError, FileError, SeewhyWarning
from napari_seewhy.images import picture, tiff
from napari_seewhy.images.labels.masks import check_no_mask, explain_scattered
from napari_seewhy.images.ome_tiff import physical_size, write_ome_tiff
from napari_seewhy.images.quiet import check_file
from napari_seewhy.images.scene import settle_pixel_size, squeeze
from napari_seewhy.images.scratch import release

if TYPE_CHECKING:
    from numpy.typing import NDArray

LABEL_SUFFIXES = (".png", ".tif", ".tiff")
"""Endings of the files that labels are read from, in lower case."""

_LARGEST = np.iinfo(np.int32).max


class LabelFile(NamedTuple):
    """Labels as read from a file.

    Attributes
    ----------
    labels
        ``(Y, X)`` or ``(T, Y, X)`` int32, 0 = background.
    pixel_size_um
        Edge of a pixel in micrometres, None where the file does not say.
    """

    labels: NDArray[np.int32]
    pixel_size_um: float | None


def write_labels(
    path: str | Path, labels: Any, *, pixel_size_um: float | None = None, name: str = "labels"
) -> None:
    """Write labels as a compressed OME-TIFF, whole or not at all.

    Parameters
    ----------
    path
        Where to; should end in ``.ome.tif``.
    labels
        ``(Y, X)`` or ``(T, Y, X)``, whole numbers: numpy, or an array that is read by pieces
        (dask, HDF5, a memory map), of which only a few rows are in memory at a time.
    pixel_size_um
        Edge of a pixel in micrometres.
    name
        What the image is called in the file.

    Raises
    ------
    DataError
        If the labels have other axes, are no whole numbers, or leave 0 to 2,147,483,647.
    FileError
        If the file cannot be written.
    """
    if len(labels.shape) not in (2, 3) or 0 in labels.shape:
        raise DataError(f"The labels have shape {labels.shape}; wanted (Y, X) or (T, Y, X).")
    _check_whole_numbers(labels.dtype, "The labels array")
    metadata = {
        "axes": "TYX"[-len(labels.shape) :],
        "Name": name,
        **physical_size(pixel_size_um),
    }
    write_ome_tiff(Path(path), _Checked(labels), metadata, np.int32)


def read_labels(path: str | Path, *, is_mask: bool = False) -> LabelFile:
    """Read labels from a TIFF or PNG of whole numbers, such as `write_labels` or others wrote.

    Whole numbers may be stored as real ones, as Fiji does, or as the places of a palette, as
    annotation programs do.

    Parameters
    ----------
    path
        The file; of an axis that it does not name, the pictures are taken for time points.
    is_mask
        Whether a mask is wanted, where one number may stand for several objects.

    Raises
    ------
    FileError
        If the file is missing, no TIFF or PNG, or damaged.
    DataError
        If it holds colours, several channels, planes, numbers that are not whole, or numbers
        outside 0 to 2,147,483,647; or a mask, where labels are wanted.

    Warns
    -----
    SeewhyWarning
        If a number stands for several separate areas.
    """
    path = Path(path)
    check_file(path)
    suffix = path.suffix.lower()
    if suffix not in LABEL_SUFFIXES:
        wanted = ", ".join(LABEL_SUFFIXES)
        raise FileError(f"{path} is no file of labels; wanted one ending in {wanted}.")
    is_png = picture.is_png(path)
    raw = squeeze(picture.read_places(path) if is_png else tiff.read_raw(path, 0, False, 0))
    leading = raw.axes.removesuffix("YX")
    if not raw.axes.endswith("YX") or len(leading) > 1 or leading in {"C", "S", "Z"}:
        raise DataError(
            f"{path} has the axes {raw.axes} with shape {raw.pixels.shape}; wanted labels (Y, X) "
            "or (T, Y, X), one number per pixel."
        )
    labels = _to_int32(_to_whole(raw.pixels), str(path))
    if not is_mask:
        check_no_mask(labels, str(path))
        for sentence in explain_scattered(labels, str(path)):
            warnings.warn(sentence, SeewhyWarning, stacklevel=2)
    return LabelFile(labels, settle_pixel_size(raw.pixel_size_yx_um, path))


class _Checked:
    """Labels that are checked and converted whenever a piece of them is taken."""

    def __init__(self, labels: Any) -> None:
        self.shape = labels.shape
        self._labels = labels

    def __getitem__(self, index: Any) -> NDArray[np.int32]:
        release(self._labels)
        return _to_int32(np.asarray(self._labels[index]), "The labels array")


def _to_int32(pixels: NDArray[Any], what: str) -> NDArray[np.int32]:
    _check_whole_numbers(pixels.dtype, what)
    if pixels.dtype != np.int32 or pixels.min() < 0:
        low, high = int(pixels.min()), int(pixels.max())
        if low < 0 or high > _LARGEST:
            raise DataError(
                f"{what} holds numbers from {low} to {high}; labels are 0 (background) to "
                f"{_LARGEST}, so renumber the objects."
            )
    return np.ascontiguousarray(pixels, np.int32)


def _to_whole(pixels: NDArray[Any]) -> NDArray[Any]:
    """Take whole numbers that are stored as real ones for what they are."""
    if pixels.dtype.kind != "f" or not np.isfinite(pixels).all():
        return pixels
    # Zeros alone name no object; they may as well be a probability.
    is_whole = pixels.any() and not np.any(pixels % 1) and abs(pixels).max() <= _LARGEST
    return pixels.astype(np.int64) if is_whole else pixels


def _check_whole_numbers(dtype: np.dtype[Any], what: str) -> None:
    if dtype.kind not in "biu":
        raise DataError(
            f"{what} is of type {dtype}; labels are whole numbers, one for each object, so choose "
            "the labels, not an image or a probability."
        )
