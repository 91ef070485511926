"""Texture: grey-level co-occurrence of all objects at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.cells.measuring.regions import Region
    from napari_seewhy.cells.measuring.shapes import Columns

DIRECTIONS = ((0, 1), (1, 1), (1, 0), (1, -1))
"""Steps in y and x from a pixel to the neighbour it is paired with: 0, 45, 90 and 135 degrees."""

_FEATURES = ("contrast", "homogeneity", "correlation", "entropy")
_OBJECTS_AT_ONCE = 4096


def measure_texture(
    region: Region, pixels: NDArray[Any], scale: tuple[float, float], n_levels: int
) -> Columns:
    """Measure how the brightness of neighbouring pixels goes together within every object.

    Pixels are sorted into levels of equal width. Both pixels of a pair lie in the object, and each
    pair is counted both ways. A feature is the mean of its values in the four directions, leaving
    out those in which the object has no pair; NaN for an object without any.

    After R. M. Haralick et al., "Textural features for image classification", IEEE Transactions on
    Systems, Man, and Cybernetics 3 (1973) 610-621, https://doi.org/10.1109/TSMC.1973.4309314; the
    same formulas as `skimage.feature.graycoprops`.

    Parameters
    ----------
    region
        The objects.
    pixels
        One channel of the region's rows, shape ``(Y, X)``.
    scale
        Intensities of the lower edge of the lowest level and the upper edge of the highest; what
        lies beyond is counted to these levels.
    n_levels
        Number of grey levels.

    Returns
    -------
    dict of arrays ``(N,)``, float64
        ``contrast``, ``homogeneity``, ``correlation`` and ``entropy`` (natural logarithm).
    """
    n = region.runs.n_objects
    owners = np.full(pixels.shape, -1)
    owners.reshape(-1)[region.pixels.places] = region.pixels.owners()
    levels = find_levels(pixels, scale, n_levels)
    totals = np.zeros((len(_FEATURES), n))
    n_directions = np.zeros(n)
    for direction in DIRECTIONS:
        owner, pair = _find_pairs(owners, levels, direction, n_levels)
        for start in range(0, n, _OBJECTS_AT_ONCE):
            some = slice(start, min(n, start + _OBJECTS_AT_ONCE))
            is_in = (owner >= some.start) & (owner < some.stop)
            together = _count(owner[is_in] - some.start, pair[is_in], some, n_levels)
            has_pairs = together.any(axis=(1, 2))
            totals[:, some][:, has_pairs] += _measure_features(together[has_pairs])
            n_directions[some] += has_pairs
    means = totals / np.where(n_directions > 0, n_directions, np.nan)
    return dict(zip(_FEATURES, means, strict=True))


def find_levels(
    pixels: NDArray[Any], scale: tuple[float, float], n_levels: int
) -> NDArray[np.int64]:
    """Sort intensities into levels of equal width, from 0.

    Examples
    --------
    >>> find_levels(np.array([0, 24, 25, 50, 100, 999]), (0, 100), 4)
    array([0, 0, 1, 2, 3, 3])
    """
    low, high = scale
    if high <= low:
        return np.zeros(pixels.shape, np.int64)
    of_range = (pixels.astype(np.float64) - low) / (high - low)
    return np.clip(of_range * n_levels, 0, n_levels - 1).astype(np.int64)


def _find_pairs(
    owners: NDArray[np.int64],
    levels: NDArray[np.int64],
    direction: tuple[int, int],
    n_levels: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the pairs of neighbours within one object: its place, and both levels as one number."""
    down, right = direction
    height, width = owners.shape
    here = slice(0, height - down), slice(max(0, -right), width - max(0, right))
    there = slice(down, height), slice(max(0, right), width - max(0, -right))
    is_pair = (owners[here] == owners[there]) & (owners[here] >= 0)
    return owners[here][is_pair], levels[here][is_pair] * n_levels + levels[there][is_pair]


def _count(
    owner: NDArray[np.int64], pair: NDArray[np.int64], some: slice, n_levels: int
) -> NDArray[np.float64]:
    """Count the pairs of each object both ways, shape ``(N, n_levels, n_levels)``."""
    shape = (some.stop - some.start, n_levels, n_levels)
    places = owner * n_levels**2 + pair
    counts = np.bincount(places, minlength=int(np.prod(shape))).reshape(shape).astype(np.float64)
    return counts + counts.transpose(0, 2, 1)


def _measure_features(together: NDArray[np.float64]) -> NDArray[np.float64]:
    """Measure `_FEATURES`, in that order, of symmetric co-occurrences ``(N, L, L)``."""
    share = together / together.sum(axis=(1, 2), keepdims=True)
    level = np.arange(share.shape[1])
    gap_squared = np.square(level[:, None] - level[None, :])
    of_level = share.sum(axis=2)
    mean = of_level @ level
    variance = of_level @ np.square(level) - mean**2
    product = np.einsum("nij,i,j->n", share, level, level)
    is_flat = variance < 1e-12
    logarithm = np.log(share, out=np.zeros_like(share), where=share > 0)
    return np.stack(
        [
            np.einsum("nij,ij->n", share, gap_squared),
            np.einsum("nij,ij->n", share, 1 / (1 + gap_squared)),
            np.where(is_flat, 1.0, (product - mean**2) / np.where(is_flat, 1.0, variance)),
            -np.einsum("nij,nij->n", share, logarithm),
        ]
    )
