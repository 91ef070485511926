"""Intensities: mean, sum, maximum and spread of all objects at once, in double precision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.cells.measuring.shapes import divide

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.cells.labels import Runs
    from napari_seewhy.cells.measuring.shapes import Columns


@dataclass(frozen=True, slots=True, eq=False)
class RegionPixels:
    """Where the pixels of a region's objects lie in an image, found once for all its channels.

    Attributes
    ----------
    runs
        The objects.
    places
        Place of every pixel of every run in the raveled image, run after run.
    first
        Where each run begins in `places`.
    """

    runs: Runs
    places: NDArray[np.int64]
    first: NDArray[np.int64]

    @classmethod
    def from_runs(cls, runs: Runs, width: int) -> RegionPixels:
        """Find the pixels of `runs` in an image of `width` columns."""
        lengths = runs.lengths
        first = np.cumsum(lengths) - lengths
        places = np.repeat(runs.y * width + runs.start - first, lengths)
        places += np.arange(places.size)
        return cls(runs, places, first)

    def owners(self) -> NDArray[np.int64]:
        """Place in ``runs.numbers`` of the object that each pixel belongs to."""
        return np.repeat(self.runs.owner, self.runs.lengths)


def measure_intensities(region: RegionPixels, pixels: NDArray[Any]) -> Columns:
    """Measure the intensity of one channel within every object of a region.

    Parameters
    ----------
    region
        Where the objects lie.
    pixels
        One channel, shape ``(Y, X)``, any number type; sums are kept in float64.

    Returns
    -------
    dict of arrays ``(N,)``, float64
        ``mean``, ``sum``, ``max`` and ``std`` (of the population, as `numpy.std`). An object of no
        pixels has a sum of 0 and NaN else.
    """
    runs = region.runs
    values = pixels.reshape(-1)[region.places]
    total = runs.total(np.add.reduceat(values, region.first, dtype=np.float64))
    area = runs.areas()
    mean = divide(total, area)
    largest = np.full(runs.n_objects, -np.inf)
    np.maximum.at(largest, runs.owner, np.maximum.reduceat(values, region.first))
    deviations = values - np.repeat(mean[runs.owner], runs.lengths)
    squares = np.add.reduceat(np.square(deviations, out=deviations), region.first)
    return {
        "mean": mean,
        "sum": total,
        "max": np.where(area > 0, largest, np.nan),
        "std": np.sqrt(divide(runs.total(squares), area)),
    }
