"""Opening pictures of genes for the command: what a person said of them is kept for the next."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from napari_seewhy.cli.telling import Reporting
from napari_seewhy.epigenome.pictures import PictureSet
from napari_seewhy.epigenome.sampling import find_differences
from napari_seewhy.epigenome.trees import DecisionTree, locate_tree
from napari_seewhy.errors import DataError, FileError


@Parameter(name="*")
@dataclass(frozen=True)
class Asked:
    """Which pictures a tree is asked about, and when it is not.

    Attributes
    ----------
    names
        How names of files are read, such as "{compound}_{exposure}_{gene}".
    strict
        Refuse pictures that do not look like those of the training, instead of a warning.
    resume
        Leave whole outputs of the same pictures, tree and options as they are.
    """

    names: str = ""
    strict: Annotated[bool, Parameter(negative="")] = False
    resume: Annotated[bool, Parameter(negative="")] = False


DEFAULT_ASKED = Asked()


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


def open_for_tree(
    path: Path, tree: Path, asked: Asked, reporting: Reporting
) -> tuple[PictureSet, Path]:
    """Open pictures that a tree is to classify, and warn where it was trained on others.

    Parameters
    ----------
    path, reporting
        As of `open_pictures`.
    tree
        Folder of the tree, or its name.
    asked
        How names are read, and whether such pictures are refused.

    Returns
    -------
    pictures, tree
        The pictures, and the folder of the tree.

    Raises
    ------
    SeewhyError
        As `PictureSet` and `locate_tree`; `DataError` where pictures are refused.
    """
    pictures, folder = PictureSet(path, asked.names), locate_tree(tree)
    for sentence in pictures.warnings:
        reporting.warn(f"Warning: {sentence}")
    found = find_differences(DecisionTree.load(folder).look, pictures)
    if found and asked.strict:
        raise DataError(f"The pictures do not look like those of the training. {' '.join(found)}")
    for sentence in found:
        reporting.warn(
            f"Warning: the pictures do not look like those that the tree {folder.name} was trained "
            f"on, so its classes may be wrong. {sentence}"
        )
    return pictures, folder
