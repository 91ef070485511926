"""Numbers of the pixels of samples: mean, spread, percentiles, and how large the object is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


_SMOOTHING_PX = 1.0
_CONTRAST = 4.0  # how far an object lies from the margin, in spreads of the margin


def median_diameter(pixels: NDArray[Any]) -> list[float | None]:
    """Measure how large what stands out in the middle of the samples is.

    An object is what differs from the margin of its sample, brighter or darker, by more than
    Otsu's threshold of that difference; holes are filled, so that a cell in brightfield, grey
    within a dark outline, counts as a whole.

    Parameters
    ----------
    pixels
        Samples ``(N, C, H, W)`` of any type.

    Returns
    -------
    list of float or None
        Per channel the median diameter in pixels of a disc of the same area; None where most
        samples show nothing in their middle.
    """
    diameters = np.array([[_diameter(plane) for plane in sample] for sample in pixels])
    shown = np.isfinite(diameters).mean(0) >= 0.5
    return [
        float(np.nanmedian(column)) if is_shown else None
        for column, is_shown in zip(diameters.T, shown, strict=True)
    ]


def _diameter(plane: NDArray[Any]) -> float:
    """Diameter of the object in the middle of one plane ``(H, W)``, NaN where there is none."""
    from scipy import ndimage
    from skimage.filters import threshold_otsu

    smooth = ndimage.gaussian_filter(plane.astype(np.float32), _SMOOTHING_PX)
    margin = np.concatenate([smooth[[0, -1]].ravel(), smooth[:, [0, -1]].ravel()])
    level = np.median(margin)
    difference = np.abs(smooth - level)
    threshold = threshold_otsu(difference) if np.ptp(difference) > 0 else np.inf
    # 1.4826 makes a spread of the median distance, which a neighbour at the margin hardly moves.
    if not threshold > _CONTRAST * 1.4826 * np.median(np.abs(margin - level)):
        return np.nan
    parts, _ = ndimage.label(ndimage.binary_fill_holes(difference > threshold))
    middle = parts[tuple(slice(edge // 4, edge - edge // 4) for edge in parts.shape)]
    areas = np.bincount(middle.ravel())
    if len(areas) < 2:
        return np.nan
    part = 1 + int(np.argmax(areas[1:]))
    return float(2 * np.sqrt(np.count_nonzero(parts == part) / np.pi))


_N_DRAWN = 2**20  # pixels per channel; the 1st percentile of so many is off by 0.02 percentiles


class ChannelMoments:
    """Gathers, channel by channel, what blocks of samples are like.

    Mean and spread are exact: blocks are joined by the rule of Chan, Golub and LeVeque (1983, Am
    Stat 37:242), which does not lose digits as sums of squares do. Percentiles are those of at most
    a million pixels, drawn with a fixed seed.

    Parameters
    ----------
    n_channels
        Channels of a sample.
    n_pixels
        Pixels of a channel over all samples that will come.

    Attributes
    ----------
    mean, lowest, highest
        ``(C,)`` float64.
    """

    def __init__(self, n_channels: int, n_pixels: int) -> None:
        self.mean = np.zeros(n_channels)
        self.lowest = np.full(n_channels, np.inf)
        self.highest = np.full(n_channels, -np.inf)
        self._n = 0
        self._squares = np.zeros(n_channels)  # sum of squared distances from the mean
        self._share = min(1.0, _N_DRAWN / max(1, n_pixels))
        self._drawn: list[NDArray[np.float32]] = []
        self._generator = np.random.default_rng(0)

    @property
    def std(self) -> NDArray[np.float64]:
        """``(C,)`` standard deviation of all pixels."""
        spread: NDArray[np.float64] = np.sqrt(self._squares / max(1, self._n))
        return spread

    def add(self, pixels: NDArray[Any]) -> None:
        """Take in samples ``(N, C, H, W)``."""
        values = np.moveaxis(pixels, 1, 0).reshape(pixels.shape[1], -1).astype(np.float64)
        n = values.shape[1]
        mean = values.mean(1)
        apart = mean - self.mean
        total = self._n + n
        self._squares += values.var(1) * n + apart**2 * (self._n * n / total)
        self.mean += apart * (n / total)
        self._n = total
        np.minimum(self.lowest, values.min(1), out=self.lowest)
        np.maximum(self.highest, values.max(1), out=self.highest)
        self._drawn.append(self._draw(values).astype(np.float32))

    def percentiles(self, percents: Sequence[float]) -> NDArray[np.float64]:
        """Return the percentiles ``(P, C)`` of what was taken in."""
        found: NDArray[np.float64] = np.percentile(np.concatenate(self._drawn, 1), percents, 1)
        return found

    def _draw(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        if self._share == 1:
            return values
        n_drawn = max(1, round(self._share * values.shape[1]))
        return values[:, self._generator.integers(0, values.shape[1], n_drawn)]
