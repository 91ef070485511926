"""Rows of tiles of one very large image, looked at in several processes."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from napari_seewhy.batch import Portable, Result, run_steps
from napari_seewhy.errors import TaskError
from napari_seewhy.files import writing
from napari_seewhy.nuclei.finder import Finder
from napari_seewhy.progress import Step, map_steps

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from napari_seewhy.batch import Outcome, Spread
    from napari_seewhy.models.running import DeviceOptions
    from napari_seewhy.nuclei.tiling import Stitched, TileNuclei, TilePlan
    from napari_seewhy.progress import Task


class RowJob(NamedTuple):
    """One row of tiles, by its number from 0."""

    row: int

    @property
    def title(self) -> str:
        """The row, counted from 1."""
        return f"row {self.row + 1} of tiles"


@dataclass(frozen=True)
class RowWork(Portable):
    """Finding the nuclei of a row of tiles.

    Attributes
    ----------
    model, options
        The network, and where it runs.
    plan
        The plane, whose pixels are still in their file.
    out
        Folder of what is found.
    """

    model: Path
    options: DeviceOptions
    plan: TilePlan
    out: Path

    @cached_property
    def finder(self) -> Finder:
        """The network, ready to be asked."""
        return Finder.open(self.model, self.options)

    def check(self) -> None:
        """Refuse a network that cannot be read."""
        _ = self.finder

    def is_done(self, job: RowJob) -> bool:
        """Return False: what was found is put together by the same run."""
        del job
        return False

    def steps(self, job: RowJob) -> Task[Result]:
        """Find the nuclei of a row; the figures hold everything but the pixels."""
        found: list[TileNuclei] = []
        with writing(self._file(job)) as part, part.open("wb") as stream:
            for one in self.finder.find_tiles(self.plan, slice(job.row, job.row + 1)):
                np.save(stream, one.numbers, allow_pickle=False)
                found.append(one._replace(numbers=one.numbers[:0]))
                yield Step(0, 0, "Finding nuclei")
        return Result(figures={"found": found})

    def read(self, job: RowJob, outcome: Outcome) -> Iterator[TileNuclei]:
        """Give what `steps` found in each tile of a row."""
        with self._file(job).open("rb") as stream:
            for one in outcome.results["found"]:
                yield one._replace(numbers=np.load(stream, allow_pickle=False))

    def _file(self, job: RowJob) -> Path:
        return self.out / f"{job.row}.npy"


def find_rows_steps(
    spread: Spread, model: Path, options: DeviceOptions, plan: TilePlan, stitched: Stitched
) -> Task[None]:
    """Look at every row of tiles in one of several processes, and put together what is found.

    Parameters
    ----------
    spread
        The processes.
    model, options, plan
        As of `RowWork`.
    stitched
        Gets what is found; the same as if it had been looked at here.

    Raises
    ------
    TaskError
        If a row could not be looked at.
    """
    work = RowWork(model, options, plan, spread.folder)
    jobs = [RowJob(row) for row in range(len(plan.rows))]
    shutil.rmtree(spread.folder, ignore_errors=True)
    try:
        outcomes = yield from map_steps(run_steps(jobs, work, spread.executor), _name_step)
        for job, outcome in zip(jobs, outcomes, strict=True):
            if outcome.status != "done":
                raise _failure(outcome)
            for tile, found in zip(plan.rows[job.row], work.read(job, outcome), strict=True):
                stitched.add(tile, found)
            yield Step(len(jobs), len(jobs), "Putting the nuclei together")
    finally:
        shutil.rmtree(spread.folder, ignore_errors=True)


def _name_step(step: Any) -> Step:
    failed = [one for one in step.outcomes if one.status == "failed"]
    if failed:
        # The other rows would be looked at in vain.
        raise _failure(failed[0])
    return Step(step.done, step.total, "Finding nuclei")


def _failure(outcome: Outcome) -> TaskError:
    error = TaskError(outcome.reason)
    error.add_note(outcome.traceback)
    return error
