"""Grow whole cells from nuclei, each with the number of its nucleus."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.images.image import Pixels


def expand_nuclei(nuclei: NDArray[np.int32], distance_px: float) -> NDArray[np.int32]:
    """Grow every nucleus by a distance; where two meet, each pixel goes to the nearer one.

    Parameters
    ----------
    nuclei
        Labels ``(Y, X)`` int32.
    distance_px
        How far a cell reaches beyond its nucleus.

    Returns
    -------
    Labels ``(Y, X)`` int32 with the same numbers
    """
    from skimage.segmentation import expand_labels

    grown: NDArray[np.int32] = expand_labels(nuclei, distance_px)
    return grown


def flood_cells(
    nuclei: NDArray[np.int32], cytoplasm: Pixels, distance_px: float | None, smoothing_px: float
) -> NDArray[np.int32]:
    """Grow every nucleus through the bright part of a channel that fills the cell.

    Parameters
    ----------
    nuclei
        Labels ``(Y, X)`` int32.
    cytoplasm
        ``(Y, X)``, bright in the cells.
    distance_px
        No cell reaches farther than this beyond its nucleus; None = without limit.
    smoothing_px
        Sigma of the blur of the channel.

    Returns
    -------
    Labels ``(Y, X)`` int32 with the same numbers
        Bright parts that hold no nucleus stay background.
    """
    from scipy.ndimage import gaussian_filter
    from skimage.filters import threshold_otsu
    from skimage.segmentation import watershed

    smooth = gaussian_filter(np.asarray(cytoplasm, np.float32), smoothing_px, mode="nearest")
    is_cell = (smooth > threshold_otsu(smooth)) | (nuclei > 0)
    if distance_px is not None:
        is_cell &= expand_nuclei(nuclei, distance_px) > 0
    cells: NDArray[np.int32] = watershed(-smooth, nuclei, mask=is_cell)
    return cells.astype(np.int32, copy=False)
