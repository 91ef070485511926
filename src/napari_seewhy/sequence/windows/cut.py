"""Windows cut from a genome, with the coverage that its tracks have there."""

from __future__ import annotations

import warnings
from contextlib import ExitStack
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from napari_seewhy.errors import DataError, SeewhyWarning
from napari_seewhy.genome import (
    SPLITS,
    UNKNOWN_BASE,
    CheckedTrack,
    DnaWindows,
    Genome,
    Interval,
    Track,
    check_builds,
    match_chromosome,
)
from napari_seewhy.progress import Step
from napari_seewhy.sequence.windows.regions import place_about, read_regions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from napari_seewhy.progress import Task
    from napari_seewhy.sequence.windows.options import WindowOptions

_TRAIN_SHARE, _VALID_SHARE = 0.7, 0.15


class Placed(NamedTuple):
    """A window before it is read.

    Attributes
    ----------
    place
        Where it lies.
    split
        "train", "valid" or "test".
    """

    place: Interval
    split: str


def cut_windows_steps(
    fasta: Path, tracks: Mapping[str, Path], options: WindowOptions, bed: Path | None = None
) -> Task[DnaWindows]:
    """Cut a genome into windows and read the coverage of each.

    Parameters
    ----------
    fasta
        The genome.
    tracks
        Name of each track, and its bigWig.
    options
        Length of windows and bins, and which chromosomes say when to stop or report.
    bed
        Regions about which windows are cut; None lays windows over the whole genome.

    Raises
    ------
    FileError
        If a file cannot be read.
    DataError
        If genome and tracks are of different builds, a track is empty or has values below 0, or
        there is no window for a split.

    Warns
    -----
    SeewhyWarning
        If coverage is cut down, or windows are left out.
    """
    with ExitStack() as stack:
        genome = stack.enter_context(Genome(fasta))
        opened = {name: stack.enter_context(Track(path)) for name, path in tracks.items()}
        _check_tracks(genome, opened)
        placed = _place_windows(genome, opened, options, bed)
        codes, target, kept = [], [], []
        n_bins = options.window_bp // options.bin_bp
        for number, one in enumerate(placed):
            yield Step(number, len(placed), f"Reading {one.place}")
            letters = genome.read(*one.place)
            if (letters == UNKNOWN_BASE).mean() > options.unknown_share:
                continue
            codes.append(letters)
            target.append(_read_tracks(opened, one.place, n_bins))
            kept.append(one)
    _check_kept(kept, len(placed), options)
    values = np.stack(target)
    _check_values(values, list(tracks), options.clip)
    return DnaWindows(
        np.stack(codes),
        np.minimum(values, options.clip).astype(np.float32),
        tuple(tracks),
        np.array([one.split for one in kept]),
        tuple(one.place for one in kept),
        fasta.stem,
    )


def _check_tracks(genome: Genome, tracks: Mapping[str, Track]) -> None:
    if not tracks:
        raise DataError("There is no track to learn; name at least one bigWig.")
    checked = [CheckedTrack(genome.path, genome.lengths)]
    for name, track in tracks.items():
        check_builds([*checked, CheckedTrack(track.path, track.lengths)])
        low, high = track.value_range
        if low < 0:
            raise DataError(
                f"The track {name} has values down to {low:g}; wanted coverage of 0 or more, so "
                "take the signal itself and no log ratio."
            )
        if high <= 0:
            raise DataError(f"The track {name} is 0 everywhere; choose another file.")


def _place_windows(
    genome: Genome, tracks: Mapping[str, Track], options: WindowOptions, bed: Path | None
) -> list[Placed]:
    """Lay windows on all chromosomes that every track knows: about regions, or side by side."""
    named = {
        genome.find(name): split
        for split in ("valid", "test")
        for name in options.list_chromosomes(split)
    }
    known = {
        chromosome: length
        for chromosome, length in genome.lengths.items()
        if all(match_chromosome(chromosome, track.lengths) for track in tracks.values())
    }
    placed: list[Placed] = []
    if bed is not None:
        placed = _place_regions(genome, options.window_bp, bed, named)
        placed = [one for one in placed if one.place.chromosome in known]
    for chromosome, length in known.items() if bed is None else ():
        n = length // options.window_bp
        splits = [named.get(chromosome, "train")] * n if named else _divide(n)
        for number, split in enumerate(splits):
            start = number * options.window_bp
            if split:
                place = Interval(chromosome, start, start + options.window_bp)
                placed.append(Placed(place, split))
    if not placed:
        raise DataError(
            f"No window of {options.window_bp:,} bp fits into a chromosome of {genome.path} that "
            "the tracks know; choose shorter windows."
        )
    return placed


def _place_regions(
    genome: Genome, window_bp: int, bed: Path, named: Mapping[str, str]
) -> list[Placed]:
    """Lay windows about regions; their splits are the file's, those of chromosomes, or shares.

    Raises
    ------
    DataError
        If windows of two splits share bases, so that a report would know what was learned.
    """
    found = [
        (place, region.split or named.get(place.chromosome, "train" if named else ""))
        for region in read_regions(bed)
        for place in place_about(region.place, genome, window_bp)
    ]
    found = sorted(dict(found).items())
    if any(not split for _, split in found):
        shares = _divide(len(found))
        found = [
            (place, split or share) for (place, split), share in zip(found, shares, strict=True)
        ]
    placed = [Placed(place, split) for place, split in found if split]
    for one, other in pairwise(placed):
        is_near = one.place.chromosome == other.place.chromosome
        if is_near and one.split != other.split and other.place.start < one.place.end:
            raise DataError(
                f"The windows {one.place} ({one.split}) and {other.place} ({other.split}) share "
                "bases; name chromosomes to stop by and to report on, or choose regions farther "
                "apart."
            )
    return placed


def _divide(n: int) -> list[str]:
    """Return the split of each window of one chromosome; "" where one is left out between."""
    n_train, n_valid = round(n * _TRAIN_SHARE), round(n * _VALID_SHARE)
    splits = ["train"] * n_train + ["valid"] * n_valid + ["test"] * (n - n_train - n_valid)
    for edge in (n_train, n_train + n_valid):
        # A part of one window keeps it: side by side, windows share no base.
        if edge < n and splits.count(splits[edge]) > 1:
            splits[edge] = ""
    return splits


def _read_tracks(tracks: Mapping[str, Track], place: Interval, n_bins: int) -> NDArray[np.float64]:
    def read() -> Iterator[NDArray[np.float64]]:
        for track in tracks.values():
            name = match_chromosome(place.chromosome, track.lengths)
            if name is None:
                raise DataError(f"{track.path} has no chromosome {place.chromosome}.")
            # What lies behind the last value of a track may be missing from its lengths.
            yield track.read_coverage(name, place.start, place.end, n_bins)

    return np.stack(list(read()))


def _check_kept(kept: list[Placed], n_placed: int, options: WindowOptions) -> None:
    counts = {split: sum(one.split == split for one in kept) for split in SPLITS}
    if not counts["train"] or not counts["valid"]:
        raise DataError(
            f"Of the windows of {options.window_bp:,} bp, {counts['train']} can teach and "
            f"{counts['valid']} can say when to stop; name other chromosomes, or choose shorter "
            "windows."
        )
    if len(kept) < n_placed:
        warnings.warn(
            f"{n_placed - len(kept)} of {n_placed} windows hold more than "
            f"{options.unknown_share:.0%} unknown bases and are left out.",
            SeewhyWarning,
            stacklevel=3,
        )


def _check_values(values: NDArray[np.float64], names: list[str], clip: float) -> None:
    is_empty = values.max((0, 2)) <= 0
    if is_empty.any():
        raise DataError(
            f"The track {names[int(is_empty.argmax())]} is 0 in all windows; choose another file "
            "or other chromosomes."
        )
    n_above = int((values > clip).sum())
    if n_above:
        warnings.warn(
            f"{n_above:,} values above {clip:,.0f} are cut down to it.", SeewhyWarning, stacklevel=3
        )
