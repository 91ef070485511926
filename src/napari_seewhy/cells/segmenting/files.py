"""What segmenting leaves for an image, and how the next step finds it again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from napari_seewhy.batch import read_output_record
from napari_seewhy.errors import FileError, OptionError
from napari_seewhy.files import hash_file

if TYPE_CHECKING:
    from pathlib import Path

VERB = "segment"

LABELS_ENDING = "_labels.ome.tif"
_FOREIGN_ENDINGS = (
    LABELS_ENDING,
    *(f"{mark}.{kind}" for mark in ("_labels", "_cp_masks", "_masks") for kind in ("tif", "png")),
    *(".ome.tif", ".tif", ".png"),
)
"""What labels are called after their images, by us and by other programs (Cellpose)."""


@dataclass(frozen=True, slots=True)
class ImageOutputs:
    """The files of one segmented image, as in ``docs/reference/definitions.md``.

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
    def labels(self) -> Path:
        """Label image of the nuclei."""
        return self.folder / f"{self.name}{LABELS_ENDING}"

    @property
    def cell_labels(self) -> Path:
        """Label image of the whole cells, where they were grown."""
        return self.folder / f"{self.name}_cell{LABELS_ENDING}"

    @property
    def cells(self) -> Path:
        """Table of cells."""
        return self.folder / f"{self.name}_cells.csv"

    @property
    def record(self) -> Path:
        """Record; it is written last, so outputs without one are not whole."""
        return self.folder / f"{self.name}_record.json"

    @property
    def paths(self) -> tuple[Path, ...]:
        """All files that there may be."""
        return self.labels, self.cell_labels, self.cells, self.record


class SegmentedFolder:
    """A folder of labels, asked which of them belong to an image.

    Parameters
    ----------
    folder
        Where `seewhy segment`, or another program, put them.

    Raises
    ------
    OptionError
        If there is no such folder.
    """

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise OptionError(f"{folder} is no folder; give --labels the folder of the labels.")
        self.folder = folder

    @cached_property
    def _records(self) -> dict[tuple[str, str], ImageOutputs]:
        found: dict[tuple[str, str], ImageOutputs] = {}
        for path in sorted(self.folder.glob("*_record.json")):
            record = read_output_record(path, VERB)
            if record is not None:
                outputs = ImageOutputs(self.folder, path.name.removesuffix("_record.json"))
                scene = str(record.options.get("scene", 0))
                for key in (record.inputs[0].path, record.inputs[0].sha256):
                    found.setdefault((key, scene), outputs)
        return found

    def find(self, path: Path, scene: int | str, name: str) -> ImageOutputs | Path:
        """Say which labels belong to an image.

        Its record tells, by the path or, where the image was moved, by the hash. Labels without
        records, as from another program, are found by the name of the image.

        Parameters
        ----------
        path, scene
            The image.
        name
            Name of the image without its ending.

        Returns
        -------
        ImageOutputs or Path
            What `seewhy segment` wrote, or a label image that stands alone.

        Raises
        ------
        FileError
            If there are no labels for this image.
        """
        by_path = self._records.get((str(path), str(scene)))
        if by_path is not None:
            return by_path
        by_hash = self._records.get((hash_file(path), str(scene)))
        if by_hash is not None:
            return by_hash
        for ending in _FOREIGN_ENDINGS:
            alone = self.folder / f"{name}{ending}"
            # Images and labels may lie in one folder; an image is not its own labels.
            if alone.is_file() and not alone.samefile(path):
                return alone
        raise FileError(
            f"{self.folder} holds no labels for {path.name}; segment it first with "
            f"`seewhy segment`, or name its labels {name}{LABELS_ENDING}."
        )
