"""`CropJob`: one image to cut crops from, and what is cut of it, a few megabytes at a time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from napari_seewhy.cells.cropping.crop import CropOptions, crop_geometry, cut_blocks
from napari_seewhy.cells.cropping.table import make_origin
from napari_seewhy.cells.cropping.targets import CellsOfImage
from napari_seewhy.cells.labels import check_labels
from napari_seewhy.cells.measuring import MeasureOptions, measure_cells
from napari_seewhy.errors import DataError
from napari_seewhy.images import NOTHING_DECLARED, find_image_files, read_image, read_labels
from napari_seewhy.tables import check_columns, find_group, read_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.cells.cropping.targets import TargetSource
    from napari_seewhy.images import CellImage, Declared, ZPlane


@dataclass(frozen=True, slots=True, eq=False)
class CropJob:
    """One image to cut crops from.

    Attributes
    ----------
    path
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
    declared
        What a person says of the image.
    """

    path: Path
    labels_path: Path | None = None
    cells: pd.DataFrame | Path | None = None
    group: str | None = None
    scene: int | str = 0
    cell_labels_path: Path | None = None
    declared: Declared = NOTHING_DECLARED

    @property
    def title(self) -> str:
        """The path of the image."""
        return str(self.path)

    @property
    def group_name(self) -> str:
        """The group that was given, or the stem of the image's name."""
        return find_group(self.path) if self.group is None else self.group

    @property
    def paths(self) -> list[Path]:
        """Every file that the job reads."""
        cells = self.cells if isinstance(self.cells, Path) else None
        mask = self.declared.find_mask(self.path)
        every = (self.labels_path, self.cell_labels_path, cells, mask)
        image, *others = find_image_files(self.path, with_description=True)
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
    image = read_image(job.path, scene=job.scene, declared=job.declared)
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
        raise DataError(f"{job.path} has neither labels nor a table of cells; give one.")
    check_columns(cells, ["label", "y", "x"], "The table of cells")
    return CellsOfImage(image, cells, labels, cell_labels)


def _read_labels(path: Path | None, image: CellImage) -> NDArray[Any] | None:
    return None if path is None else check_labels(read_labels(path).labels, image)


class CutBlock(NamedTuple):
    """Some crops of an image.

    Attributes
    ----------
    pixels
        ``(n, C, H, W)``.
    origin
        Where each is from, see `make_origin`.
    known
        ``(n,)`` what the source of targets knows of each; None without one.
    """

    pixels: NDArray[Any]
    origin: pd.DataFrame
    known: NDArray[Any] | None


class CutImage(NamedTuple):
    """The crops of one image, and what is the same for all of them.

    Attributes
    ----------
    channels, size_px, pixel_size_um
        Names, height and width, and edge of a pixel in micrometres, None where it is not known.
    dtype
        Name of the type of the pixels.
    blocks
        The crops; cut as they are asked for.
    """

    channels: tuple[str, ...]
    size_px: int
    pixel_size_um: float | None
    dtype: str
    blocks: Iterable[CutBlock]


def cut_image(job: CropJob, options: CropOptions, source: TargetSource | None) -> CutImage | None:
    """Cut the crops of one image; None if it has no cell.

    Raises
    ------
    FileError, DataError, OptionError
        As `load_job`, `crop_geometry` and the source of targets.
    """
    one = load_job(job, options.z_plane)
    if len(one.cells) == 0:
        return None
    known = None
    if source is not None:
        options = options.change(channels=source.keep_channels(one.image, options.channels))
        known = source.look(one)
    geometry = crop_geometry(one.image, options)
    names = one.image.select(options.channels).channels if options.channels else one.image.channels
    return CutImage(
        names,
        geometry.size_px,
        geometry.pixel_size_um,
        str(one.image.pixels.dtype),
        _cut_blocks(one, options, known),
    )


def _cut_blocks(
    one: CellsOfImage, options: CropOptions, known: NDArray[Any] | None
) -> Iterator[CutBlock]:
    origin = make_origin(one.cells, one.image.source, one.image.scene)
    labels = one.labels if one.cell_labels is None else one.cell_labels
    for rows, pixels in cut_blocks(one.image, one.cells, options, labels=labels):
        yield CutBlock(pixels, origin.iloc[rows], None if known is None else known[rows])
