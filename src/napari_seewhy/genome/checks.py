"""Do tracks and genes belong together: one genome build, chromosomes that both know, units."""

from __future__ import annotations

import warnings
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from napari_seewhy.errors import DataError, SeewhyWarning
from napari_seewhy.genome.chromosomes import match_chromosome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.genome.track import Track

_PER_CENT = 100.0


class CheckedTrack(NamedTuple):
    """A track as a person named it.

    Attributes
    ----------
    path
        What was named; the track may have been made of it.
    lengths
        Of its chromosomes, in bp.
    is_exact
        Whether these are the lengths, or only how far its last value lies.
    """

    path: Path
    lengths: Mapping[str, int]
    is_exact: bool = True


def check_builds(tracks: Sequence[CheckedTrack]) -> None:
    """Refuse tracks of different genome builds, seen from the lengths of their chromosomes.

    Raises
    ------
    DataError
        If two say different lengths of one chromosome, or have none in common.
    """
    for first, second in combinations(tracks, 2):
        shared = {name: match_chromosome(name, second.lengths) for name in first.lengths}
        known = {name: there for name, there in shared.items() if there is not None}
        if not known:
            raise DataError(
                f"{first.path} and {second.path} have no chromosome in common: {_list(first)} and "
                f"{_list(second)}; choose tracks of one genome."
            )
        for name, there in known.items():
            a, b = first.lengths[name], second.lengths[there]
            if _fits(a, b, first.is_exact, second.is_exact):
                continue
            raise DataError(
                f"{first.path} and {second.path} are of different genome builds: {name} has "
                f"{a:,} bp{_name_build(name, a)} in the one and {b:,} bp{_name_build(name, b)} in "
                "the other; choose tracks of one build, or lift one over."
            )


def check_genes(
    genes: pd.DataFrame, tracks: Sequence[CheckedTrack], source: Path
) -> NDArray[np.bool_]:
    """Say which genes lie on chromosomes that every track knows.

    Parameters
    ----------
    genes
        As `read_genes` returns them.
    tracks
        Of one compound.
    source
        File of the genes.

    Returns
    -------
    ndarray, shape ``(N,)`` bool

    Raises
    ------
    DataError
        If there is no such gene, or a gene starts behind the end of its chromosome.

    Warns
    -----
    SeewhyWarning
        If some genes are not, or a track spells chromosomes otherwise than the genes do.
    """
    is_known = np.ones(len(genes), bool)
    for track in tracks:
        names = {name: match_chromosome(name, track.lengths) for name in set(genes["chromosome"])}
        spelt = genes["chromosome"].map(names)
        is_known &= spelt.notna().to_numpy()
        _warn_of_spelling(names, source, track.path)
        if track.is_exact:
            _check_positions(genes, spelt, track, source)
    if not is_known.any():
        there = ", ".join(sorted(set(genes["chromosome"]))[:5])
        raise DataError(
            f"No gene of {source} lies on a chromosome of the tracks: {there} there, "
            f"{_list(tracks[0])} in {tracks[0].path}; choose genes of the same genome."
        )
    if not is_known.all():
        lost = genes.loc[~is_known, "chromosome"]
        warnings.warn(
            f"{len(lost):,} of {len(genes):,} genes lie on chromosomes that a track has not, such "
            f"as {lost.iloc[0]}; they are not drawn.",
            SeewhyWarning,
            stacklevel=2,
        )
    return is_known


def find_level_unit(track: Track, path: Path) -> float:
    """Say what full methylation is in a file: 1, or 100 where levels are in per cent.

    Raises
    ------
    DataError
        If values lie outside 0..100.

    Warns
    -----
    SeewhyWarning
        If they are in per cent.
    """
    low, high = track.value_range
    if low < 0 or high > _PER_CENT:
        raise DataError(
            f"{path} has values from {low:g} to {high:g}; wanted methylation levels, 0 to 1 or in "
            "per cent."
        )
    if high <= 1:
        return 1.0
    warnings.warn(
        f"{path} has values up to {high:g}; they are taken as per cent.",
        SeewhyWarning,
        stacklevel=2,
    )
    return _PER_CENT


def warn_of_negatives(track: Track, path: Path) -> None:
    """Say of chromatin whose values go below 0, such as a log ratio, that these are not drawn.

    Warns
    -----
    SeewhyWarning
        If there is one.
    """
    low, _ = track.value_range
    if low < 0:
        warnings.warn(
            f"{path} has values down to {low:g}, such as a log ratio has; what lies below 0 is not "
            "drawn. Give the signal itself, and that of the control beside it.",
            SeewhyWarning,
            stacklevel=2,
        )


def _fits(a: int, b: int, is_exact: bool, other_is_exact: bool) -> bool:
    if is_exact and other_is_exact:
        return a == b
    if is_exact:
        return b <= a
    return a <= b if other_is_exact else True


def _check_positions(
    genes: pd.DataFrame, spelt: pd.Series[str], track: CheckedTrack, source: Path
) -> None:
    beyond = genes["tss"] >= spelt.map(track.lengths).fillna(np.inf)
    if beyond.any():
        gene = genes[beyond].iloc[0]
        length = track.lengths[spelt[beyond].iloc[0]]
        raise DataError(
            f"{source} is of another genome build than {track.path}: {gene['gene']} starts at "
            f"{gene['chromosome']}:{gene['tss']:,}, behind the end at {length:,}"
            f"{_name_build(str(gene['chromosome']), length)}; choose genes of the same build."
        )


def _warn_of_spelling(names: Mapping[str, str | None], source: Path, path: Path) -> None:
    other = next(((a, b) for a, b in sorted(names.items()) if b is not None and a != b), None)
    if other is not None:
        warnings.warn(
            f"{source} says {other[0]} and {path} says {other[1]}; both are taken for the same.",
            SeewhyWarning,
            stacklevel=3,
        )


def _name_build(chromosome: str, length: int) -> str:
    """Return " (hg19)" where a build is known by the length of this chromosome, else ""."""
    import bioframe

    builds = bioframe.assemblies_available()
    for build in builds.loc[builds["provider"] == "ucsc", "provider_build"]:
        sizes = bioframe.assembly_info(build).chromsizes
        name = match_chromosome(chromosome, sizes.index)
        if name is not None and sizes[name] == length:
            return f" ({build})"
    return ""


def _list(track: CheckedTrack) -> str:
    names = list(track.lengths)
    return ", ".join(names[:5]) + (" ..." if len(names) > 5 else "")
