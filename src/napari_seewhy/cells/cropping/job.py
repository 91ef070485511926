"""One image to cut crops from, and everything that belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_seewhy.cells.cropping.targets import CellsOfImage
from napari_seewhy.cells.labels import check_labels
from napari_seewhy.cells.measuring import MeasureOptions, measure_cells
from napari_seewhy.errors import DataError
from napari_seewhy.images import find_image_files, read_image, read_labels
from napari_seewhy.tables import check_columns, find_group, read_table

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.images import CellImage, Slices, ZPlane


@dataclass(frozen=True, slots=True, eq=False)
class CropJob:
    """One image to cut crops from.

    Attributes
    ----------
    image_path
        Any file that `read_image` opens.
    labels_path
        Its labels; needed where there is no table, to mask neighbours, or to measure a marker.
    cells
        Its table of cells, or the CSV file of it; None measures the labels.
    group
        What must not be torn apart when splitting; None takes the stem of the image's name.
    scene
        Name or number of the scene.
    cell_labels_path
        Whole cells with the numbers of their nuclei. Where given, neighbours are masked as cells.
    slices
        What the pictures of a stack are, where the file does not say so.
    """

    image_path: Path
    labels_path: Path | None = None
    cells: pd.DataFrame | Path | None = None
    group: str | None = None
    scene: int | str = 0
    cell_labels_path: Path | None = None
    slices: Slices = ""

    @property
    def group_name(self) -> str:
        """The group that was given, or the stem of the image's name."""
        return find_group(self.image_path) if self.group is None else self.group

    @property
    def paths(self) -> list[Path]:
        """Every file that the job reads."""
        cells = self.cells if isinstance(self.cells, Path) else None
        every = (self.labels_path, self.cell_labels_path, cells)
        image, *others = find_image_files(self.image_path, with_description=True)
        return [image, *(path for path in every if path is not None), *others]


def load_job(job: CropJob, z_plane: ZPlane = "max") -> CellsOfImage:
    """Read the image, the labels and the table of a job.

    Raises
    ------
    FileError
        If a file cannot be read.
    DataError
        If labels or table do not fit the image, or there is neither.
    """
    image = read_image(job.image_path, scene=job.scene, slices=job.slices)
    labels = _read_labels(job.labels_path, image)
    cell_labels = _read_labels(job.cell_labels_path, image)
    if isinstance(job.cells, Path):
        cells = read_table(job.cells)
    elif job.cells is not None:
        cells = job.cells
    elif labels is not None:
        options = MeasureOptions(background="none", z_plane=z_plane)
        cells = measure_cells(image, labels, options, cell_labels=cell_labels)
    else:
        raise DataError(f"{job.image_path} has neither labels nor a table of cells; give one.")
    check_columns(cells, ["label", "y", "x"], "The table of cells")
    return CellsOfImage(image, cells, labels, cell_labels)


def _read_labels(path: Path | None, image: CellImage) -> NDArray[Any] | None:
    return None if path is None else check_labels(read_labels(path).labels, image)
