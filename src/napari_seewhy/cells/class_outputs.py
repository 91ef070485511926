"""What classifying leaves for an image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from napari_seewhy.cells.segmented_files import LABELS_ENDING
from napari_seewhy.errors import FileError
from napari_seewhy.files import read_json

if TYPE_CHECKING:
    from pathlib import Path

VERB = "classify"


@dataclass(frozen=True, slots=True)
class ClassOutputs:
    """The files of one classified image, as in ``docs/classifying.md``.

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


def read_class_record(path: Path) -> dict[str, Any] | None:
    """Read the record of a classified image; None where there is none that can be used."""
    try:
        record = read_json(path)
        is_usable = (
            record["verb"] == VERB
            and all(isinstance(entry["sha256"], str) for entry in record["inputs"])
            and isinstance(record["inputs"][0]["path"], str)
            and isinstance(record["results"]["outputs"], list)
            and "options" in record
        )
    except (FileError, KeyError, IndexError, TypeError):
        return None
    return record if is_usable else None
