"""Crops: one window about each cell, its pixels as they were measured."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from pydantic import Field

from napari_seewhy.cells.cropping.pixels import (
    mask_neighbours,
    paint_unmeasured,
    rescale,
    window_for,
)
from napari_seewhy.cells.cropping.table import Center, check_masking, read_centers, read_frames
from napari_seewhy.errors import DataError, OptionError, SeewhyWarning
from napari_seewhy.images import CellImage, ZPlane, find_measured
from napari_seewhy.options import Options
from napari_seewhy.samples.storing import cut_windows, window_starts

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import NDArray

_BLOCK_BYTES = 32 * 2**20
_BAND_ROWS = 1024
_SAME_SCALE = 1e-3


class CropOptions(Options):
    """How crops are cut."""

    size_px: int | None = Field(
        64,
        ge=1,
        le=4096,
        title="Size",
        description="Height and width of a crop in its own pixels, after any rescaling.",
    )
    size_um: float | None = Field(
        None,
        gt=0,
        title="Size in µm",
        description="Height and width of a crop in micrometres; where given, it decides.",
    )
    center: Center = Field(
        "nucleus", title="Centre on", description="What stands in the middle of a crop."
    )
    mask_neighbours: bool = Field(
        False,
        title="Mask neighbours",
        description="Paint other objects over with the background of the crop.",
    )
    pixel_size_um: float | None = Field(
        None,
        gt=0,
        title="Common pixel size",
        description="Edge of a crop's pixel in micrometres, to bring images of several "
        "magnifications together; none leaves the pixels as they are.",
    )
    channels: tuple[str, ...] = Field(
        (), title="Channels", description="Channels to keep, in this order; none keeps all."
    )
    z_plane: ZPlane = Field(
        "max", title="Plane", description="Plane of a stack, or the maximum over all planes."
    )


@dataclass(frozen=True, slots=True)
class CropGeometry:
    """Sizes of the crops of one image.

    Attributes
    ----------
    size_px
        Height and width of a finished crop.
    window_px
        Height and width of what is cut out of the image.
    scale
        Width of a crop's pixel in pixels of the image; 1 where nothing is rescaled.
    pixel_size_um
        Edge of a crop's pixel in micrometres, None where it is not known.
    """

    size_px: int
    window_px: int
    scale: float
    pixel_size_um: float | None


class CropBlock(NamedTuple):
    """Some crops of an image: rows of the table ``(n,)`` and pixels ``(n, C, H, W)``."""

    rows: NDArray[np.int64]
    pixels: NDArray[Any]


def cut_crops(
    image: CellImage,
    cells: pd.DataFrame,
    options: CropOptions | None = None,
    *,
    labels: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Cut one window about the centre of each cell.

    Intensities stay as they were measured: bringing every crop to the same brightness would delete
    its DNA content. Where a window reaches over the edge of the image, the image is mirrored: a rim
    of zeros would be learnt as a cue. For the same reason pixels that were not measured, such as
    missing tiles, become the median of the crop.

    Parameters
    ----------
    image
        Any axes; of a time series, each cell is cut from its own frame (column ``t``).
    cells
        One row per cell with columns ``y`` and ``x`` in pixels (``y_cell`` and ``x_cell`` to centre
        on cells), ``t`` for a time series, and ``label`` to mask neighbours.
    options
        Size, centre, masking, rescaling.
    labels
        ``(Y, X)`` or ``(T, Y, X)``, needed to mask neighbours.

    Returns
    -------
    ndarray, shape ``(N, C, H, W)``, type as in the image
        In the order of the rows of `cells`. The middle of a crop is at most half an image pixel
        from the centre of its cell.

    Raises
    ------
    DataError
        If a crop is larger than the image in both directions, a column is missing, a centre lies
        outside the image, or micrometres are asked for and the pixel size is not known.
    OptionError
        If there is no such channel or plane, or no size was given.

    Examples
    --------
    >>> import pandas as pd
    >>> image = CellImage(np.arange(64).reshape(1, 8, 8), "CYX", ("DNA",))
    >>> cells = pd.DataFrame({"label": [1], "y": [4.2], "x": [0.0]})
    >>> cut_crops(image, cells, CropOptions(size_px=3))[0, 0]
    array([[25, 24, 25],
           [33, 32, 33],
           [41, 40, 41]])
    """
    options = options or CropOptions()
    geometry = crop_geometry(image, options)
    n_channels = len(options.channels or image.channels)
    shape = (len(cells), n_channels, geometry.size_px, geometry.size_px)
    crops = np.empty(shape, image.pixels.dtype)
    for rows, pixels in cut_blocks(image, cells, options, labels=labels):
        crops[rows] = pixels
    return crops


def crop_geometry(image: CellImage, options: CropOptions) -> CropGeometry:
    """Work out the sizes of the crops of `image`.

    Raises
    ------
    DataError
        If a crop is larger than the image in both directions, or micrometres are asked for and the
        pixel size of the image is not known.
    OptionError
        If no size was given.
    """
    native = image.pixel_size_um
    wanted = options.pixel_size_um
    if native is None and (wanted is not None or options.size_um is not None):
        raise DataError(
            f"The pixel size of {image.source or 'the image'} is not known; give the crop size in "
            "pixels without a common pixel size, or write the pixel size into the file."
        )
    pixel_size = wanted or native
    scale = 1.0 if wanted is None or native is None else wanted / native
    if abs(scale - 1) < _SAME_SCALE:
        scale = 1.0
    if options.size_um is not None and pixel_size is not None:
        size = max(1, round(options.size_um / pixel_size))
    elif options.size_px is not None:
        size = options.size_px
    else:
        raise OptionError("No crop size was given; give one in pixels or in micrometres.")
    height, width = image.shape_yx
    if size * scale > height and size * scale > width:
        raise DataError(
            f"A crop of {size * scale:.4g} x {size * scale:.4g} image pixels is larger than the "
            f"image of {height} x {width} pixels; choose a smaller crop size."
        )
    window = size if scale == 1 else window_for(size, scale)
    return CropGeometry(size, window, scale, pixel_size)


def cut_blocks(
    image: CellImage,
    cells: pd.DataFrame,
    options: CropOptions,
    *,
    labels: NDArray[Any] | None = None,
) -> Iterator[CropBlock]:
    """Cut crops as `cut_crops` does, a few megabytes at a time, from the top to the bottom.

    Of an image that is still in its file, only the band of rows with the windows is read.

    Yields
    ------
    CropBlock
        Every row of `cells` is in just one block.

    Warns
    -----
    SeewhyWarning
        If crops reach into pixels that were not measured.
    """
    geometry = crop_geometry(image, options)
    centers = read_centers(cells, image, options.center)
    checked = check_masking(image, cells, labels) if options.mask_neighbours else None
    if options.channels:
        image = image.select(options.channels)
    frame_of = read_frames(cells, image)
    n_bytes = len(image.channels) * geometry.window_px**2 * image.pixels.dtype.itemsize
    most = max(1, _BLOCK_BYTES // n_bytes)
    n_painted = 0
    for t in np.unique(frame_of):
        frame = image.frame(int(t)).flatten_z(options.z_plane)
        measured = _find_measured(frame)
        frame_labels = checked if checked is None or checked.ndim == 2 else checked[t]
        for rows in _split_rows(np.flatnonzero(frame_of == t), centers[:, 0], most):
            starts = window_starts(centers[rows], geometry.window_px)
            pixels = cut_windows(frame.pixels, starts, geometry.window_px)
            if measured is not None:
                is_measured = cut_windows(measured, starts, geometry.window_px)
                n_painted += int((~is_measured.all(axis=(1, 2, 3))).sum())
                pixels = paint_unmeasured(pixels, is_measured)
            if frame_labels is not None:
                own = cells["label"].to_numpy()[rows]
                around = cut_windows(frame_labels, starts, geometry.window_px)
                pixels = mask_neighbours(pixels, around, own)
            if geometry.scale != 1:
                pixels = rescale(pixels, geometry.size_px, geometry.scale)
            yield CropBlock(rows, pixels)
    if n_painted:
        warnings.warn(
            f"{n_painted:,} crops reach into pixels that were not measured; the median of the crop "
            "stands there.",
            SeewhyWarning,
            stacklevel=2,
        )


def _find_measured(frame: CellImage) -> NDArray[np.bool_] | None:
    """Find what was measured ``(C, Y, X)``, None where all was."""
    found = [find_measured(plane, frame.measured) for plane in frame.pixels]
    if all(one is None for one in found):
        return None
    return np.stack([np.ones(frame.shape_yx, bool) if one is None else one for one in found])


def _split_rows(
    rows: NDArray[np.int64], y: NDArray[np.float64], most: int
) -> Iterator[NDArray[np.int64]]:
    """Split rows into blocks of at most `most` cells within one band of the image."""
    rows = rows[np.argsort(y[rows], kind="stable")]
    begin = 0
    while begin < len(rows):
        end = int(np.searchsorted(y[rows], y[rows[begin]] + _BAND_ROWS, side="right"))
        end = min(end, begin + most)
        yield np.sort(rows[begin:end])
        begin = end
