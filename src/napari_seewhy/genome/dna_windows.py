"""Windows of DNA with the coverage of their bins: what a network that reads DNA learns from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from napari_seewhy.errors import DataError, OptionError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SPLITS = ("train", "valid", "test")
"""Windows to learn from, windows that say when to stop, and windows to report on."""


_PLACE = re.compile(r"(?P<name>[^\s:]+):(?P<start>\d[\d,]*)(?:-(?P<end>\d[\d,]*))?")


class Interval(NamedTuple):
    """A stretch of the genome.

    Attributes
    ----------
    chromosome
        Its name.
    start, end
        0-based, half-open.
    """

    chromosome: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.chromosome}:{self.start + 1:,}-{self.end:,}"


def parse_place(text: str) -> Interval:
    """Read a stretch, or one position, which count from 1; a stretch includes both ends.

    Raises
    ------
    OptionError
        If it is none.

    Examples
    --------
    >>> parse_place("chr1:1,001-2,000")
    Interval(chromosome='chr1', start=1000, end=2000)
    >>> parse_place("chr1:1,001")
    Interval(chromosome='chr1', start=1000, end=1001)
    """
    found = _PLACE.fullmatch(text.strip())
    if found is None:
        raise OptionError(f"{text!r} is no stretch of a genome; write it as chr1:1,001-2,000.")
    start = int(found["start"].replace(",", ""))
    end = int(found["end"].replace(",", "")) if found["end"] else start
    if not 1 <= start <= end:
        raise OptionError(
            f"{text!r} ends before it starts or starts below 1; positions count from 1."
        )
    return Interval(found["name"], start - 1, end)


@dataclass(frozen=True, eq=False)
class DnaWindows:
    """Windows of one length, each with the coverage of its bins.

    Attributes
    ----------
    codes
        ``(N, L)`` uint8: A, C, G, T as 0 to 3, and 4 where the base is not known.
    target
        ``(N, n_tracks, n_bins)`` float32 coverage.
    tracks
        Names of the tracks.
    split
        ``(N,)`` "train", "valid" or "test".
    places
        Where the windows lie in the genome; empty where nobody says.
    genome
        Name of the genome; "" where nobody says.
    """

    codes: NDArray[np.uint8]
    target: NDArray[np.float32]
    tracks: tuple[str, ...]
    split: NDArray[np.str_]
    places: tuple[Interval, ...] = ()
    genome: str = ""

    def __post_init__(self) -> None:
        (n, length), (n_targets, n_tracks, n_bins) = self.codes.shape, self.target.shape
        if n != n_targets or n != len(self.split) or n_tracks != len(self.tracks):
            raise DataError(
                f"{n} windows, coverage of {n_targets} and {len(self.split)} splits, or "
                f"{n_tracks} tracks and {len(self.tracks)} names; wanted one of each."
            )
        if length % n_bins:
            raise DataError(
                f"Windows of {length:,} bp cannot be divided into {n_bins:,} equal bins; "
                "choose a length that is a multiple of the bin."
            )

    @property
    def bin_bp(self) -> int:
        """Width of a bin in bp."""
        return int(self.codes.shape[1] // self.target.shape[2])

    def take(self, split: str) -> DnaWindows:
        """Return the windows of one split."""
        is_in = self.split == split
        places = tuple(place for place, is_one in zip(self.places, is_in, strict=False) if is_one)
        return DnaWindows(
            self.codes[is_in],
            self.target[is_in],
            self.tracks,
            self.split[is_in],
            places,
            self.genome,
        )

    def count(self, split: str) -> int:
        """Return the number of windows of one split."""
        return int((self.split == split).sum())
