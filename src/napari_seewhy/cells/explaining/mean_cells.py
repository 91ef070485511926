"""The mean cell of every class: what it looks like, and where the network looks in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.explaining import find_poses, turn

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class MeanCell:
    """The mean of the cells of one class, all turned the same way.

    Attributes
    ----------
    n
        How many cells.
    heatmap
        ``(H, W)`` float32, at least 0.
    pixels
        ``(C, H, W)`` float32, what the cells look like.
    """

    n: int
    heatmap: NDArray[np.float32]
    pixels: NDArray[np.float32]


class MeanCells:
    """Adds up cells, class by class, so that only the sums are kept.

    Parameters
    ----------
    classes
        Names of the classes.
    """

    def __init__(self, classes: tuple[str, ...]) -> None:
        self._classes = classes
        self._counts = np.zeros(len(classes), np.int64)
        self._sums: dict[int, NDArray[np.float64]] = {}

    def add(
        self,
        answer: NDArray[np.int64],
        heatmaps: NDArray[np.float32],
        pixels: NDArray[Any],
        masks: NDArray[np.bool_],
    ) -> None:
        """Add some cells.

        Parameters
        ----------
        answer
            ``(n,)`` place of their class.
        heatmaps
            ``(n, H, W)``.
        pixels
            ``(n, C, H, W)``; the last channel tells one end of a cell from the other.
        masks
            ``(n, H, W)`` where the cells are.
        """
        poses = find_poses(masks, _above_least(pixels[:, -1]))
        pictures = [heatmaps, *pixels.swapaxes(0, 1)]
        turned = np.stack([turn(picture, poses) for picture in pictures], axis=1)
        for k in np.unique(answer):
            of_class = turned[answer == k]
            self._counts[k] += len(of_class)
            total = of_class.sum(axis=0, dtype=np.float64)
            self._sums[k] = self._sums.get(k, 0.0) + total

    def means(self) -> dict[str, MeanCell]:
        """Return the mean of every class that has cells, in the order of the classes."""
        means = {}
        for k, name in enumerate(self._classes):
            if k in self._sums:
                mean = (self._sums[k] / self._counts[k]).astype(np.float32)
                means[name] = MeanCell(int(self._counts[k]), mean[0], mean[1:])
        return means


def _above_least(channel: NDArray[Any]) -> NDArray[np.float32]:
    """Brightness above the darkest pixel of each crop ``(n, H, W)``: weights are at least 0."""
    exact = channel.astype(np.float32)
    above: NDArray[np.float32] = exact - exact.min(axis=(1, 2), keepdims=True)
    return above
