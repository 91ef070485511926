"""Pairs: phase contrast and the marker at the same place, in files or open in a window."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from napari_seewhy.blocks.pairing.images import PairImages
from napari_seewhy.blocks.pairing.names import match_names
from napari_seewhy.blocks.pairing.places import Place, PlaceFinder
from napari_seewhy.errors import OptionError, SeewhyError
from napari_seewhy.files import hash_file
from napari_seewhy.images import Declared, find_image_files, read_image, without_set_members
from napari_seewhy.inputs import find_inputs
from napari_seewhy.tables import file_stem

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.blocks.pairing.options import StainPairOptions
    from napari_seewhy.images import CellImage


class Pair(Protocol):
    """Phase contrast and the marker at the same place, wherever they are."""

    @property
    def name(self) -> str:
        """What a person knows the place by."""

    @property
    def place(self) -> Place:
        """Its dish and day."""

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that are read."""

    def hash(self) -> str:
        """Return a hash of all pixels, which tells whether they are the same as before."""

    def read(self, options: StainPairOptions) -> PairImages:
        """Return both images, as the options choose channels and planes."""


@dataclass(frozen=True, slots=True)
class FilePair:
    """Phase contrast and the marker in two files, or in one; see `Pair`."""

    phase: Path
    marker: Path
    place: Place

    @property
    def name(self) -> str:
        """Name of the file of phase contrast without its ending."""
        return file_stem(self.phase)

    @property
    def files(self) -> tuple[Path, ...]:
        """Both files, or the one; of images in several files, all."""
        each = (path for image in (self.phase, self.marker) for path in find_image_files(image))
        return tuple(dict.fromkeys(each))

    def hash(self) -> str:
        """Return the hashes of the files."""
        return " ".join(map(hash_file, self.files))

    def read(self, options: StainPairOptions) -> PairImages:
        """Read the files; large images stay in theirs.

        Raises
        ------
        DataError
            If the images are not of one size and scale.
        FileError
            If a file cannot be read.
        OptionError
            If an image has no such channel or plane, or the channels must be named.
        """
        phase = read_image(self.phase, declared=options.declared)
        plain = Declared(options.slices)
        is_one = self.marker == self.phase
        marker = phase if is_one else read_image(self.marker, declared=plain)
        try:
            return PairImages.match(self.name, phase, marker, self.place, options)
        except OptionError as error:
            raise OptionError(f"{self.name}: {error}") from error


@dataclass(frozen=True, slots=True, eq=False)
class OpenPair:
    """Phase contrast and the marker in memory, as a window has them; see `Pair`.

    Attributes
    ----------
    name
        What the place is called.
    phase, marker
        May be the same image with several channels.
    place
        Its dish and day.
    """

    name: str
    phase: CellImage
    marker: CellImage
    place: Place

    @property
    def files(self) -> tuple[Path, ...]:
        """No file."""
        return ()

    def hash(self) -> str:
        """Return a hash of the pixels."""
        known = hashlib.sha256()
        for image in (self.phase, self.marker):
            pixels = image.load().pixels
            known.update(f"{pixels.shape} {pixels.dtype}".encode())
            known.update(np.ascontiguousarray(pixels).data)
        return known.hexdigest()

    def read(self, options: StainPairOptions) -> PairImages:
        """Put both images together.

        Raises
        ------
        DataError
            If the images are not of one size and scale.
        OptionError
            If an image has no such channel or plane, or the channels must be named.
        """
        return PairImages.match(self.name, self.phase, self.marker, self.place, options)


@dataclass(frozen=True, slots=True)
class Pairing:
    """What was found in folders.

    Attributes
    ----------
    pairs
        By the paths of the images of phase contrast.
    unmatched
        Files that have no partner, or whose dish is not known, and why; the others can be used.
    """

    pairs: tuple[FilePair, ...]
    unmatched: tuple[tuple[Path, str], ...] = ()


def find_pairs(options: StainPairOptions) -> Pairing:
    """Find the images of phase contrast and of the marker that belong together.

    Returns
    -------
    Pairing
        Files without a partner are listed in it; the rest is paired.

    Raises
    ------
    FileError
        If the files named are not there, or a table cannot be read.
    DataError
        If no two names match, or it is unclear what belongs together.
    OptionError
        If no images are named, or a pattern is no regular expression.
    """
    if not options.phase:
        raise OptionError("No images of phase contrast were named; give a folder or a glob.")
    phase_files = without_set_members(find_inputs([options.phase]))
    find_place = PlaceFinder(options)
    find_place.check()
    unmatched: list[tuple[Path, str]] = []
    both = [(path, path) for path in phase_files]
    if options.marker and options.marker != options.phase:
        marker_files = without_set_members(find_inputs([options.marker]))
        given = (options.phase, phase_files), (options.marker, marker_files)
        found = match_names(*given, options.match)
        both = found.pairs
        unmatched += [(path, "has no image of the marker") for path in found.lone_first]
        unmatched += [(path, "has no image of phase contrast") for path in found.lone_second]
    pairs = []
    for phase, marker in both:
        try:
            pairs.append(FilePair(phase.absolute(), marker.absolute(), find_place(phase)))
        except SeewhyError as error:
            unmatched.append((phase, str(error)))
    if not pairs:
        raise OptionError(f"Not one image can be used: {unmatched[0][1]}")
    return Pairing(tuple(pairs), tuple(unmatched))
