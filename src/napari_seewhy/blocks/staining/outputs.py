"""What staining leaves for an image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

VERB = "stain apply"

_ENDINGS = ("_probability.ome.tif", "_positive_mask.ome.tif", "_predicted_fluorescence.ome.tif")

DISH_TABLE = "efficiency_per_dish.csv"
FIELD_TABLE = "efficiency_per_field.csv"


@dataclass(frozen=True, slots=True)
class StainOutputs:
    """The files of one stained image.

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
    def probability(self) -> Path:
        """Probability of the blocks, painted onto the pixels of the image: 0..1, no intensity."""
        return self._path(_ENDINGS[0])

    @property
    def positive(self) -> Path:
        """Mask of the positive blocks: 1 positive, 0 not."""
        return self._path(_ENDINGS[1])

    @property
    def fluorescence(self) -> Path:
        """Predicted brightness of the marker, where the model predicts it."""
        return self._path(_ENDINGS[2])

    @property
    def efficiency(self) -> Path:
        """One row per time point."""
        return self._path("_efficiency.csv")

    @property
    def record(self) -> Path:
        """Record; it is written last, so outputs without one are not whole."""
        return self._path("_stain_record.json")

    def _path(self, ending: str) -> Path:
        return self.folder / f"{self.name}{ending}"


def is_output(path: Path) -> bool:
    """Whether a file is one that staining wrote, to be left out where a folder is stained.

    Examples
    --------
    >>> from pathlib import Path
    >>> is_output(Path("out/a_probability.ome.tif")), is_output(Path("a.ome.tif"))
    (True, False)
    """
    return path.name.endswith(_ENDINGS)
