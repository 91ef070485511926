"""What is background and what is bright, from a histogram of the whole plane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.images import cut_tiles
from napari_seewhy.progress import Step, Task

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.cells.planes.smooth_plane import SmoothPlane
    from napari_seewhy.images import Box

_N_BINS = 2**16
_BLOCK_PX = 1024
"""Edge of a block in pixels. The blocks never change, so nothing that is learnt from them depends
on how the plane is cut into tiles later."""

_N_BLOCKS_FOR_SIZE = 8
_MIN_CONTRAST = 2.5
"""Otsu's threshold lies about 1.1 deviations of the background above it in an image of noise
alone, and above 3.5 in every image of the 2018 Data Science Bowl."""


@dataclass(frozen=True, slots=True)
class IntensityLevels:
    """Intensities that describe a plane.

    Attributes
    ----------
    lowest, highest
        Of all pixels after the blur.
    background
        Median of what is not brighter than the threshold.
    threshold
        By Otsu (1979, IEEE Trans. Syst. Man Cybern. 9:62): the level that parts the intensities
        into the two most distinct groups.
    dim_threshold
        The same of the square roots of the intensities above the lowest, which is lower: it takes
        the dim parts in where brightness differs from place to place, as in a stain of whole cells.
    noise
        Spread of the background: 1.48 times the median distance from its median, which is the
        standard deviation where the background is Gaussian.
    blocks
        The parts of the plane with the most structure in them, at most eight.
    """

    lowest: float
    highest: float
    background: float
    threshold: float
    dim_threshold: float
    noise: float
    blocks: tuple[Box, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands out from the background."""
        return self.threshold - self.background <= _MIN_CONTRAST * self.noise


def find_levels_steps(plane: SmoothPlane) -> Task[IntensityLevels]:
    """Describe a plane, block by block; a constant one has all levels equal."""
    blocks = [tile.core for tile in cut_tiles(plane.shape, _BLOCK_PX, 0)]
    extremes = []
    spreads = []
    for block in blocks:
        yield Step(0, 0, "Looking at the intensities")
        values = plane.window(block)
        extremes.append((float(values.min()), float(values.max())))
        spreads.append(float(values.std()))
    lowest = min(low for low, _ in extremes)
    highest = max(high for _, high in extremes)
    by_spread = sorted(range(len(blocks)), key=lambda i: -spreads[i])[:_N_BLOCKS_FOR_SIZE]
    structured = tuple(blocks[i] for i in by_spread)
    if lowest == highest:
        return IntensityLevels(lowest, highest, lowest, lowest, lowest, 0.0, structured)
    width = (highest - lowest) / (_N_BINS - 1)
    counts = np.zeros(_N_BINS, np.int64)
    for block in blocks:
        yield Step(0, 0, "Looking at the intensities")
        bins = ((plane.window(block) - lowest) / width).astype(np.int32)
        counts += np.bincount(bins.ravel(), minlength=_N_BINS)
    bins_above_lowest = np.arange(_N_BINS)
    threshold = _otsu_bin(counts, bins_above_lowest)
    dim_threshold = _otsu_bin(counts, np.sqrt(bins_above_lowest))
    darker = counts[: threshold + 1]
    middle = _median_bin(darker)
    distances = np.bincount(np.abs(np.arange(len(darker)) - middle), weights=darker)
    return IntensityLevels(
        lowest=lowest,
        highest=highest,
        background=lowest + middle * width,
        threshold=lowest + threshold * width,
        dim_threshold=lowest + dim_threshold * width,
        noise=1.4826 * _median_bin(distances) * width,
        blocks=structured,
    )


def _otsu_bin(counts: NDArray[np.int64], values: NDArray[np.int64 | np.float64]) -> int:
    """Last bin of the darker group, where the bins stand for rising `values`.

    It is in the middle of the gap where the groups leave one: `skimage.filters.threshold_otsu`
    takes the beginning, which is the background itself in an image of two intensities.
    """
    n_dark = np.cumsum(counts).astype(float)
    sum_dark = np.cumsum(counts * values).astype(float)
    n_all, n_dark = n_dark[-1], n_dark[:-1]
    sum_all, sum_dark = sum_dark[-1], sum_dark[:-1]
    between = (sum_all * n_dark - sum_dark * n_all) ** 2 / np.maximum(n_dark * (n_all - n_dark), 1)
    best = np.flatnonzero(between >= between.max() * (1 - 1e-12))
    return int(best[0] + best[-1]) // 2


def _median_bin(counts: NDArray[np.generic]) -> int:
    summed = np.cumsum(counts)
    return int(np.searchsorted(summed, summed[-1] / 2))


def thickness_px(masks: list[NDArray[np.bool_]]) -> float:
    """Usual diameter of what is true in some masks, without telling objects apart.

    A disc has four times its area over its outline as diameter. The outline is counted in edges of
    pixels, which is 4 / pi too long on average over all directions.

    Returns
    -------
    Diameter in pixels, 0 where nothing is true
    """
    area = sum(int(mask.sum()) for mask in masks)
    n_edges = sum(
        int((mask[1:] != mask[:-1]).sum()) + int((mask[:, 1:] != mask[:, :-1]).sum())
        for mask in masks
    )
    return 16 / np.pi * area / max(n_edges, 1)
