"""Opening pictures of genes for the command: what a person said of them is kept for the next."""

from pathlib import Path

from napari_seewhy.cli.telling import Reporting
from napari_seewhy.epigenome.pictures import PictureSet
from napari_seewhy.errors import FileError


def open_pictures(
    path: Path, names: str, divide_at: int | None, reporting: Reporting
) -> PictureSet:
    """Open pictures, warn of irregularities, and keep the answers about them.

    Parameters
    ----------
    path
        Folder, or table of files.
    names
        Pattern of the names, "" = as known.
    divide_at
        First row below the dividing line, None = as known, or to be found.
    reporting
        Who is listening.

    Raises
    ------
    SeewhyError
        As `PictureSet` and `PictureSet.divide_at`.
    """
    pictures = PictureSet(path, names)
    for sentence in pictures.warnings:
        reporting.warn(f"Warning: {sentence}")
    if divide_at is not None:
        pictures.divide_at(divide_at)
    if names or divide_at is not None:
        try:
            pictures.save_layout()
        except FileError as error:
            # The folder may be for reading alone; the work itself does not need this.
            reporting.warn(f"Warning: The settings of the pictures are not saved: {error}")
    return pictures
