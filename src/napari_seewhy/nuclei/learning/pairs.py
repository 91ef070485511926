"""Pairs to learn from: images and the labels of their nuclei, in files or open in a window."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np

from napari_seewhy.errors import DataError, OptionError
from napari_seewhy.files import hash_file
from napari_seewhy.images import (
    LABEL_SUFFIXES,
    Declared,
    find_image_files,
    read_image,
    read_labels,
    without_set_members,
)
from napari_seewhy.inputs import find_inputs
from napari_seewhy.nuclei.labelled_image import LabelledImage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from napari_seewhy.images import CellImage, Slices

T = TypeVar("T")

_LABELS_MARKS = ("_labels", "_cp_masks", "_masks")
"""What label files are called after their images, by us and by other programs (Cellpose)."""


class Pair(Protocol):
    """An image and its labels, wherever they are."""

    @property
    def name(self) -> str:
        """What a person knows the image by."""

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that are read."""

    def hash(self) -> str:
        """Return a hash of pixels and labels, which shows whether they are the same as before."""

    def read(self, channel: str) -> LabelledImage:
        """Return one channel, given by name or number, and the labels."""


@dataclass(frozen=True, slots=True)
class FilePair:
    """The file of an image and the file of its labels; see `Pair`."""

    image: Path
    labels: Path
    slices: Slices = ""

    @property
    def name(self) -> str:
        """Name of the image's file."""
        return self.image.name

    @property
    def files(self) -> tuple[Path, ...]:
        """Both files; of an image in several files, all."""
        return (*find_image_files(self.image), self.labels)

    def hash(self) -> str:
        """Return the hashes of the files."""
        return " ".join(map(hash_file, self.files))

    def read(self, channel: str) -> LabelledImage:
        """Read the files; large images stay in theirs.

        Raises
        ------
        DataError
            If the labels do not fit the image.
        FileError
            If a file cannot be read.
        OptionError
            If the image has no such channel.
        """
        labels = read_labels(self.labels).labels
        image = read_image(self.image, declared=Declared(self.slices))
        try:
            return LabelledImage.match(self.name, image, labels, channel)
        except OptionError as error:
            raise OptionError(f"{self.image}: {error}") from error


@dataclass(frozen=True, slots=True, eq=False)
class OpenPair:
    """An image and its labels in memory, as a window has them; see `Pair`.

    Attributes
    ----------
    name
        What the image is called.
    image
        With or without time and planes.
    labels
        ``(Y, X)`` or ``(T, Y, X)`` whole numbers.
    """

    name: str
    image: CellImage
    labels: NDArray[np.integer]

    @property
    def files(self) -> tuple[Path, ...]:
        """No file."""
        return ()

    def hash(self) -> str:
        """Return a hash of the pixels and the labels."""
        known = hashlib.sha256()
        for values in (self.image.load().pixels, self.labels):
            known.update(f"{values.shape} {values.dtype}".encode())
            known.update(np.ascontiguousarray(values).data)
        return known.hexdigest()

    def read(self, channel: str) -> LabelledImage:
        """Put image and labels together.

        Raises
        ------
        DataError
            If the labels do not fit the image.
        OptionError
            If the image has no such channel.
        """
        return LabelledImage.match(self.name, self.image, self.labels, channel)


@dataclass(frozen=True, slots=True)
class FoundPairs:
    """What was found in two folders.

    Attributes
    ----------
    pairs
        Sorted by the paths of the images.
    lone_images, lone_labels
        Files that have no partner.
    """

    pairs: tuple[FilePair, ...]
    lone_images: tuple[Path, ...]
    lone_labels: tuple[Path, ...]


def find_pairs(images: str | Path, labels: str | Path, slices: Slices = "") -> FoundPairs:
    """Match images and labels by name: ``a.tif`` belongs to ``a.png`` or ``a_labels.ome.tif``.

    Parameters
    ----------
    images, labels
        A folder, a file or a glob each; they may be the same folder.
    slices
        What the pictures of a stack are, where its file does not say so.

    Raises
    ------
    FileError
        If either names nothing.
    DataError
        If no two names match, or a name occurs twice, so that it is unclear what belongs together.
    """
    label_files = find_inputs([labels], LABEL_SUFFIXES)
    marked = {path for path in label_files if _stem(path).endswith(_LABELS_MARKS)}
    # In one folder, what is called labels is none of the images.
    found = without_set_members(sorted(find_inputs([images])))
    image_files = [path for path in found if path not in marked]
    by_name = _index(path for path in label_files if path in marked or path not in image_files)
    named = _index(image_files)
    pairs = tuple(
        FilePair(path, by_name[name], slices) for name, path in named.items() if name in by_name
    )
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
    listed = [(_unmarked(_stem(path)), path) for path in paths]
    counts = Counter(name for name, _ in listed)
    name, count = max(counts.items(), key=lambda item: item[1], default=("", 0))
    if count > 1:
        twice = ", ".join(str(path) for known, path in listed if known == name)
        raise DataError(
            f"{twice} have the same name, so it is unclear whose labels are whose; keep one."
        )
    return dict(listed)


def _unmarked(stem: str) -> str:
    mark = next((mark for mark in _LABELS_MARKS if stem.endswith(mark)), "")
    return stem.removesuffix(mark)


def _stem(path: Path) -> str:
    """Return the name without its ending, of which ``.ome.tif`` is one."""
    return path.stem.removesuffix(".ome")
