"""Classifying a folder of images: one that fails is told of, the others are done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_seewhy.cells.segmenting import list_images, name_outputs
from napari_seewhy.images import ImageJob, work_on_images_steps

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.cells.classifying.files import ClassifyWork
    from napari_seewhy.images import FileResult, FileStatus
    from napari_seewhy.progress import Task


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
        One per image, by name; their figure is the number of cells.

    Raises
    ------
    SeewhyError
        If there is nothing to work on, or the model cannot be read; an image that cannot be used
        raises nothing.
    """
    jobs = list_folder(folder)
    return (yield from work_on_images_steps(work, jobs, _count_cells, resume=resume))


def _count_cells(result: FileResult) -> str:
    return f"{result.figures['n_cells']:,}"
