"""Painting heatmaps back: every cell's at the place of the cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.explaining import scale_heatmaps, weigh_squares
from napari_seewhy.progress import Step

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.explaining import Heatmaps, HeatmapScale
    from napari_seewhy.progress import Task


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
