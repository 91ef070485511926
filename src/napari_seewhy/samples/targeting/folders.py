"""What the folders say that images lie in: their class, and their set where they are a split."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from napari_seewhy.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

_SETS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "dev"), "val"),
    **dict.fromkeys(("test", "testing"), "test"),
}
"""What folders are called that hold the sets of a split."""


class InFolder(NamedTuple):
    """What the folders of a file say: its class, and its set ("train") where they are a split."""

    class_name: str
    set_name: str


def read_folders(paths: Sequence[Path], root: Path) -> list[InFolder]:
    """Take the class of each file from the folder below `root` that it lies in.

    Folders called train, val and test, as other programs leave them, are no classes: the classes
    are the folders in them.

    Parameters
    ----------
    paths
        Files as ``root/<class>/.../<file>`` or ``root/<set>/<class>/.../<file>``.
    root
        Folder of the class folders.

    Raises
    ------
    DataError
        If a file does not lie in a class folder, or some folders are sets and others are not.

    Examples
    --------
    >>> read_folders([Path("set/G2/a.png"), Path("set/G1/day1/b.png")], Path("set"))
    [InFolder(class_name='G2', set_name=''), InFolder(class_name='G1', set_name='')]
    >>> read_folders([Path("set/train/G2/a.png")], Path("set"))
    [InFolder(class_name='G2', set_name='train')]
    """
    parts = [path.relative_to(root).parts if path.is_relative_to(root) else () for path in paths]
    names = {inner[0] for inner in parts if len(inner) > 1}
    sets = {name for name in names if name.casefold() in _SETS}
    if sets and sets < names and len({_SETS[name.casefold()] for name in sets}) > 1:
        raise DataError(
            f"{root} has the folders {', '.join(sorted(sets))}, as of a split, and beside them "
            f"{', '.join(sorted(names - sets))}; choose the folder of one set, or move the others."
        )
    depth = 1 if names and sets == names else 0
    for path, inner in zip(paths, parts, strict=True):
        if len(inner) < depth + 2:
            raise DataError(
                f"{path} lies in no class folder of {Path(root, *inner[: len(inner) and depth])}; "
                "move it into one."
            )
    return [InFolder(inner[depth], inner[0] if depth else "") for inner in parts]


def explain_levels(paths: Sequence[Path], root: Path) -> tuple[str, ...]:
    """Say where the folders in class folders recur in all of them, so that these may be classes.

    Examples
    --------
    >>> paths = [Path("set", fold, name, "a.png") for fold in ("fold1", "fold2") for name in "ab"]
    >>> print(*explain_levels(paths, Path("set")))  # doctest: +ELLIPSIS
    The folders fold1, fold2 of set are taken for classes, and a, b recur in each of them; ...
    """
    inner: dict[str, set[str]] = {}
    for path in paths:
        parts = path.relative_to(root).parts
        inner.setdefault(parts[0], set()).update(parts[1:2] if len(parts) > 2 else ())
    first = next(iter(inner.values()), set())
    if _SETS.keys() & {name.casefold() for name in inner} or len(inner) < 2 or len(first) < 2:
        return ()
    if any(names != first for names in inner.values()):
        return ()
    return (
        f"The folders {', '.join(sorted(inner))} of {root} are taken for classes, and "
        f"{', '.join(sorted(first))} recur in each of them; if these are the classes, bring in one "
        "of the folders at a time.",
    )
