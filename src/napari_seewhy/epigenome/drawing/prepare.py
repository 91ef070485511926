"""Making the tracks of one compound ready: all as bigWigs, checked, on one depth and height."""

from __future__ import annotations

import warnings
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from napari_seewhy.errors import OptionError, SeewhyWarning
from napari_seewhy.files import hash_file
from napari_seewhy.genome import (
    CheckedTrack,
    OpenTrack,
    Track,
    TrackPaths,
    bin_window,
    check_builds,
    check_genes,
    convert_to_bigwig_steps,
    estimate_depth,
    find_level_unit,
    is_bigwig,
    match_chromosome,
    read_conversion,
    warn_of_negatives,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.epigenome.drawing.compounds import CompoundTracks
    from napari_seewhy.epigenome.drawing.options import DrawOptions
    from napari_seewhy.genome import GenePlace
    from napari_seewhy.progress import Task


_SHARE = 0.999
_HEADROOM = 1.5
_MOST_GENES = 2000


@dataclass(frozen=True, slots=True)
class PreparedTracks:
    """Tracks that can be drawn.

    Attributes
    ----------
    paths
        bigWigs, with their units.
    is_known
        ``(N,)`` which genes lie on their chromosomes.
    read_as
        For each file what it was read as.
    """

    paths: TrackPaths
    is_known: NDArray[np.bool_]
    read_as: dict[str, str]

    @property
    def depth_ratio(self) -> float:
        """How many times deeper the treated sample was sequenced than its control."""
        return self.paths.chromatin.unit


def prepare_tracks_steps(
    compound: CompoundTracks, genes: pd.DataFrame, source: Path, options: DrawOptions, cache: Path
) -> Task[PreparedTracks]:
    """Check the tracks of one compound against each other and the genes, and make all bigWigs.

    Parameters
    ----------
    compound
        Its files.
    genes, source
        Genes, and the file they come from.
    options
        How depths are compared, and the fewest reads of a site.
    cache
        Folder for text files that were turned into bigWigs.

    Raises
    ------
    FileError
        If a file cannot be read or is broken off.
    OptionError
        If only one of the two tracks has a control.
    DataError
        If the tracks are of different builds, or the genes are, or values are no levels.
    """
    if (compound.control_chromatin is None) != (compound.control_methylation is None):
        raise OptionError(
            "Chromatin and methylation must both have a control, or neither; give the missing one."
        )
    named = (
        compound.chromatin,
        compound.methylation,
        compound.control_chromatin,
        compound.control_methylation,
    )
    with ExitStack() as stack:
        made: dict[Path, _Usable] = {}
        for file in filter(None, named):
            made[file] = yield from _as_bigwig_steps(file, cache, options)
        files = [None if path is None else made[path].path for path in named]
        tracks = [None if path is None else stack.enter_context(Track(path)) for path in files]
        checked = [
            CheckedTrack(path, track.lengths, is_exact=path == track.path)
            for path, track in zip(named, tracks, strict=True)
            if path is not None and track is not None
        ]
        check_builds(checked)
        is_known = check_genes(genes, checked, source)
        for file, one in made.items():
            if one.full is not None:
                warnings.warn(
                    f"{file} is read as {one.dialect}, with levels in per cent.",
                    SeewhyWarning,
                    stacklevel=2,
                )
        units = _find_units(tracks, named, options, {p: one.full for p, one in made.items()})
        read_as = {str(p): one.dialect for p, one in made.items() if one.full is None}
        for path, track in zip(named[::2], tracks[::2], strict=True):
            if track is not None and track.leaves_out_zeros:
                read_as[str(path)] += ", which stores no zeros: what it leaves out is taken as 0"
    ready = [
        None if path is None else OpenTrack(path, unit)
        for path, unit in zip(files, units, strict=True)
    ]
    chromatin, methylation, control, untreated = ready
    if chromatin is None or methylation is None:
        raise OptionError("A compound needs a track of chromatin and one of methylation.")
    paths = TrackPaths(chromatin, methylation, control, untreated)
    return PreparedTracks(paths, is_known, read_as)


def find_top(paths: TrackPaths, places: Sequence[GenePlace], n_columns: int) -> float:
    """Return a height with room for one and a half times the tallest usual signal about genes.

    Parameters
    ----------
    paths
        Tracks of a compound; the control's chromatin is taken where there is one.
    places
        Windows of all genes; of very many, some evenly spread ones are looked at.
    n_columns
        Columns of a panel.

    Returns
    -------
    float
        Rounded to two digits; 1 where there is no signal at all. What was not measured is passed
        over.
    """
    chosen = paths.control_chromatin or paths.chromatin
    spread = np.unique(np.linspace(0, len(places) - 1, _MOST_GENES).astype(np.int64))
    with Track(chosen.path) as track:
        heights = []
        for place in (places[number] for number in spread.tolist()):
            name = match_chromosome(place.chromosome, track.lengths) or place.chromosome
            found = track.read_signal(name, place.start, place.end)
            heights.append(bin_window(found, place, n_columns))
    measured = np.concatenate(heights)
    measured = measured[np.isfinite(measured)]
    top = float(np.quantile(measured, _SHARE)) * _HEADROOM if len(measured) else 0.0
    return float(f"{top:.2g}") if top > 0 else 1.0


def _find_units(
    tracks: list[Track | None],
    named: tuple[Path | None, ...],
    options: DrawOptions,
    full: dict[Path, float | None],
) -> list[float]:
    """Return what the values of each track are divided by."""
    chromatin, methylation, control, untreated = tracks
    for track, path in ((chromatin, named[0]), (control, named[2])):
        if track is not None and path is not None:
            warn_of_negatives(track, path)
    depth = 1.0
    if chromatin is not None and control is not None:
        depth = estimate_depth(chromatin, control, options.depth)
    levels = [
        1.0 if track is None or path is None else full[path] or find_level_unit(track, path)
        for track, path in ((methylation, named[1]), (untreated, named[3]))
    ]
    return [depth, levels[0], 1.0, levels[1]]


class _Usable(NamedTuple):
    """A bigWig, what its file was read as, and what full methylation is, where that is known."""

    path: Path
    dialect: str
    full: float | None


def _as_bigwig_steps(path: Path, cache: Path, options: DrawOptions) -> Task[_Usable]:
    """Return the bigWig of a track; one that is made of a text file is made once."""
    if is_bigwig(path):
        return _Usable(path, "bigWig", None)
    made = cache / f"{hash_file(path)[:16]}-{options.min_reads}.bw"
    is_there = made.is_file() and made.with_suffix(".json").is_file()
    if is_there:
        read = read_conversion(made)
    else:
        read = yield from convert_to_bigwig_steps(path, made, options.min_reads)
    return _Usable(made, read.dialect, read.full)
