"""Pairs to learn from: images and the labels of their nuclei, found by the names of their files."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from napari_seewhy.errors import DataError
from napari_seewhy.files import hash_file
from napari_seewhy.images.labels_file import LABEL_SUFFIXES
from napari_seewhy.inputs import find_inputs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

T = TypeVar("T")

_LABELS_MARK = "_labels"


@dataclass(frozen=True, slots=True)
class Pair:
    """The file of an image and the file of its labels."""

    image: Path
    labels: Path

    @property
    def name(self) -> str:
        """Name of the image's file."""
        return self.image.name

    def to_json(self) -> dict[str, str]:
        """Say which files these are, by their names and bytes."""
        return {
            "image": self.image.name,
            "image_sha256": hash_file(self.image),
            "labels": self.labels.name,
            "labels_sha256": hash_file(self.labels),
        }


@dataclass(frozen=True, slots=True)
class FoundPairs:
    """What was found of two folders.

    Attributes
    ----------
    pairs
        Sorted by the paths of the images.
    lone_images, lone_labels
        Files that have no partner.
    """

    pairs: tuple[Pair, ...]
    lone_images: tuple[Path, ...]
    lone_labels: tuple[Path, ...]


def find_pairs(images: str | Path, labels: str | Path) -> FoundPairs:
    """Match images and labels by name: ``a.tif`` belongs to ``a.png`` or ``a_labels.ome.tif``.

    Parameters
    ----------
    images, labels
        A folder, a file or a glob each; they may be the same folder.

    Raises
    ------
    FileError
        If either names nothing.
    DataError
        If no two names match, or a name occurs twice, so that it is unclear what belongs together.
    """
    label_files = find_inputs([labels], LABEL_SUFFIXES)
    marked = {path for path in label_files if _stem(path).endswith(_LABELS_MARK)}
    # In one folder, what is called labels is none of the images.
    image_files = [path for path in sorted(find_inputs([images])) if path not in marked]
    by_name = _index(path for path in label_files if path in marked or path not in image_files)
    named = _index(image_files)
    pairs = tuple(Pair(path, by_name[name]) for name, path in named.items() if name in by_name)
    if not pairs:
        raise DataError(
            f"None of the {len(image_files)} images of {images} has labels of its name in "
            f"{labels}; name the labels of a.tif a.tif in another folder, or a_labels.tif."
        )
    return FoundPairs(
        pairs,
        tuple(path for name, path in named.items() if name not in by_name),
        tuple(path for name, path in by_name.items() if name not in named),
    )


def hold_out(values: Sequence[T], every: int) -> tuple[list[T], list[T]]:
    """Set every so-manieth value aside, counted from the second; 0 sets none aside.

    Returns
    -------
    kept, held_out

    Examples
    --------
    >>> hold_out("abcdefgh", 3)
    (['a', 'c', 'd', 'f', 'g'], ['b', 'e', 'h'])
    """
    if not every:
        return list(values), []
    kept = [value for i, value in enumerate(values) if (i - 1) % every]
    return kept, list(values[1::every])


def _index(paths: Iterable[Path]) -> dict[str, Path]:
    """Give every file under the name it shares with its partner."""
    listed = [(_stem(path).removesuffix(_LABELS_MARK), path) for path in paths]
    counts = Counter(name for name, _ in listed)
    name, count = max(counts.items(), key=lambda item: item[1], default=("", 0))
    if count > 1:
        twice = ", ".join(str(path) for known, path in listed if known == name)
        raise DataError(f"{twice} have the same name, so it is unclear whose labels are whose.")
    return dict(listed)


def _stem(path: Path) -> str:
    """Return the name without its ending, of which ``.ome.tif`` is one."""
    return path.stem.removesuffix(".ome")
