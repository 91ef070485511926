"""Staining a folder of images: one that fails is told of, the others are done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from napari_seewhy.blocks.efficiency_files import EfficiencyTables, write_efficiencies
from napari_seewhy.blocks.places import place_finder
from napari_seewhy.blocks.stain_files import StainWork
from napari_seewhy.blocks.stain_outputs import is_output
from napari_seewhy.cells.classify_folder import list_folder
from napari_seewhy.errors import FileError, SeewhyError
from napari_seewhy.progress import Step

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.blocks.apply_options import ApplyStainOptions
    from napari_seewhy.blocks.place_options import PlaceOptions
    from napari_seewhy.cells.image_jobs import ImageJob
    from napari_seewhy.progress import Task

Status: TypeAlias = Literal["waiting", "running", "done", "skipped", "failed"]


@dataclass(frozen=True, slots=True)
class StainedFile:
    """How far one image of a folder is.

    Attributes
    ----------
    name
        Name of the file.
    status
        "skipped": its outputs were there and whole; "failed": see `said`.
    efficiency
        Of its first and last time point, "" where it is not done.
    said
        Why it failed, or what is to be known of it.
    """

    name: str
    status: Status = "waiting"
    efficiency: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class StainFolderStep(Step):
    """One report from a folder that is being stained; each says how far every image is."""

    files: tuple[StainedFile, ...] = ()


class FolderOrder(NamedTuple):
    """What shall be done with which folder.

    Attributes
    ----------
    folder, out
        The images, and where the outputs go.
    model
        File of the model.
    places
        How dish and day of an image are known.
    options
        How the images are stained.
    """

    folder: Path
    out: Path
    model: Path
    places: PlaceOptions
    options: ApplyStainOptions


class StainedFolder(NamedTuple):
    """What became of the images, and the efficiency of every dish; None where none was done."""

    files: tuple[StainedFile, ...]
    tables: EfficiencyTables | None


def list_fields(folder: Path) -> list[ImageJob]:
    """List the images of a folder, without those that staining wrote.

    Raises
    ------
    FileError
        If there is no such folder, or no image in it.
    """
    jobs = [job for job in list_folder(folder) if not is_output(job.path)]
    if not jobs:
        raise FileError(f"{folder} holds nothing but outputs of staining; choose the images.")
    return jobs


def stain_folder_steps(order: FolderOrder, *, resume: bool = True) -> Task[StainedFolder]:
    """Stain every image of a folder; may be stopped at any step and gone on with later.

    Parameters
    ----------
    order
        What shall be done.
    resume
        Whether images whose outputs are there and whole are skipped.

    Raises
    ------
    SeewhyError
        If there is nothing to work on, or the model cannot be read; an image that cannot be used
        raises nothing.
    """
    jobs = list_fields(order.folder)
    files = [StainedFile(job.path.name) for job in jobs]
    yield StainFolderStep(0, len(jobs), "Loading the model", tuple(files))
    work = StainWork(order.model, order.out, place_finder(order.places), order.options)
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
            yield StainFolderStep(i, len(jobs), f"{job.path.name}: {step.message}", before)
        yield StainFolderStep(i + 1, len(jobs), job.path.name, tuple(files))
    whole = [job.name for job, file in zip(jobs, files, strict=True) if file.status != "failed"]
    return StainedFolder(tuple(files), write_efficiencies(order.out, whole) if whole else None)


def _work_on(
    work: StainWork, job: ImageJob, file: StainedFile, *, resume: bool
) -> Task[StainedFile]:
    try:
        if resume and work.is_done(job):
            return replace(file, status="skipped", said="Its outputs are there and whole.")
        result = yield from work.steps(job)
    except SeewhyError as error:
        return replace(file, status="failed", said=str(error))
    found = result.figures["efficiency"]
    ends = dict.fromkeys(f"{value:.1%}" for value in (found[0], found[-1]))
    return replace(file, status="done", efficiency=" … ".join(ends), said=" ".join(result.warnings))
