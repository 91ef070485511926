"""What classifying leaves for an image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from napari_seewhy.cells.segmenting import LABELS_ENDING

if TYPE_CHECKING:
    from pathlib import Path

VERB = "classify"


@dataclass(frozen=True, slots=True)
class ClassOutputs:
    """The files of one classified image, as in ``docs/how-to/classifying.md``.

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
    def classes(self) -> Path:
        """Label image in which the number of a pixel is that of the class of its cell."""
        return self.folder / f"{self.name}_class{LABELS_ENDING}"

    @property
    def labels(self) -> Path:
        """Label image of the nuclei, where they were segmented on the way."""
        return self.folder / f"{self.name}_nuclei{LABELS_ENDING}"

    @property
    def table(self) -> Path:
        """One row per cell."""
        return self.folder / f"{self.name}_classified.csv"

    @property
    def counts(self) -> Path:
        """One row per class, and per time point of a series; names the numbers of the pixels."""
        return self.folder / f"{self.name}_class_counts.csv"

    @property
    def record(self) -> Path:
        """Record; it is written last, so outputs without one are not whole."""
        return self.folder / f"{self.name}_classify_record.json"
