"""A blurred plane that is computed window by window, the same whichever windows are asked for.

A smooth surface under the nuclei, the uneven light, is subtracted before any threshold.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy

from napari_seewhy.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.images import Box, Pixels


@dataclass(frozen=True, slots=True, eq=False)
class LightSurface:
    """Intensity of the background everywhere, from a coarse grid.

    Attributes
    ----------
    grid
        ``(n, m)``, the intensity at the centre of every square of the grid.
    square_px
        Edge of a square in pixels.
    """

    grid: NDArray[np.float64]
    square_px: int

    def window(self, box: Box) -> NDArray[np.float64]:
        """Intensity in a box, by linear interpolation between the centres of the squares."""
        rows, columns = (np.arange(side.start, side.stop) for side in box)
        return _interpolate(
            _interpolate(self.grid, rows, self.square_px).T, columns, self.square_px
        ).T


def _interpolate(
    grid: NDArray[np.float64], pixels: NDArray[np.intp], square_px: int
) -> NDArray[np.float64]:
    """Values along the first axis of the grid at some pixels; level beyond the outer centres."""
    place = np.clip((pixels + 0.5) / square_px - 0.5, 0, len(grid) - 1)
    before = np.minimum(place.astype(np.intp), max(len(grid) - 2, 0))
    share = (place - before)[:, None]
    after = np.minimum(before + 1, len(grid) - 1)
    values: NDArray[np.float64] = grid[before] * (1 - share) + grid[after] * share
    return values


_KEEP_PX = 2**22
"""Planes up to this size are blurred once and kept; larger ones are blurred again when needed."""


class SmoothPlane:
    """The intensities of one plane after a Gaussian blur.

    A window is blurred together with as many pixels about it as the blur reaches, so that cutting
    an image into tiles changes no value.

    Parameters
    ----------
    pixels
        ``(Y, X)``, numpy or dask.
    sigma_px
        Width of the blur; 0 = none.
    keep_px
        Largest number of pixels that is blurred once and kept.
    """

    def __init__(self, pixels: Pixels, sigma_px: float, keep_px: int = _KEEP_PX) -> None:
        self._pixels = pixels
        self._sigma_px = sigma_px
        self.shape: tuple[int, int] = pixels.shape
        self._kept: NDArray[np.float32] | None = None
        self._surface: LightSurface | None = None
        if pixels.size <= keep_px:
            self._kept = self._blur(_whole(self.shape))

    def minus(self, surface: LightSurface) -> SmoothPlane:
        """Return the same plane with a surface taken off."""
        flat = copy(self)
        flat._surface = surface
        if self._kept is not None:
            flat._kept = _take_off(self._kept, surface, _whole(self.shape))
        return flat

    def window(self, box: Box) -> NDArray[np.float32]:
        """Blurred intensities of a box less the surface, shape as the box, float32.

        Raises
        ------
        DataError
            If a pixel is NaN or infinite.
        """
        if self._kept is not None:
            return self._kept[box]
        blurred = self._blur(box)
        return blurred if self._surface is None else _take_off(blurred, self._surface, box)

    def _blur(self, box: Box) -> NDArray[np.float32]:
        outer, inner = pad_box(box, blur_reach(self._sigma_px), self.shape)
        values = np.asarray(self._pixels[outer]).astype(np.float32)
        if not np.isfinite(values).all():
            raise DataError(
                "The channel holds NaN or infinite pixels; replace them by numbers, for instance "
                "with numpy.nan_to_num, before segmenting."
            )
        return blur(values, self._sigma_px)[inner]


def _whole(shape_yx: tuple[int, int]) -> Box:
    return slice(0, shape_yx[0]), slice(0, shape_yx[1])


def _take_off(values: NDArray[np.float32], surface: LightSurface, box: Box) -> NDArray[np.float32]:
    return (values - surface.window(box)).astype(np.float32)


def blur(values: NDArray[np.float32], sigma_px: float) -> NDArray[np.float32]:
    """Blur by a Gaussian that ends at `blur_reach`; the edge of the array is carried on."""
    if sigma_px == 0:
        return values
    blurred: NDArray[np.float32] = scipy.ndimage.gaussian_filter(
        values, sigma_px, mode="nearest", radius=blur_reach(sigma_px)
    )
    return blurred


def blur_reach(sigma_px: float) -> int:
    """How many pixels away `blur` looks: three sigmas hold 99.7 % of the Gaussian."""
    return round(3 * sigma_px + 0.5) if sigma_px else 0


def pad_box(box: Box, reach_px: int, shape_yx: tuple[int, int]) -> tuple[Box, Box]:
    """Widen a box within the image; also return where the box lies in the wider one."""
    edges = [
        (max(side.start - reach_px, 0), min(side.stop + reach_px, length), side)
        for side, length in zip(box, shape_yx, strict=True)
    ]
    (top, bottom, rows), (left, right, columns) = edges
    inner = (
        slice(rows.start - top, rows.stop - top),
        slice(columns.start - left, columns.stop - left),
    )
    return (slice(top, bottom), slice(left, right)), inner
