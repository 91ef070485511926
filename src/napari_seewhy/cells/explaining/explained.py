"""`ExplainedCells`: where a network looked in the cells of an image, and heatmaps painted back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.explaining import scale_heatmaps, weigh_squares
from napari_seewhy.progress import Step

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.cells.explaining.mean_cells import MeanCell
    from napari_seewhy.explaining import Heatmaps, HeatmapScale
    from napari_seewhy.models.preflight import Preflight
    from napari_seewhy.progress import Task


ATTENTION = "attention_"
PER_AREA = "attention_per_area_"
"""What the columns of attention begin with; the region follows."""


@dataclass(frozen=True, slots=True, eq=False)
class ExplainedCells:
    """Where a network looked in the cells of an image.

    Attributes
    ----------
    images
        Name of each class that was explained -> heatmaps painted at the places of its cells, of the
        shape of the labels, float32, 0..1.
    table
        One row per cell, as of `classify_cells`, with ``attention_<region>``: the share of its
        heatmap in that region; and ``attention_per_area_<region>``: 1 = as much as by chance. NaN
        where a heatmap is all zero.
    comparison
        The shares compared between the classes, see `compare_attention`.
    means
        Name of each class that the model says of a cell -> the mean of its cells.
    heatmaps, places
        What `paint_heatmaps` needs to paint them again in another scale.
    preflight
        How the cells compare with those that the model was trained on.
    device
        Where the network ran; empty where there was no cell.
    warnings
        Sentences for the person, besides those of the preflight.
    """

    images: dict[str, NDArray[np.float32]]
    table: pd.DataFrame
    comparison: pd.DataFrame
    means: dict[str, MeanCell]
    heatmaps: Heatmaps
    places: CropPlaces
    preflight: Preflight
    device: str
    warnings: tuple[str, ...] = ()

    def describe(self) -> str:
        """Say how many cells were explained where and at which layer, and what is to be known."""
        n = len(self.table)
        cells = "1 cell" if n == 1 else f"{n:,} cells"
        said = f"{cells} explained on {self.device}, at the layer {self.heatmaps.layer}."
        return " ".join([*([said] if n else []), *self.warnings])

    @property
    def shares(self) -> pd.DataFrame:
        """The share of attention of each cell in each region, one column per region."""
        return self._columns(ATTENTION)

    @property
    def per_area(self) -> pd.DataFrame:
        """How many times what chance gives each region of each cell gets, as `shares`."""
        return self._columns(PER_AREA)

    def _columns(self, start: str) -> pd.DataFrame:
        regions = [
            str(name).removeprefix(PER_AREA)
            for name in self.table
            if str(name).startswith(PER_AREA)
        ]
        return self.table[[f"{start}{region}" for region in regions]].set_axis(regions, axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class CropPlaces:
    """Where crops lie in their image.

    Attributes
    ----------
    top, left
        ``(N,)`` where the centre of a crop's first pixel lies, in pixels of the image.
    t
        ``(N,)`` time point, 0 where there is no time axis.
    scale
        Width of a crop's pixel in pixels of the image.
    shape
        ``(Y, X)`` or ``(T, Y, X)``, that of the labels.
    """

    top: NDArray[np.float64]
    left: NDArray[np.float64]
    t: NDArray[np.int64]
    scale: float
    shape: tuple[int, ...]


def paint_heatmaps(
    heatmaps: Heatmaps, places: CropPlaces, per: HeatmapScale = "all"
) -> dict[str, NDArray[np.float32]]:
    """Paint the heatmaps of every class into a picture of the size of the image.

    Where crops overlap, a pixel shows the heatmap of the cell whose crop has the nearer middle.

    Parameters
    ----------
    heatmaps
        N of them, not yet scaled.
    places
        Where their crops lie.
    per
        One scale for all cells and classes, or for each cell its own.

    Returns
    -------
    dict
        Name of each class that was explained -> pixels of the shape of the labels, float32, 0..1;
        0 where there is no crop of a cell of that class.
    """
    canvas = _Canvas(places)
    scaled = scale_heatmaps(heatmaps.grid, per)
    for i, grid in enumerate(scaled):
        canvas.paint(i, grid, heatmaps.size_px)
    # The last one is for pixels that no crop covers, whose owner is -1.
    class_of = np.append(heatmaps.target, -1)[canvas.owner]
    return {
        heatmaps.classes[k]: np.where(class_of == k, canvas.values, np.float32(0))
        for k in np.unique(heatmaps.target)
    }


def paint_heatmaps_steps(
    heatmaps: Heatmaps, places: CropPlaces, per: HeatmapScale
) -> Task[dict[str, NDArray[np.float32]]]:
    """Paint heatmaps again in another scale, as a task."""
    yield Step(0, 0, "Painting")
    return paint_heatmaps(heatmaps, places, per)


class _Canvas:
    """A picture in which every pixel belongs to one crop.

    Attributes
    ----------
    values, owner
        Of the shape of the labels: the heatmap there, and the number of its crop, -1 = none.
    """

    def __init__(self, places: CropPlaces) -> None:
        self._places = places
        self.values = np.zeros(places.shape, np.float32)
        self.owner = np.full(places.shape, -1, np.int32)
        self._nearest = np.full(places.shape, np.inf, np.float32)

    def paint(self, i: int, grid: NDArray[np.float32], size_px: tuple[int, int]) -> None:
        """Paint one heatmap where its crop is the nearest so far."""
        places = self._places
        frame_px = places.shape[-2:]
        windows, weights, distances = [], [], []
        for start, n_fine, n_coarse, length in zip(
            (places.top[i], places.left[i]), size_px, grid.shape, frame_px, strict=True
        ):
            # A pixel belongs to a crop if its middle does.
            first = max(0, int(np.ceil(start - 0.5 * places.scale)))
            last = min(length, int(np.ceil(start + (n_fine - 0.5) * places.scale)))
            place = (np.arange(first, max(first, last)) - start) / places.scale
            windows.append(slice(first, max(first, last)))
            weights.append(weigh_squares(place, n_fine, n_coarse))
            distances.append((place - (n_fine - 1) / 2).astype(np.float32) ** 2)
        where = tuple(windows)
        values, owner, nearest = (
            picture.reshape(-1, *frame_px)[places.t[i]][where]
            for picture in (self.values, self.owner, self._nearest)
        )
        distance = distances[0][:, None] + distances[1]
        is_nearer = distance < nearest
        np.copyto(nearest, distance, where=is_nearer)
        np.copyto(values, weights[0] @ grid @ weights[1].T, where=is_nearer)
        owner[is_nearer] = i
