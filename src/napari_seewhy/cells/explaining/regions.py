"""The regions whose share of attention is told: nucleus, rim, outside, cell, organelles."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.cells.labels import check_labels
from napari_seewhy.cells.measuring import DEFAULT_SPOT_WIDTH_PX, SMOOTHING_PX, find_spot_threshold
from napari_seewhy.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from napari_seewhy.cells.cropping import CropPlan

NUCLEUS, RIM, OUTSIDE, CELL = "nucleus", "rim", "outside", "cell"
"""Names of the regions that every cell has; nucleus, rim and outside leave nothing out."""


@dataclass(frozen=True, slots=True, eq=False)
class RegionCutter:
    """Cuts the regions of cells in the same windows as their crops.

    Attributes
    ----------
    plan
        How the crops are cut.
    nuclei
        Labels of the nuclei, ``(Y, X)`` or ``(T, Y, X)``.
    has_cells
        Whether the plan's labels are those of whole cells.
    others
        Name -> labels or mask of the same shape, such as those of an organelle.
    rim_px
        Width of the rim in pixels of the image.
    """

    plan: CropPlan
    nuclei: NDArray[np.int32]
    has_cells: bool
    others: dict[str, NDArray[np.bool_]]
    rim_px: float

    def cut(self, rows: NDArray[np.int64]) -> dict[str, NDArray[np.bool_]]:
        """Draw the regions ``(n, H, W)`` of the cells of these rows, by name."""
        nucleus = replace(self.plan, labels=self.nuclei).cut_masks(rows)
        near = _is_near(nucleus, self.rim_px / self.plan.geometry.scale)
        regions = {NUCLEUS: nucleus, RIM: near & ~nucleus, OUTSIDE: ~near}
        if self.has_cells:
            regions[CELL] = self.plan.cut_masks(rows)
        for name, mask in self.others.items():
            # A mask has the number 1 everywhere, so every cell looks for that one.
            anywhere = replace(
                self.plan, labels=mask.astype(np.int32), cells=self.plan.cells.assign(label=1)
            )
            regions[name] = anywhere.cut_masks(rows)
        return regions


def make_cutter(
    plan: CropPlan,
    labels: ArrayLike,
    *,
    has_cells: bool,
    others: Mapping[str, ArrayLike],
    rim_px: float,
) -> RegionCutter:
    """Check the pictures that regions are cut from.

    Raises
    ------
    DataError
        If one is of another size than the image.
    OptionError
        If one is named as a region that is always there.
    """
    taken = {NUCLEUS, RIM, OUTSIDE, CELL}.intersection(others)
    if taken:
        raise OptionError(f"A region is called {min(taken)} already; give yours another name.")
    masks = {name: check_labels(picture, plan.image) > 0 for name, picture in others.items()}
    return RegionCutter(plan, check_labels(labels, plan.image), has_cells, masks, rim_px)


def find_organelle(channel: NDArray[Any], inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Find the bright structures of one channel of crops, as spots are found for measuring.

    Parameters
    ----------
    channel
        ``(n, H, W)``.
    inside
        ``(n, H, W)`` where the threshold is taken from: the cells and what is just about them.
    """
    from scipy import ndimage as ndi

    side = int(2 * np.ceil(DEFAULT_SPOT_WIDTH_PX / 2) + 1)
    smooth = ndi.gaussian_filter(channel.astype(np.float32), (0, SMOOTHING_PX, SMOOTHING_PX))
    lifted = smooth - ndi.grey_opening(smooth, size=(1, side, side))
    is_bright: NDArray[np.bool_] = lifted > find_spot_threshold(lifted[inside])
    return is_bright


def _is_near(masks: NDArray[np.bool_], width_px: float) -> NDArray[np.bool_]:
    """Where a pixel is no further than so many from the mask of its own crop."""
    from scipy.ndimage import distance_transform_edt

    # Crops lie further apart than any two pixels of one, so no crop sees its neighbour's mask.
    apart = sum(masks.shape[1:]) + width_px
    if not masks.any():
        return masks
    distance = distance_transform_edt(~masks, sampling=(apart, 1, 1))
    is_near: NDArray[np.bool_] = distance <= width_px
    return is_near
