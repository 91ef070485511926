"""Classifying a folder of images: one that fails is told of, the others are done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from napari_seewhy.cells.image_jobs import ImageJob, list_images, name_outputs
from napari_seewhy.errors import SeewhyError
from napari_seewhy.progress import Step

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.cells.classify_files import ClassifyWork
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
    n_cells
        How many cells were classified, None where it is not done.
    said
        Why it failed, or what is to be known of it.
    """

    name: str
    status: Status = "waiting"
    n_cells: int | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class FolderStep(Step):
    """One report from a folder that is being classified; each says how far every image is."""

    files: tuple[FileStatus, ...] = ()


def list_folder(folder: Path) -> list[ImageJob]:
    """List the images of a folder with the names that their outputs get.

    Raises
    ------
    FileError
        If there is no such folder, or no image in it.
    """
    pictures = [(path, 0) for path in list_images(str(folder))]
    names = name_outputs(pictures)
    return [ImageJob(*picture, names[picture]) for picture in pictures]


def classify_folder_steps(
    work: ClassifyWork, folder: Path, *, resume: bool = True
) -> Task[tuple[FileStatus, ...]]:
    """Classify every image of a folder; may be stopped at any `FolderStep` and gone on with later.

    Parameters
    ----------
    work
        The model, its options, and where the outputs go.
    folder
        The images.
    resume
        Whether images whose outputs are there and whole are skipped.

    Returns
    -------
    tuple of FileStatus
        One per image, by name.

    Raises
    ------
    SeewhyError
        If there is nothing to work on, or the model cannot be read; an image that cannot be used
        raises nothing.
    """
    jobs = list_folder(folder)
    files = [FileStatus(job.path.name) for job in jobs]
    yield FolderStep(0, len(jobs), "Loading the model", tuple(files))
    work.check()
    for i, job in enumerate(jobs):
        files[i] = replace(files[i], status="running")
        before = tuple(files)
        task = _work_on(work, job, files[i], resume=resume)
        while True:
            try:
                step = next(task)
            except StopIteration as end:
                files[i] = end.value
                break
            yield FolderStep(i, len(jobs), f"{job.path.name}: {step.message}", before)
        yield FolderStep(i + 1, len(jobs), job.path.name, tuple(files))
    return tuple(files)


def _work_on(
    work: ClassifyWork, job: ImageJob, file: FileStatus, *, resume: bool
) -> Task[FileStatus]:
    try:
        if resume and work.is_done(job):
            return replace(file, status="skipped", said="Its outputs are there and whole.")
        result = yield from work.steps(job)
    except SeewhyError as error:
        return replace(file, status="failed", said=str(error))
    except MemoryError:
        said = "The memory of this computer is not enough for it; close programs, or cut it."
        return replace(file, status="failed", said=said)
    # A night's work must not end at image 17 of 400 by a fault of this package or of a library.
    except Exception as error:  # noqa: BLE001
        said = f"{type(error).__name__}: {error}. This is a fault of the program; please report it."
        return replace(file, status="failed", said=said)
    n_cells = int(result.figures["n_cells"])
    return replace(file, status="done", n_cells=n_cells, said=" ".join(result.warnings))
