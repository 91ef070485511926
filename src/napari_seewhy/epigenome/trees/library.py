"""The trees of decisions that are at hand by name: shipped ones and a person's. Needs no torch."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, NamedTuple

from napari_seewhy.epigenome.trees.decision_tree import TREE_FILE
from napari_seewhy.errors import FileError
from napari_seewhy.files import explain_os_error
from napari_seewhy.models.files import SHIPPED_FOLDER, user_folder

if TYPE_CHECKING:
    from pathlib import Path

SHIPPED_TREES = SHIPPED_FOLDER
"""Trees that come with the program, each a folder among the models."""


class KnownTree(NamedTuple):
    """A tree that is at hand.

    Attributes
    ----------
    name
        What it is called: the name of its folder.
    path
        Its folder.
    is_shipped
        Whether it came with the program.
    """

    name: str
    path: Path
    is_shipped: bool = False


def list_trees(folder: Path | None = None, shipped: Path = SHIPPED_TREES) -> list[KnownTree]:
    """Return all trees by name.

    Parameters
    ----------
    folder
        Where a person's trees stand, each in a folder of its own: among the models,
        `user_folder`, where None.
    shipped
        Where those stand that come with the program; these win where two have one name.

    Raises
    ------
    FileError
        If a folder cannot be looked into.
    """
    own = user_folder() if folder is None else folder
    known = {path.name: KnownTree(path.name, path) for path in _list_folders(own)}
    known |= {path.name: KnownTree(path.name, path, True) for path in _list_folders(shipped)}
    return sorted(known.values(), key=lambda tree: tree.name.casefold())


def locate_tree(tree: Path) -> Path:
    """Return the folder or file of a tree that a person gave by its path or by its name.

    Raises
    ------
    FileError
        If there is no such folder or file, and no tree of that name.
    """
    if tree.exists() or len(tree.parts) != 1:
        return tree
    known = {one.name: one.path for one in list_trees()}
    if tree.name in known:
        return known[tree.name]
    near = difflib.get_close_matches(tree.name, known, 3) or sorted(known)
    raise FileError(
        f"There is no tree {tree}; give the folder that seewhy epigenome train wrote, or choose "
        f"one of {', '.join(near)}."
    )


def _list_folders(folder: Path) -> list[Path]:
    """Return the folders that hold a tree; none where the folder is not there."""
    try:
        return [path.parent for path in folder.glob(f"*/{TREE_FILE}")]
    except OSError as error:
        raise FileError(explain_os_error(error, folder, "read")) from error
