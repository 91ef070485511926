"""Making the tracks of one compound ready: all as bigWigs, checked, and on one depth."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from napari_seewhy.epigenome.tracks.checks import (
    CheckedTrack,
    check_builds,
    check_genes,
    find_level_unit,
    warn_of_negatives,
)
from napari_seewhy.epigenome.tracks.depth import estimate_depth
from napari_seewhy.epigenome.tracks.files import convert_to_bigwig, is_bigwig
from napari_seewhy.epigenome.tracks.reader import OpenTrack, TrackPaths
from napari_seewhy.epigenome.tracks.track import Track
from napari_seewhy.errors import OptionError
from napari_seewhy.files import hash_file

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.epigenome.tracks.compounds import CompoundTracks
    from napari_seewhy.epigenome.tracks.options import DrawOptions


@dataclass(frozen=True, slots=True)
class PreparedTracks:
    """Tracks that can be drawn.

    Attributes
    ----------
    paths
        bigWigs, with their units.
    is_known
        ``(N,)`` which genes lie on their chromosomes.
    """

    paths: TrackPaths
    is_known: NDArray[np.bool_]

    @property
    def depth_ratio(self) -> float:
        """How many times deeper the treated sample was sequenced than its control."""
        return self.paths.chromatin.unit


def prepare_tracks(
    compound: CompoundTracks, genes: pd.DataFrame, source: Path, options: DrawOptions, cache: Path
) -> PreparedTracks:
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
        files = [None if path is None else _as_bigwig(path, cache, options) for path in named]
        tracks = [None if path is None else stack.enter_context(Track(path)) for path in files]
        checked = [
            CheckedTrack(path, track.lengths, is_exact=path == track.path)
            for path, track in zip(named, tracks, strict=True)
            if path is not None and track is not None
        ]
        check_builds(checked)
        is_known = check_genes(genes, checked, source)
        units = _find_units(tracks, named, options)
    ready = [
        None if path is None else OpenTrack(path, unit)
        for path, unit in zip(files, units, strict=True)
    ]
    chromatin, methylation, control, untreated = ready
    if chromatin is None or methylation is None:
        raise OptionError("A compound needs a track of chromatin and one of methylation.")
    return PreparedTracks(TrackPaths(chromatin, methylation, control, untreated), is_known)


def _find_units(
    tracks: list[Track | None], named: tuple[Path | None, ...], options: DrawOptions
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
        1.0 if track is None or path is None else find_level_unit(track, path)
        for track, path in ((methylation, named[1]), (untreated, named[3]))
    ]
    return [depth, levels[0], 1.0, levels[1]]


def _as_bigwig(path: Path, cache: Path, options: DrawOptions) -> Path:
    """Return the bigWig of a track; one that is made of a text file is made once."""
    if is_bigwig(path):
        return path
    made = cache / f"{hash_file(path)[:16]}-{options.min_reads}.bw"
    if not made.is_file():
        convert_to_bigwig(path, made, options.min_reads)
    return made
