"""Measuring image files: a table of cells beside each image, and one of all with conditions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from napari_seewhy.batch import run_steps
from napari_seewhy.cells.measuring import MeasureOptions, measure_cells_steps
from napari_seewhy.cells.segmenting.files import LABELS_ENDING
from napari_seewhy.cells.segmenting.label_source import ImageLabels, LabelSource
from napari_seewhy.images import ImageWork, Written, write_labels
from napari_seewhy.tables import read_table, write_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    import pandas as pd

    from napari_seewhy.batch import Outcome
    from napari_seewhy.images import CellImage, ImageJob
    from napari_seewhy.progress import Task

_LABELS, _MEASURING = LabelSource(), MeasureOptions()
_TABLE, _ALL = "_measured.csv", "cells.csv"


class _Measured(NamedTuple):
    labels: ImageLabels
    table: pd.DataFrame


class MeasuredFiles(NamedTuple):
    """What became of the images, and the file with the cells of all; None where there are none."""

    outcomes: tuple[Outcome, ...]
    table: Path | None


@dataclass(frozen=True)
class MeasureWork(ImageWork[_Measured]):
    """What is done to each image of a batch: its cells are measured in all channels.

    Attributes
    ----------
    out
        Folder of the outputs.
    labels
        Where the labels of the images come from.
    measuring
        How; where cells are segmented on the way, in the plane that was segmented.
    """

    out: Path
    labels: LabelSource = _LABELS
    measuring: MeasureOptions = _MEASURING

    VERB = "measure"
    RECORD = "_measure_record.json"

    def check(self) -> None:
        """Refuse a folder of labels, or a network, that is not there.

        Raises
        ------
        OptionError
            If the folder is not.
        FileError
            If the network is not.
        """
        self.labels.check()
        super().check()

    @property
    def models(self) -> tuple[Path, ...]:
        """The network that segments where labels have to be found."""
        return self.labels.model_paths

    def sources(self, job: ImageJob) -> tuple[Path, ...]:
        """Return the labels of an image, or the network that finds them."""
        return *self.labels.find_paths(job), *self.labels.model_paths

    def chosen(self) -> dict[str, Any]:
        """Return all options, as plain JSON values."""
        chosen = {"measure": self._measuring.model_dump(mode="json")}
        if self.labels.folder is None:
            chosen["segment"] = self.labels.segmenting.model_dump(mode="json")
        return chosen

    @property
    def _measuring(self) -> MeasureOptions:
        if self.labels.folder is not None:
            return self.measuring
        return self.measuring.change(z_plane=self.labels.segmenting.z_plane)

    def look_steps(self, job: ImageJob, image: CellImage) -> Task[_Measured]:
        """Find the labels of an image and measure its cells."""
        labels = yield from self.labels.find_steps(job, image)
        table = yield from measure_cells_steps(
            image, labels.nuclei, self._measuring, cell_labels=labels.cells
        )
        return _Measured(labels, table)

    def write(self, job: ImageJob, image: CellImage, found: _Measured) -> Written:
        """Write the table, and the nuclei where they were segmented on the way."""
        paths = [self.path(job, _TABLE)]
        write_table(paths[0], found.table)
        if not found.labels.paths:
            paths.append(self.path(job, f"_nuclei{LABELS_ENDING}"))
            nuclei, size = found.labels.nuclei, image.pixel_size_um
            write_labels(paths[-1], nuclei, pixel_size_um=size, name="nuclei")
        return Written(paths, {"n_cells": len(found.table)}, found.labels.warnings)


def measure_files_steps(
    jobs: Sequence[ImageJob],
    work: MeasureWork,
    conditions: Mapping[str, str],
    executor: Executor | None = None,
    *,
    resume: bool = True,
) -> Task[MeasuredFiles]:
    """Measure the cells of every image, and write those of all into ``cells.csv``.

    Parameters
    ----------
    jobs
        The images.
    work
        What is done to each.
    conditions
        Condition of each image, by the name of its job; it becomes a column of the table.
    executor, resume
        As for `run_steps`.

    Raises
    ------
    SeewhyError
        As `MeasureWork.check`, or where the table of all cannot be written.
    """
    import pandas as pd

    outcomes = yield from run_steps(jobs, work, executor, resume=resume)
    tables: list[pd.DataFrame] = []
    for job, outcome in zip(jobs, outcomes, strict=True):
        if outcome.status in ("done", "skipped"):
            table = read_table(work.path(job, _TABLE))
            table.insert(0, "image", job.name)
            table.insert(1, "condition", conditions[job.name])
            tables.append(table)
    if not tables:
        return MeasuredFiles(outcomes, None)
    path = work.out / _ALL
    write_table(path, pd.concat(tables, ignore_index=True))
    return MeasuredFiles(outcomes, path)
