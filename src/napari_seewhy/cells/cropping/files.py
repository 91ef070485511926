"""Crops of many images into one sample set: what is cut of each, one image in memory at a time."""

from __future__ import annotations

import math
import shutil
import warnings
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.batch import gather_warnings, run_steps
from napari_seewhy.cells.cropping.crop import CropOptions
from napari_seewhy.cells.cropping.jobs import CropJob, cut_image
from napari_seewhy.cells.cropping.work import CropWork
from napari_seewhy.errors import DataError, SeewhyError, SeewhyWarning
from napari_seewhy.progress import Step, blocking
from napari_seewhy.record import make_record
from napari_seewhy.samples.importing import Failure, Gathered
from napari_seewhy.samples.storing import SampleSet, SampleWriter
from napari_seewhy.tables import name_groups

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Executor

    from numpy.typing import NDArray

    from napari_seewhy.batch import Outcome
    from napari_seewhy.cells.cropping.jobs import CutImage
    from napari_seewhy.cells.cropping.targets import TargetOptions, TargetSource
    from napari_seewhy.progress import Task

_SAME_PIXEL_SIZE = 0.01


def crop_files_steps(
    jobs: Iterable[CropJob],
    path: Path,
    options: CropOptions | None = None,
    target: TargetOptions | None = None,
    *,
    executor: Executor | None = None,
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
    executor
        Where images are read and cut, several at once; None works here. One file is written in
        either case, the same.

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
    jobs = tuple(_name_groups(tuple(jobs)))
    path, options = Path(path), options or CropOptions()
    images = tuple(job.path for job in jobs)
    work = CropWork(path.parent / f".{path.name}.parts", options, target, images)
    work.check()
    chosen = {"crop": options.model_dump(mode="json")}
    if target is not None:
        chosen["target"] = target.model_dump(mode="json")
    with ExitStack() as stack:
        file = _CropFile(path, stack)
        if executor is None:
            for i, job in enumerate(jobs):
                at = Step(i, len(jobs), f"Cropping {job.path.name}")
                yield at
                yield from (
                    at for _ in file.add(job, partial(cut_image, job, options, work.source))
                )
        else:
            stack.callback(shutil.rmtree, work.out, ignore_errors=True)
            shutil.rmtree(work.out, ignore_errors=True)
            outcomes = yield from run_steps(jobs, work, executor)
            for i, (job, outcome) in enumerate(zip(jobs, outcomes, strict=True)):
                at = Step(i, len(jobs), "Writing the crops")
                yield from (at for _ in file.add(job, partial(_open_outcome, work, job, outcome)))
        yield Step(len(jobs), len(jobs), "Writing the targets")
        file.finish(chosen, work.source)
    return Gathered(SampleSet(path), tuple(file.failures))


crop_files = blocking(crop_files_steps)


def _name_groups(jobs: Sequence[CropJob]) -> list[CropJob]:
    """Give jobs without a group that of their image, which no other image shares."""
    groups = name_groups([job.path for job in jobs])
    return [
        replace(job, group=group) if job.group is None else job
        for job, group in zip(jobs, groups, strict=True)
    ]


def _open_outcome(work: CropWork, job: CropJob, outcome: Outcome) -> CutImage | None:
    """Return what was cut of an image elsewhere, and say what was said there."""
    for sentence in outcome.warnings:
        warnings.warn(sentence, SeewhyWarning, stacklevel=2)
    if outcome.status == "failed":
        error = DataError(outcome.reason)
        error.add_note(outcome.traceback)
        raise error
    return work.open_cut(job, outcome)


class _CropFile:
    """The sample set being written; the first image with a cell says what all of them must hold."""

    def __init__(self, path: Path, stack: ExitStack) -> None:
        self.failures: list[Failure] = []
        self._path = path
        self._stack = stack
        self._inputs: list[Path] = []
        self._known: list[NDArray[Any]] = []
        self._writer: SampleWriter | None = None
        self._told: dict[str, None] = {}

    def add(self, job: CropJob, cut: Callable[[], CutImage | None]) -> Iterator[None]:
        """Append the crops of one image, all of them or none; yields after every block."""
        n_samples = 0 if self._writer is None else len(self._writer)
        n_known = len(self._known)
        try:
            with gather_warnings(pass_on=True) as told:
                yield from self._append(job, cut())
        except SeewhyError as error:
            if self._writer is not None:
                self._writer.truncate(n_samples)
            del self._known[n_known:]
            self.failures.append(Failure(str(job.path), str(error)))
        else:
            self._inputs += job.paths
            self._told |= dict.fromkeys(told)

    def _append(self, job: CropJob, cut: CutImage | None) -> Iterator[None]:
        if cut is None:
            return
        writer = self._writer_for(cut)
        for pixels, origin, known in cut.blocks:
            writer.append(pixels, group=job.group_name, origin=origin)
            if known is not None:
                self._known.append(known)
            yield

    def _writer_for(self, cut: CutImage) -> SampleWriter:
        """Return the writer, after a check that this image fits what it holds."""
        if self._writer is None:
            self._writer = self._stack.enter_context(
                SampleWriter(
                    self._path,
                    channels=cut.channels,
                    size_px=(cut.size_px, cut.size_px),
                    dtype=cut.dtype,
                    pixel_size_um=cut.pixel_size_um,
                )
            )
        writer = self._writer
        _check_alike("channels", ", ".join(cut.channels), ", ".join(writer.channels))
        _check_alike("pixel type", cut.dtype, str(writer.dtype))
        _check_alike("crop size in px", str(cut.size_px), str(writer.sample_shape[-1]))
        got, wanted = cut.pixel_size_um or math.inf, writer.pixel_size_um or math.inf
        if not math.isclose(got, wanted, rel_tol=_SAME_PIXEL_SIZE):
            _check_alike("pixel size in µm (inf: unknown)", f"{got:.4g}", f"{wanted:.4g}")
        return writer

    def finish(self, chosen: dict[str, Any], source: TargetSource | None) -> None:
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
        if source is not None:
            decision = source.decide(np.concatenate(self._known))
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
