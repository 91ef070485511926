"""Doing the same to every image of a folder: one that fails is told of, the others are done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from napari_seewhy.errors import SeewhyError
from napari_seewhy.progress import Step, map_steps

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from napari_seewhy.images.image_job import FileResult, ImageJob
    from napari_seewhy.progress import Task

Status: TypeAlias = Literal["waiting", "running", "done", "skipped", "failed"]


@dataclass(frozen=True, slots=True)
class FileStatus:
    """How far one image of a folder is.

    Attributes
    ----------
    name
        Name of the file.
    status
        "skipped": its outputs were there and whole; "failed": see `said`.
    figure
        What came out, in a word; "" where it was not done now.
    said
        Why it failed, or what is to be known of it.
    """

    name: str
    status: Status = "waiting"
    figure: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class FolderStep(Step):
    """One report from a folder that is worked on; each says how far every image is."""

    files: tuple[FileStatus, ...] = ()


class ImageWork(Protocol):
    """What is done to each image."""

    def check(self) -> None:
        """Raise what would make every image fail."""

    def is_done(self, job: ImageJob) -> bool:
        """Whether whole outputs of this image are there."""

    def steps(self, job: ImageJob) -> Task[FileResult]:
        """Work on one image and write its outputs."""


def work_on_images_steps(
    work: ImageWork,
    jobs: Sequence[ImageJob],
    say_figure: Callable[[FileResult], str],
    *,
    resume: bool = True,
) -> Task[tuple[FileStatus, ...]]:
    """Work on one image after the other; may be stopped at any `FolderStep` and gone on with later.

    Parameters
    ----------
    work
        What is done.
    jobs
        The images.
    say_figure
        Says in a word what came out.
    resume
        Whether images whose outputs are there and whole are skipped.

    Returns
    -------
    tuple of FileStatus
        One per image, in the order of `jobs`.

    Raises
    ------
    SeewhyError
        As `ImageWork.check`; an image that cannot be used raises nothing.
    """
    files = [FileStatus(job.path.name) for job in jobs]
    yield FolderStep(0, len(jobs), "Loading the model", tuple(files))
    work.check()
    for i, job in enumerate(jobs):
        files[i] = replace(files[i], status="running")
        before = tuple(files)
        task = _work_on(work, job, say_figure, resume=resume)
        files[i] = yield from map_steps(task, partial(_report, i, len(jobs), before))
        yield FolderStep(i + 1, len(jobs), job.path.name, tuple(files))
    return tuple(files)


def count_statuses(files: Sequence[FileStatus]) -> str:
    """Say what became of the images.

    Examples
    --------
    >>> count_statuses([FileStatus("a", "done"), FileStatus("b", "failed")])
    '1 done, 1 failed'
    """
    each = [file.status for file in files]
    counts = {status: each.count(status) for status in ("done", "skipped", "failed")}
    return ", ".join(f"{n} {status}" for status, n in counts.items() if n)


def _report(i: int, n: int, files: tuple[FileStatus, ...], step: Step) -> FolderStep:
    return FolderStep(i, n, f"{files[i].name}: {step.message}", files)


def _work_on(
    work: ImageWork, job: ImageJob, say_figure: Callable[[FileResult], str], *, resume: bool
) -> Task[FileStatus]:
    name = job.path.name
    try:
        if resume and work.is_done(job):
            return FileStatus(name, "skipped", said="Its outputs are there and whole.")
        result = yield from work.steps(job)
    except SeewhyError as error:
        return FileStatus(name, "failed", said=str(error))
    except MemoryError:
        said = "The memory of this computer is not enough for it; close programs, or cut it."
        return FileStatus(name, "failed", said=said)
    # A night's work must not end at image 17 of 400 by a fault of this package or of a library.
    except Exception as error:  # noqa: BLE001
        said = f"{type(error).__name__}: {error}. This is a fault of the program; please report it."
        return FileStatus(name, "failed", said=said)
    return FileStatus(name, "done", say_figure(result), " ".join(result.warnings))
