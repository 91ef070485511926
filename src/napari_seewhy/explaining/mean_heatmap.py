"""Where a network looks on average, class by class; needs no torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.explaining.poses import turn

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from napari_seewhy.explaining.poses import Poses


def mean_heatmaps(
    heatmaps: NDArray[np.float32], classes: ArrayLike, poses: Poses | None = None
) -> dict[str, NDArray[np.float32]]:
    """Average the heatmaps of every class, after turning the cells the same way.

    Pictures may be averaged in the same way, to be shown below.

    Parameters
    ----------
    heatmaps
        ``(N, H, W)``.
    classes
        ``(N,)`` name of each one's class.
    poses
        How the cells lie, see `find_poses`; None leaves them as they are.

    Returns
    -------
    dict
        Name of the class -> ``(H, W)`` float32, in alphabetical order.

    Examples
    --------
    >>> heatmaps = np.array([[[0, 2]], [[0, 4]], [[1, 0]]], np.float32)
    >>> means = mean_heatmaps(heatmaps, ["G2", "G2", "G1"])
    >>> means["G1"], means["G2"]
    (array([[1., 0.]], dtype=float32), array([[0., 3.]], dtype=float32))
    """
    turned = heatmaps if poses is None else turn(heatmaps, poses)
    names = np.asarray(classes).astype(str)
    return {
        str(name): turned[names == name].mean(axis=0, dtype=np.float64).astype(np.float32)
        for name in np.unique(names)
    }
