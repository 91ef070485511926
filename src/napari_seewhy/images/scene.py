"""One scene as a file format describes it, and how it becomes a `CellImage`."""

from __future__ import annotations

import itertools
import math
import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.errors import DataError, OptionError, SeewhyWarning
from napari_seewhy.images.image import AXES, CellImage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

COLORS = ("Red", "Green", "Blue")
_MEANINGS = {
    "T": "time points",
    "C": "channels",
    "S": "colours",
    "Z": "planes",
    "Y": "rows",
    "X": "columns",
}
_LARGER_THAN_CELLS_UM = 100.0
_FEW = 4
"""Up to so many pictures along an axis without a name are taken for channels, more for planes."""


@dataclass(frozen=True, slots=True)
class RawScene:
    """One scene as its file describes it, before it is put in our order.

    Attributes
    ----------
    pixels
        numpy or dask, axes as in `axes`.
    axes
        One letter per axis: ``TCZYX``, ``S`` for colour samples, others have no meaning here.
    channel_names
        What the file calls its channels; "" or fewer than there are where it does not say.
    n_colors
        How many of the samples along ``S`` were measured; the others are transparency.
    pixel_size_yx_um
        Height and width of a pixel in micrometres; None where unknown.
    z_step_um
        Distance of the planes in micrometres.
    name
        Of the scene, "" where there is only one.
    is_open
        Whether nothing says that the axis ``Z`` are planes and no time points.
    nodata
        The value that stands for "not measured", None where the file names none.
    """

    pixels: Any
    axes: str
    channel_names: Sequence[str] = ()
    n_colors: int = 3
    pixel_size_yx_um: tuple[float, float] | None = None
    z_step_um: float | None = None
    name: str = ""
    is_open: bool = False
    nodata: float | None = None

    def __post_init__(self) -> None:
        if len(self.axes) != self.pixels.ndim:
            # Raised while the file is being read, which makes it a `FileError` with its path.
            raise ValueError(f"Axes {self.axes} do not fit shape {self.pixels.shape}.")


def to_image(raw: RawScene, path: Path) -> CellImage:
    """Put a scene into the order ``TCZYX``, name its channels and settle its pixel size.

    Axes of length 1 besides C, Y and X are dropped, transparency is dropped, colour samples
    become the channels Red, Green and Blue, and true/false becomes 1/0. An axis that the file does
    not name is taken for channels if it has at most four pictures, else for planes, then for time
    points, with a warning.

    Raises
    ------
    DataError
        If the axes are not those of a picture, or the pixels are no real numbers.
    """
    if raw.pixels.dtype.kind not in "biuf":
        raise DataError(
            f"{path} holds pixels of type {raw.pixels.dtype}; wanted whole or real numbers."
        )
    measured = _find_declared(squeeze(raw))
    raw = _name_axes(_drop_alpha(squeeze(raw)), path)
    wanted = [axis for axis in "TCSZYX" if axis in raw.axes]
    pixels = raw.pixels.transpose([raw.axes.index(axis) for axis in wanted])
    at, n_samples = ("T" in raw.axes), _length(raw, "S")
    n_channels = _length(raw, "C") * n_samples
    is_stack = "Z" in raw.axes
    shape = (*pixels.shape[:at], n_channels, *pixels.shape[-2 - is_stack :])
    pixels = pixels.reshape(shape)
    if _length(raw, "C") > _FEW and not any(raw.channel_names) and not is_stack and not at:
        warnings.warn(
            f"{path} says that its {n_channels} pictures are channels and names none of them; if "
            "they are time points or planes, save it with the axis T or Z.",
            SeewhyWarning,
            stacklevel=2,
        )
    return CellImage(
        _settle_dtype(pixels),
        axes="".join(axis for axis in AXES if axis in {*raw.axes, "C"}),
        channels=name_channels(_sample_names(raw), n_channels),
        pixel_size_um=settle_pixel_size(raw.pixel_size_yx_um, path),
        z_step_um=raw.z_step_um if is_stack else None,
        source=str(path),
        scene=raw.name,
        measured=measured,
        is_open=raw.is_open and is_stack and not at,
    )


def _length(raw: RawScene, axis: str) -> int:
    return raw.pixels.shape[raw.axes.index(axis)] if axis in raw.axes else 1


def squeeze(raw: RawScene) -> RawScene:
    """Drop the axes of length 1, but for Y and X."""
    kept = [
        axis in "YX" or length > 1 for axis, length in zip(raw.axes, raw.pixels.shape, strict=True)
    ]
    index = tuple(slice(None) if is_kept else 0 for is_kept in kept)
    return replace(raw, pixels=raw.pixels[index], axes="".join(itertools.compress(raw.axes, kept)))


def _drop_alpha(raw: RawScene) -> RawScene:
    if _length(raw, "S") <= raw.n_colors:
        return raw
    index = (slice(None),) * raw.axes.index("S") + (slice(raw.n_colors),)
    return squeeze(replace(raw, pixels=raw.pixels[index]))


def _find_declared(raw: RawScene) -> NDArray[np.bool_] | None:
    """Find what a file declares as measured: what is not transparent, and not its "no data"."""
    if _length(raw, "S") > raw.n_colors:
        alpha = raw.pixels[(slice(None),) * raw.axes.index("S") + (-1,)]
        shown, axes = alpha > 0, raw.axes.replace("S", "")
    elif raw.nodata is not None:
        # Of what stays in its file, the first plane tells.
        leading = () if isinstance(raw.pixels, np.ndarray) else (slice(1),) * (raw.pixels.ndim - 2)
        some = raw.pixels[leading]
        shown = ~np.isnan(some) if math.isnan(raw.nodata) else some != raw.nodata
        axes = raw.axes
    else:
        return None
    others = tuple(at for at, axis in enumerate(axes) if axis not in "YX")
    measured = np.asarray(shown.any(axis=others))
    return None if measured.all() or not measured.any() else measured


def _name_axes(raw: RawScene, path: Path) -> RawScene:
    """Give each axis without a meaning the likeliest one, from the last to the first."""
    named = list(raw.axes)
    for at in reversed(range(len(named))):
        length = raw.pixels.shape[at]
        free = _free_meanings(named, length)
        if named[at] in _MEANINGS or not free:
            continue
        named[at] = free[0]
        warnings.warn(
            f"{path} does not say what its {length} pictures are; they are taken for "
            f"{_MEANINGS[named[at]]}. Save it as OME-TIFF to settle it.",
            SeewhyWarning,
            stacklevel=2,
        )
    if not set("YX") <= set(named) <= set(_MEANINGS) or len(set(named)) < len(named):
        raise DataError(
            f"{path} has the axes {raw.axes} with shape {raw.pixels.shape}; "
            f"wanted a picture with axes of {AXES}."
        )
    is_open = raw.is_open or ("Z" in named and "Z" not in raw.axes)
    return replace(raw, axes="".join(named), is_open=is_open)


def _free_meanings(named: Sequence[str], length: int) -> list[str]:
    order = "CZT" if length <= _FEW and "S" not in named else "ZT"
    return [axis for axis in order if axis not in named]


def _sample_names(raw: RawScene) -> list[str]:
    """One name per channel; where a channel has colour samples, one per sample."""
    n_samples = _length(raw, "S")
    if n_samples == 1:
        return list(raw.channel_names)
    names = list(raw.channel_names)[: _length(raw, "C")]
    if n_samples != len(COLORS):
        return names if len(names) == n_samples else []
    if "C" not in raw.axes:
        return list(COLORS)
    names += [f"channel {i}" for i in range(len(names), _length(raw, "C"))]
    return [f"{name} {color}" for name in names for color in COLORS]


def name_channels(names: Sequence[str], n_channels: int) -> tuple[str, ...]:
    """Give every channel a name of its own: as in the file, else its number.

    Examples
    --------
    >>> name_channels(["DAPI", "", "DAPI"], 4)
    ('DAPI', 'channel 1', 'DAPI 2', 'channel 3')
    """
    full = [name.strip() for name in names[:n_channels]] + [""] * (n_channels - len(names))
    return tuple(make_unique([name or f"channel {i}" for i, name in enumerate(full)]))


def make_unique(names: Sequence[str]) -> list[str]:
    """Put a number behind names that occur again, whatever their case.

    Examples
    --------
    >>> make_unique(["a", "b", "a"])
    ['a', 'b', 'a 2']
    """
    unique: dict[str, str] = {}
    for name in names:
        numbered = (f"{name} {count}" for count in itertools.count(2))
        candidates = itertools.chain([name], numbered)
        new = next(candidate for candidate in candidates if candidate.casefold() not in unique)
        unique[new.casefold()] = new
    return list(unique.values())


def _settle_dtype(pixels: Any) -> Any:
    if pixels.dtype.kind == "b":
        return pixels.astype(np.uint8)
    native = pixels.astype(pixels.dtype.newbyteorder("="), copy=False)
    return np.ascontiguousarray(native) if isinstance(native, np.ndarray) else native


def settle_pixel_size(size_yx: tuple[float, float] | None, path: Path) -> float | None:
    """Give one edge for a pixel: the geometric mean, with a warning where it is no square.

    A pixel that is larger than a cell is warned of too: nanometres are often taken for micrometres.
    """
    if size_yx is None:
        return None
    height, width = size_yx
    if max(size_yx) > _LARGER_THAN_CELLS_UM:
        warnings.warn(
            f"{path} says that a pixel is {max(size_yx):g} um wide, more than a cell; if these are "
            "nanometres, correct the file, as lengths and areas follow it.",
            SeewhyWarning,
            stacklevel=2,
        )
    if math.isclose(height, width, rel_tol=1e-3):
        return width
    mean = math.sqrt(height * width)
    warnings.warn(
        f"{path} has pixels of {width:.4g} x {height:.4g} um; they are taken for squares of "
        f"{mean:.4g} um, so areas stay right but lengths do not.",
        SeewhyWarning,
        stacklevel=2,
    )
    return mean


def tell_turned(path: Path, orientation: Any) -> None:
    """Warn of a picture that other programs show turned or mirrored, by its tag Orientation."""
    if orientation not in (1, None, 0):
        warnings.warn(
            f"{path} says that it is to be shown turned or mirrored (orientation {orientation}); "
            "its rows are kept as they are stored, so labels from a program that turns it do not "
            "lie on it.",
            SeewhyWarning,
            stacklevel=3,
        )


def pick_scene(names: Sequence[str], scene: int | str, path: Path) -> int:
    """Find a scene by its name or by its number from 0.

    Raises
    ------
    OptionError
        If there is no such scene; the message lists those there are.
    """
    wanted = str(scene).strip()
    if wanted in names:
        return list(names).index(wanted)
    if wanted.isdecimal() and int(wanted) < len(names):
        return int(wanted)
    known = ", ".join(f"{i}: {name}" if name else str(i) for i, name in enumerate(names))
    raise OptionError(f"There is no scene {scene!r} in {path}; it has {known}.")
