"""Crops of many images into one sample set: what is cut of each, one image in memory at a time."""

from __future__ import annotations

import math
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.batch import gather_warnings
from napari_seewhy.cells.cropping.crop import CropOptions, crop_geometry, cut_blocks
from napari_seewhy.cells.cropping.table import make_origin
from napari_seewhy.cells.cropping.targets import CellsOfImage, open_target
from napari_seewhy.cells.labels import check_labels
from napari_seewhy.cells.measuring import MeasureOptions, measure_cells
from napari_seewhy.errors import DataError, SeewhyError
from napari_seewhy.images import NOTHING_DECLARED, find_image_files, read_image, read_labels
from napari_seewhy.progress import Step, blocking
from napari_seewhy.record import make_record
from napari_seewhy.samples.importing import Failure, Gathered
from napari_seewhy.samples.storing import SampleSet, SampleWriter
from napari_seewhy.tables import check_columns, find_group, name_groups, read_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.cells.cropping.targets import TargetOptions, TargetSource
    from napari_seewhy.images import CellImage, Declared, ZPlane
    from napari_seewhy.progress import Task


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
    declared
        What a person says of the image.
    """

    image_path: Path
    labels_path: Path | None = None
    cells: pd.DataFrame | Path | None = None
    group: str | None = None
    scene: int | str = 0
    cell_labels_path: Path | None = None
    declared: Declared = NOTHING_DECLARED

    @property
    def group_name(self) -> str:
        """The group that was given, or the stem of the image's name."""
        return find_group(self.image_path) if self.group is None else self.group

    @property
    def paths(self) -> list[Path]:
        """Every file that the job reads."""
        cells = self.cells if isinstance(self.cells, Path) else None
        mask = self.declared.find_mask(self.image_path)
        every = (self.labels_path, self.cell_labels_path, cells, mask)
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
    image = read_image(job.image_path, scene=job.scene, declared=job.declared)
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


__all__ = ["CropJob", "crop_files", "crop_files_steps"]

_SAME_PIXEL_SIZE = 0.01


def crop_files_steps(
    jobs: Iterable[CropJob],
    path: Path,
    options: CropOptions | None = None,
    target: TargetOptions | None = None,
) -> Task[Gathered]:
    """Cut the crops of many images into one sample set.

    An image that cannot be used is left out and reported; the others are processed.

    Parameters
    ----------
    jobs
        The images with their labels or tables.
    path
        Sample set to write (HDF5); what stood there before is replaced at the end.
    options
        How crops are cut.
    target
        Where the targets come from; None leaves all unknown. A marker's threshold is found over
        all images together, and its channel is left out of the crops unless it was asked for.

    Returns
    -------
    Gathered
        The sample set, and the images that were left out with the reason. In the set, crops stand
        image by image in the order of `jobs`; ``origin`` tells each one's place.

    Raises
    ------
    FileError
        If the file cannot be written.
    DataError
        If no crop could be cut at all, or no target can be made.
    """
    jobs = tuple(jobs)
    options = options or CropOptions()
    source = None if target is None else open_target(target, [job.image_path for job in jobs])
    chosen = {"crop": options.model_dump(mode="json")}
    if target is not None:
        chosen["target"] = target.model_dump(mode="json")
    with ExitStack() as stack:
        file = _CropFile(Path(path), options, source, stack)
        for i, job in enumerate(_name_groups(jobs)):
            yield Step(i, len(jobs), f"Cropping {job.image_path.name}")
            for _ in file.add(job):
                yield Step(i, len(jobs), f"Cropping {job.image_path.name}")
        yield Step(len(jobs), len(jobs), "Writing the targets")
        file.finish(chosen)
    return Gathered(SampleSet(path), tuple(file.failures))


crop_files = blocking(crop_files_steps)


def _name_groups(jobs: Sequence[CropJob]) -> list[CropJob]:
    """Give jobs without a group that of their image, which no other image shares."""
    groups = name_groups([job.image_path for job in jobs])
    return [
        replace(job, group=group) if job.group is None else job
        for job, group in zip(jobs, groups, strict=True)
    ]


class _CropFile:
    """The sample set being written; the first image with a cell says what all of them must hold."""

    def __init__(
        self, path: Path, options: CropOptions, source: TargetSource | None, stack: ExitStack
    ) -> None:
        self.failures: list[Failure] = []
        self._path = path
        self._options = options
        self._source = source
        self._stack = stack
        self._inputs: list[Path] = []
        self._known: list[NDArray[Any]] = []
        self._writer: SampleWriter | None = None
        self._told: dict[str, None] = {}

    def add(self, job: CropJob) -> Iterator[None]:
        """Append the crops of one image, all of them or none; yields after every block."""
        n_samples = 0 if self._writer is None else len(self._writer)
        n_known = len(self._known)
        try:
            with gather_warnings(pass_on=True) as told:
                yield from self._append(job)
        except SeewhyError as error:
            if self._writer is not None:
                self._writer.truncate(n_samples)
            del self._known[n_known:]
            self.failures.append(Failure(str(job.image_path), str(error)))
        else:
            self._inputs += job.paths
            self._told |= dict.fromkeys(told)

    def _append(self, job: CropJob) -> Iterator[None]:
        one = load_job(job, self._options.z_plane)
        if len(one.cells) == 0:
            return
        options = self._options
        if self._source is not None:
            channels = self._source.keep_channels(one.image, options.channels)
            options = options.change(channels=channels)
            known = self._source.look(one)
        writer = self._writer_for(one.image, options)
        origin = make_origin(one.cells, one.image.source, one.image.scene)
        labels = one.labels if one.cell_labels is None else one.cell_labels
        for rows, pixels in cut_blocks(one.image, one.cells, options, labels=labels):
            writer.append(pixels, group=job.group_name, origin=origin.iloc[rows])
            if self._source is not None:
                self._known.append(known[rows])
            yield

    def _writer_for(self, image: CellImage, options: CropOptions) -> SampleWriter:
        """Return the writer, after a check that this image fits what it holds."""
        geometry = crop_geometry(image, options)
        names = image.select(options.channels).channels if options.channels else image.channels
        if self._writer is None:
            self._writer = self._stack.enter_context(
                SampleWriter(
                    self._path,
                    channels=names,
                    size_px=(geometry.size_px, geometry.size_px),
                    dtype=image.pixels.dtype,
                    pixel_size_um=geometry.pixel_size_um,
                )
            )
        writer = self._writer
        _check_alike("channels", ", ".join(names), ", ".join(writer.channels))
        _check_alike("pixel type", str(image.pixels.dtype), str(writer.dtype))
        _check_alike("crop size in px", str(geometry.size_px), str(writer.sample_shape[-1]))
        got, wanted = geometry.pixel_size_um or math.inf, writer.pixel_size_um or math.inf
        if not math.isclose(got, wanted, rel_tol=_SAME_PIXEL_SIZE):
            _check_alike("pixel size in µm (inf: unknown)", f"{got:.4g}", f"{wanted:.4g}")
        return writer

    def finish(self, chosen: dict[str, Any]) -> None:
        """Write the targets and the record.

        Raises
        ------
        DataError
            If there is no crop, or no target can be made.
        """
        writer = self._writer
        if writer is None or len(writer) == 0:
            first = f" The first reason: {self.failures[0].reason}" if self.failures else ""
            raise DataError(f"No cell was found to cut a crop of; check images and labels.{first}")
        results: dict[str, Any] = {"n_samples": len(writer)}
        if self._source is not None:
            decision = self._source.decide(np.concatenate(self._known))
            writer.set_target(decision.target, decision.classes)
            if decision.threshold is not None:
                results["threshold"] = decision.threshold
        results["warnings"] = list(self._told)
        results["failures"] = [failure._asdict() for failure in self.failures]
        writer.record = make_record("crop", chosen, self._inputs, **results)


def _check_alike(what: str, got: str, wanted: str) -> None:
    if got != wanted:
        raise DataError(
            f"This image has {what} {got}, but the images before it have {wanted}; crop it into "
            "another file, or choose options that make them alike."
        )
