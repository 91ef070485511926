"""Windows about the regions of a BED file, instead of side by side over the genome."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from napari_seewhy.errors import DataError
from napari_seewhy.files import read_text
from napari_seewhy.genome import SPLITS, Genome, Interval

if TYPE_CHECKING:
    from pathlib import Path

_COMMENTS = ("#", "track", "browser")


class Region(NamedTuple):
    """A line of a BED file.

    Attributes
    ----------
    place
        Where it lies.
    split
        "train", "valid" or "test" where its fourth column says so, as in Basenji; else "".
    """

    place: Interval
    split: str


def read_regions(path: Path) -> list[Region]:
    """Read the regions of a BED file, which counts from 0.

    Raises
    ------
    FileError
        If it cannot be read.
    DataError
        If a line is no region, or there is none.
    """
    regions = []
    for number, line in enumerate(read_text(path).splitlines(), 1):
        fields = line.split("\t") if "\t" in line else line.split()
        if not fields or line.startswith(_COMMENTS):
            continue
        if len(fields) < 3 or not (fields[1].isdigit() and fields[2].isdigit()):
            raise DataError(
                f"Line {number} of {path} is no region; wanted chromosome, start from 0 and end, "
                "with tabs between."
            )
        start, end = int(fields[1]), int(fields[2])
        if start >= end:
            raise DataError(f"Line {number} of {path} ends at {end:,}, before its start {start:,}.")
        split = fields[3].strip() if len(fields) > 3 else ""
        regions.append(Region(Interval(fields[0], start, end), split if split in SPLITS else ""))
    if not regions:
        raise DataError(f"{path} holds no region; wanted one line for each.")
    return regions


def place_about(region: Interval, genome: Genome, window_bp: int) -> list[Interval]:
    """Return as many windows as fit into a region, at least one, about its middle.

    A window that would reach past an end of the chromosome is moved inside.

    Raises
    ------
    DataError
        If the genome has no such chromosome, or it is shorter than a window.
    """
    name = genome.find(region.chromosome)
    length = genome.lengths[name]
    if region.end > length or length < window_bp:
        raise DataError(
            f"The region {region} does not fit {name}, which has {length:,} bp in {genome.path}; "
            f"wanted regions of this genome, and windows of {window_bp:,} bp within it."
        )
    n = max(1, (region.end - region.start) // window_bp)
    start = (region.start + region.end - n * window_bp) // 2
    start = min(max(start, 0), length - n * window_bp)
    firsts = range(start, start + n * window_bp, window_bp)
    return [Interval(name, first, first + window_bp) for first in firsts]
