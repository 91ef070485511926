"""What explaining leaves for an image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from napari_seewhy.cells.segmenting import LABELS_ENDING

if TYPE_CHECKING:
    from pathlib import Path

VERB = "explain"


@dataclass(frozen=True, slots=True)
class ExplainOutputs:
    """The files of one explained image, as in ``docs/explanation/explaining.md``.

    Attributes
    ----------
    folder
        Where they stand.
    name
        What their names begin with.
    """

    folder: Path
    name: str

    @property
    def heatmaps(self) -> Path:
        """Image of the size of the input, one channel per class: where the network looked."""
        return self.folder / f"{self.name}_heatmaps.ome.tif"

    @property
    def means(self) -> Path:
        """Image of the size of a crop, one channel per class: the mean heatmap."""
        return self.folder / f"{self.name}_mean_heatmaps.ome.tif"

    @property
    def table(self) -> Path:
        """One row per cell: class, probabilities, attention by region."""
        return self.folder / f"{self.name}_attention.csv"

    @property
    def comparison(self) -> Path:
        """One row per region and pair of classes."""
        return self.folder / f"{self.name}_attention_compared.csv"

    @property
    def labels(self) -> Path:
        """Label image of the nuclei, where they were segmented on the way."""
        return self.folder / f"{self.name}_nuclei{LABELS_ENDING}"

    @property
    def record(self) -> Path:
        """Record; it is written last, so outputs without one are not whole."""
        return self.folder / f"{self.name}_explain_record.json"
