"""The regions whose share of attention is told: nucleus, rim, outside, cell, organelles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.cells.measuring import DEFAULT_SPOT_WIDTH_PX, SMOOTHING_PX, find_spot_threshold
from napari_seewhy.errors import OptionError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.cells.cropping import CropPlan
    from napari_seewhy.cells.explaining.options import ExplainCellsOptions

NUCLEUS, RIM, OUTSIDE, CELL = "nucleus", "rim", "outside", "cell"
"""Names of the regions that every cell has; nucleus, rim and outside leave nothing out."""


@dataclass(frozen=True, slots=True, eq=False)
class RegionCutter:
    """Cuts the regions of cells in the same windows as their crops.

    Attributes
    ----------
    plan
        How the crops are cut, and the labels of the regions.
    options
        Width of the rim, and the channel in which an organelle is found.
    organelle
        Number of that channel among those of the model, None where none is counted.

    Raises
    ------
    OptionError
        If a region is named as one that is always there.
    """

    plan: CropPlan
    options: ExplainCellsOptions
    organelle: int | None

    def __post_init__(self) -> None:
        taken = {NUCLEUS, RIM, OUTSIDE, CELL}.intersection(self.plan.source.regions)
        if taken:
            raise OptionError(f"A region is called {min(taken)} already; give yours another name.")

    def cut(self, rows: NDArray[np.int64], pixels: NDArray[Any]) -> dict[str, NDArray[np.bool_]]:
        """Draw the regions ``(n, H, W)`` of the cells of these rows, by name.

        Parameters
        ----------
        rows
            Of the table of cells.
        pixels
            Their crops ``(n, C, H, W)``.
        """
        plan, source = self.plan, self.plan.source
        nucleus = plan.cut_masks(rows, source.labels)
        near = _is_near(nucleus, self.options.rim_px / plan.geometry.scale)
        regions = {NUCLEUS: nucleus, RIM: near & ~nucleus, OUTSIDE: ~near}
        if source.cell_labels is not None:
            regions[CELL] = plan.cut_masks(rows, source.cell_labels)
        for name, labels in source.regions.items():
            regions[name] = plan.cut_masks(rows, labels, of_any=True)
        if self.organelle is not None:
            channel = pixels[:, self.organelle]
            regions[self.options.organelle] = find_organelle(channel, near)
        return regions


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
