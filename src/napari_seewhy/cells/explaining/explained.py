"""`ExplainedCells`: where a network looked in the cells of an image; needs no torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.cells.explaining.mean_cells import MeanCell
    from napari_seewhy.cells.explaining.painting import CropPlaces
    from napari_seewhy.explaining import Heatmaps
    from napari_seewhy.models.preflight import Preflight

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
