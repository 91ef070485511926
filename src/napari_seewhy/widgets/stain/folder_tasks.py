"""Staining a folder of images: one that fails is told of, the others are done."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from napari_seewhy.blocks.pairing import place_finder
from napari_seewhy.blocks.staining import EfficiencyTables, StainWork, is_output, write_efficiencies
from napari_seewhy.cells.classifying import list_folder
from napari_seewhy.errors import FileError
from napari_seewhy.images import work_on_images_steps

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.blocks.pairing import PlaceOptions
    from napari_seewhy.blocks.staining import ApplyStainOptions
    from napari_seewhy.images import FileResult, FileStatus, ImageJob
    from napari_seewhy.progress import Task


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

    files: tuple[FileStatus, ...]
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
    work = StainWork(order.model, order.out, place_finder(order.places), order.options)
    files = yield from work_on_images_steps(work, jobs, _say_efficiency, resume=resume)
    whole = [job.name for job, file in zip(jobs, files, strict=True) if file.status != "failed"]
    return StainedFolder(files, write_efficiencies(order.out, whole) if whole else None)


def _say_efficiency(result: FileResult) -> str:
    """Say the efficiency of the first and of the last time point."""
    found = result.figures["efficiency"]
    return " … ".join(dict.fromkeys(f"{value:.1%}" for value in (found[0], found[-1])))
