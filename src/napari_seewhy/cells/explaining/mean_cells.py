"""The mean cell of every class: what it looks like, and where the network looks in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_N_AT_ONCE = 256


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


@dataclass(frozen=True, slots=True, eq=False)
class Poses:
    """How every cell lies in its crop.

    Attributes
    ----------
    center
        ``(N, 2)`` y, x of its centre in pixels of the crop.
    axes
        ``(N, 2, 2)`` directions (y, x) that should point down and to the right; at right angles and
        of length 1, mirrored where needed.
    """

    center: NDArray[np.float64]
    axes: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.center)


def find_poses(masks: NDArray[np.bool_], weights: NDArray[Any]) -> Poses:
    """Find out how cells lie: along the longest axis, with the heavier side right and below.

    Parameters
    ----------
    masks
        ``(N, H, W)`` where each cell is in its crop; its second moments give the longest axis.
    weights
        ``(N, H, W)`` what tells one end of the cell from the other, such as the channel of the
        Golgi; at least 0.

    Returns
    -------
    Poses
        A cell of no pixels is left where it is.
    """
    n, height, width = masks.shape
    places = np.indices((height, width)).reshape(2, -1).T.astype(np.float64)
    inside = masks.reshape(n, height * width).astype(np.float64)
    center = _mean_place(inside, places, np.array([(height - 1) / 2, (width - 1) / 2]))
    second = np.einsum("np,pi,pj->nij", inside, places, places) / np.maximum(
        inside.sum(axis=1), 1
    ).reshape(-1, 1, 1)
    spread = second - center[:, :, None] * center[:, None, :]
    spread[inside.sum(axis=1) == 0] = np.diag([1.0, 2.0])
    # Eigenvalues rise: the short axis first, which is to point down, then the long one.
    axes = np.linalg.eigh(spread)[1].transpose(0, 2, 1)
    heavy = _mean_place(inside * weights.reshape(n, height * width), places, center) - center
    side = np.einsum("nij,nj->ni", axes, heavy)
    return Poses(center, np.where(side < 0, -1.0, 1.0)[:, :, None] * axes)


def turn(pictures: NDArray[Any], poses: Poses) -> NDArray[np.float32]:
    """Turn pictures so that all cells lie alike, their centres in the middle.

    Parameters
    ----------
    pictures
        ``(N, H, W)``.
    poses
        Of the same cells.

    Returns
    -------
    ndarray, shape ``(N, H, W)``, float32
        Linear between pixels; 0 where a picture holds nothing.
    """
    from scipy.ndimage import map_coordinates

    n, height, width = pictures.shape
    middle = np.array([(height - 1) / 2, (width - 1) / 2])
    wanted = np.indices((height, width)).transpose(1, 2, 0) - middle
    turned = np.empty((n, height, width), np.float32)
    for start in range(0, n, _N_AT_ONCE):
        some = slice(start, start + _N_AT_ONCE)
        axes, center = poses.axes[some], poses.center[some]
        places = np.einsum("hwi,nij->jnhw", wanted, axes) + center.T[:, :, None, None]
        which = np.broadcast_to(np.arange(len(axes))[:, None, None], places.shape[1:])
        turned[some] = map_coordinates(
            pictures[some].astype(np.float32), [which, *places], order=1, mode="constant"
        )
    return turned


def _mean_place(
    weights: NDArray[np.float64], places: NDArray[np.float64], fallback: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Weighted mean place ``(N, 2)``; the fallback where all weights are 0."""
    total = weights.sum(axis=1, keepdims=True)
    is_known = total > 0
    mean: NDArray[np.float64] = np.where(
        is_known, weights @ places / np.where(is_known, total, 1), fallback
    )
    return mean
