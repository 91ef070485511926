"""Reading TIFF files: OME-TIFF, ImageJ's, and plain ones."""

from __future__ import annotations

import warnings
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
import tifffile

from napari_seewhy.errors import DataError, FileError, SeewhyWarning
from napari_seewhy.images.lazy import MappedPixels, TiffPixels, to_dask
from napari_seewhy.images.ome_set import end_of_pixels, find_set
from napari_seewhy.images.quiet import check_memory, reading, unreadable
from napari_seewhy.images.scene import RawScene, make_unique, pick_scene, tell_turned, to_image
from napari_seewhy.images.tiff_metadata import TiffMetadata, read_imagej, read_ome, read_tags

if TYPE_CHECKING:
    from pathlib import Path

    from tifffile import TiffFile, TiffPageSeries

    from napari_seewhy.images.image import CellImage

_KIND = "a TIFF file"
_GDAL_NODATA = 42113

_NO_INTENSITIES: dict[int, str] = {
    tifffile.PHOTOMETRIC.SEPARATED: "inks of a printer (CMYK)",
    tifffile.PHOTOMETRIC.CIELAB: "colours in CIE L*a*b*",
    tifffile.PHOTOMETRIC.ICCLAB: "colours in CIE L*a*b*",
    tifffile.PHOTOMETRIC.ITULAB: "colours in CIE L*a*b*",
}


def scene_names(path: Path) -> list[str]:
    """Name the scenes of a TIFF file: its series, in their order; [""] where there is one.

    Raises
    ------
    FileError
        If it cannot be read.
    """
    with reading(path, _KIND), tifffile.TiffFile(path) as file:
        found = find_set(path, file)
        return _scene_names(file) if found is None else found.scene_names


def read_scene(path: Path, scene: int | str, lazy: bool | None, large: int) -> CellImage:
    """Read one scene of a TIFF file.

    Parameters
    ----------
    path
        The file.
    scene
        Name or number.
    lazy
        Whether the pixels stay in the file; None leaves them there above `large` bytes.
    large
        In bytes, without compression.

    Raises
    ------
    FileError
        If it cannot be read, or is cut short.
    OptionError
        If there is no such scene.
    DataError
        If its numbers are no intensities but inks or a colour space.
    """
    image = to_image(read_raw(path, scene, lazy, large), path)
    _tell_palette(path)
    return image


def read_raw(path: Path, scene: int | str, lazy: bool | None, large: int) -> RawScene:
    """Read one scene as `read_scene` does, its axes as they are in the file."""
    with reading(path, _KIND) as messages, tifffile.TiffFile(path) as file:
        found = find_set(path, file)
        if found is not None:
            return found.read_raw(scene, lazy, large)
        names, kept = _scene_names(file), _list_series(file)
        place = pick_scene(names, scene, path)
        at = kept[place]
        series = file.series[at]
        _tell_smaller(file.series[kept[0]], series, path)
        _check_whole(series, path, messages)
        _check_colors(series, path)
        _tell_turned(series, path)
        is_lazy = series.nbytes > large if lazy is None else lazy
        metadata = _read_metadata(file, series, at)
        axes, is_open = _settle_slices(file, series, path)
        if not is_lazy:
            check_memory(path, series.nbytes)
        return RawScene(
            _open_lazily(path, file, series, at) if is_lazy else series.asarray(),
            axes,
            metadata.channel_names,
            _count_colors(series),
            metadata.pixel_size_yx_um,
            metadata.z_step_um,
            names[place],
            is_open,
            _read_nodata(series),
        )


def _scene_names(file: TiffFile) -> list[str]:
    kept = [file.series[i] for i in _list_series(file)]
    if len(kept) < 2:
        return [""]
    return make_unique([series.name or f"scene {i}" for i, series in enumerate(kept)])


def _list_series(file: TiffFile) -> list[int]:
    """Return the places of the series that are pictures of their own, not smaller copies."""
    all_series = range(len(file.series))
    if file.is_ome:
        return list(all_series)
    kept = [i for i in all_series if not file.series[i].keyframe.is_reduced]
    return kept or list(all_series)


def _tell_smaller(first: TiffPageSeries, series: TiffPageSeries, path: Path) -> None:
    """Say where a scene has the shape of the first one divided by a whole number."""
    shapes = [
        [length for axis, length in zip(one.axes, one.shape, strict=True) if axis in "YX"]
        for one in (first, series)
    ]
    if len(shapes[0]) < 2 or len(shapes[1]) < 2 or first.dtype != series.dtype:
        return
    times = round(shapes[0][0] / shapes[1][0])
    if times > 1 and all(abs(a / times - b) < 1 for a, b in zip(*shapes, strict=True)):
        warnings.warn(
            f"{path} holds a picture of {shapes[1][1]} x {shapes[1][0]} px, the size of its first "
            f"one divided by {times}; if it is a smaller copy of it, its cells count twice, so "
            "leave this scene out.",
            SeewhyWarning,
            stacklevel=3,
        )


def _read_metadata(file: TiffFile, series: TiffPageSeries, at: int) -> TiffMetadata:
    if file.is_ome and file.ome_metadata is not None:
        return read_ome(file.ome_metadata, at, series.name)
    if file.is_imagej and file.imagej_metadata is not None:
        n_channels = series.shape[series.axes.index("C")] if "C" in series.axes else 1
        return read_imagej(file.imagej_metadata, series.keyframe, n_channels)
    return read_tags(series.keyframe)


def _tell_palette(path: Path) -> None:
    """Say where numbers stand for colours; lookup tables of a display go from dark to bright."""
    with tifffile.TiffFile(path) as file:
        colors = file.pages.first.colormap
    if colors is not None and (np.diff(colors.sum(axis=0, dtype=np.int64)) < 0).any():
        warnings.warn(
            f"{path} shows its numbers in the colours of a table; the numbers are read as grey "
            "values, not the colours. If it is a picture of colours, save it as RGB.",
            SeewhyWarning,
            stacklevel=3,
        )


def _check_colors(series: TiffPageSeries, path: Path) -> None:
    """Refuse numbers that are no intensities; say where 0 is white, as the values are kept."""
    page = series.keyframe
    if page.photometric in _NO_INTENSITIES:
        raise DataError(
            f"{path} holds {_NO_INTENSITIES[page.photometric]}, not intensities; save it as grey "
            "or as RGB."
        )
    if page.photometric == tifffile.PHOTOMETRIC.MINISWHITE and page.bitspersample > 1:
        warnings.warn(
            f"{path} says that 0 is white (an inverted lookup table), but its values are kept as "
            "they are stored; if objects are dark then, invert the image.",
            SeewhyWarning,
            stacklevel=3,
        )


def _tell_turned(series: TiffPageSeries, path: Path) -> None:
    tag = series.keyframe.tags.get("Orientation")
    tell_turned(path, 1 if tag is None else tag.value)


def _settle_slices(file: TiffFile, series: TiffPageSeries, path: Path) -> tuple[str, bool]:
    """Say what the slices of an ImageJ stack are, and whether that is open.

    A movie is often saved as slices.
    """
    said, axes = file.imagej_metadata, str(series.axes)
    if not file.is_imagej or said is None or "Z" not in axes or "T" in axes or "spacing" in said:
        return axes, False
    n_slices, interval = series.shape[axes.index("Z")], said.get("finterval", 0)
    if interval:
        axes = axes.replace("Z", "T")
        what = f"a time of {interval:g} s between them, so they are taken for time points; if they "
        change = "are planes, delete the frame interval"
    else:
        what = "no distance and no time between them, so they may be planes or time points; "
        change = "if they are time points, swap slices and frames"
    warnings.warn(
        f"{path} has {n_slices} slices with {what}{change} in Fiji (Image > Properties).",
        SeewhyWarning,
        stacklevel=3,
    )
    return axes, not interval


def _read_nodata(series: TiffPageSeries) -> float | None:
    """Return the value that GDAL's tag names for "not measured", None where there is none."""
    tag = series.keyframe.tags.get(_GDAL_NODATA)
    try:
        return None if tag is None else float(str(tag.value).strip("\0 "))
    except ValueError:
        return None


def _count_colors(series: TiffPageSeries) -> int:
    """How many samples of a pixel were measured; the others are transparency."""
    page = series.keyframe
    if page.photometric == tifffile.PHOTOMETRIC.RGB:
        return 3
    opaque = [extra for extra in page.extrasamples if extra == tifffile.EXTRASAMPLE.UNSPECIFIED]
    return int(page.samplesperpixel) - len(page.extrasamples) + len(opaque)


def _open_lazily(path: Path, file: TiffFile, series: TiffPageSeries, at: int) -> Any:
    if series.dataoffset is not None:
        dtype = series.dtype.newbyteorder(file.byteorder)
        mapped = MappedPixels(path, series.dataoffset, series.shape, dtype)
        piece = tuple(512 if axis in "YX" else 1 for axis in series.axes)
        return to_dask(mapped, series.axes, piece)
    pixels = TiffPixels(path, at, series.shape, series.dtype)
    check_memory(path, prod(pixels.piece) * series.dtype.itemsize)
    return to_dask(pixels, series.axes, pixels.piece)


def _check_whole(series: TiffPageSeries, path: Path, messages: list[str]) -> None:
    """Refuse a file that ends before its pixels do: its last lines would be read as zeros."""
    size = path.stat().st_size
    pages = [page for page in series.pages if page is not None]
    n_absent = len(series.pages) - len(pages)
    needed = max(map(end_of_pixels, pages), default=0)
    if series.dataoffset is not None:
        needed = int(series.dataoffset) + int(series.nbytes)
    is_chain_broken = any("invalid page offset" in message for message in messages)
    is_short = needed > size
    if is_short or is_chain_broken or n_absent:
        lack = (
            f"its pixels need {needed:,} bytes but it has {size:,}"
            if is_short
            else "planes that it names are missing"
        )
        raise FileError(f"{path} is cut short: {lack}; copy it again or export it again.")
    page = series.keyframe
    if series.dataoffset is None and len(page.dataoffsets) < prod(page.chunked):
        raise unreadable(path, _KIND)
