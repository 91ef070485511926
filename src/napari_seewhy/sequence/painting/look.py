"""One stretch of a genome: its letters, what tracks measured there, and what a model expects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.errors import DataError
from napari_seewhy.genome import (
    Genome,
    Interval,
    Track,
    match_chromosome,
    name_files,
    number_tracks,
    read_genes,
)
from napari_seewhy.models.running import DeviceOptions
from napari_seewhy.progress import Step
from napari_seewhy.sequence.painting.paint import find_margin

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.progress import Task


@dataclass(frozen=True, eq=False)
class Look:
    """A stretch of a genome as a model reads it.

    Attributes
    ----------
    place
        The stretch, a whole number of bins.
    codes
        ``(n,)`` its letters.
    tracks
        Names of the tracks, no two the same.
    bin_bp
        Bases per value.
    said
        ``(n_tracks, n_bins)`` predicted coverage.
    observed
        ``(n_tracks, n_bins)`` measured coverage; NaN for a track that was not given.
    changed
        ``(n_tracks, n_bins)`` predicted coverage with the changes; None without changes.
    unit
        What the values are, for the axis.
    note
        What else is to be known.
    genes
        Genes that overlap the stretch, as `read_genes` gives them; None without a table.
    """

    place: Interval
    codes: NDArray[np.uint8]
    tracks: tuple[str, ...]
    bin_bp: int
    said: NDArray[np.float32]
    observed: NDArray[np.float64]
    changed: NDArray[np.float32] | None = None
    unit: str = "Coverage"
    note: str = ""
    genes: pd.DataFrame | None = None


def look_steps(
    model_path: Path,
    fasta: Path,
    place: Interval,
    observed: Mapping[str, Path],
    changes: Mapping[int, int] | None = None,
    options: DeviceOptions | None = None,
    genes: Path | None = None,
) -> Task[Look]:
    """Read a stretch of a genome with a model.

    Parameters
    ----------
    model_path
        The model.
    fasta
        The genome.
    place
        The stretch; it is widened to whole bins.
    observed
        bigWig of each track that was measured, by its name as `find_observed` gives it.
    changes
        Code of the new letter by its position in the genome, from 0.
    options
        Where it runs.
    genes
        Table of genes to show below.

    Raises
    ------
    DataError
        If the stretch lies outside its chromosome.
    FileError
        If a file cannot be read.
    """
    from napari_seewhy.models.running import choose_runtime
    from napari_seewhy.reading import load_coverage, predict_coverage

    yield Step(0, 3, "Reading the model")
    model, runtime = load_coverage(model_path), choose_runtime(options or DeviceOptions())
    runtime.place_network(model.network)
    card = model.card
    with Genome(fasta) as genome:
        name = genome.find(place.chromosome)
        whole = _widen(Interval(name, place.start, place.end), genome.lengths[name], card.bin_bp)
        yield Step(1, 3, f"Reading {whole}")
        margin = find_margin(card, whole)
        codes = genome.read_padded(name, whole.start - margin, whole.end + margin)
    inside = slice(margin // card.bin_bp, -(margin // card.bin_bp))
    said = predict_coverage(model, codes, runtime)[:, inside]
    changed = None
    if changes:
        yield Step(2, 3, "Reading it with the changes")
        other = change_letters(codes, changes, whole.start - margin)
        changed = predict_coverage(model, other, runtime)[:, inside]
    letters = codes[margin : len(codes) - margin]
    seen = np.full(said.shape, np.nan)
    tracks = number_tracks(card.tracks)
    for number, track in enumerate(tracks):
        if track in observed:
            seen[number] = _read_observed(observed[track], whole, said.shape[1])
    below = find_genes(genes, whole)
    return Look(whole, letters, tracks, card.bin_bp, said, seen, changed, genes=below)


def change_letters(
    codes: NDArray[np.uint8], changes: Mapping[int, int], start: int
) -> NDArray[np.uint8]:
    """Return letters with changes, which are given by their position in the genome, from 0.

    Parameters
    ----------
    codes
        ``(n,)`` letters.
    changes
        Code of the new letter by its position.
    start
        Position of the first of `codes`.
    """
    changed = codes.copy()
    for position, letter in changes.items():
        changed[position - start] = letter
    return changed


def find_genes(path: Path | None, place: Interval) -> pd.DataFrame | None:
    """Return the genes of a table that overlap a stretch; None without a table."""
    if path is None:
        return None
    genes = read_genes(path)
    named = {
        name: match_chromosome(name, [place.chromosome]) is not None
        for name in genes["chromosome"].unique()
    }
    is_here = genes["chromosome"].map(named) & (genes["start"] < place.end)
    return genes[is_here & (genes["end"] > place.start)].reset_index(drop=True)


def find_observed(folder: Path, tracks: tuple[str, ...]) -> dict[str, Path]:
    """Return the bigWigs of a folder that are called as tracks of a model.

    Tracks of one name are distinguished by their number, in their names and in those of the files.
    """
    found = [*folder.glob("*.bw"), *folder.glob("*.bigWig"), *folder.glob("*.bigwig")]
    paths = {path.stem: path for path in sorted(found)}
    names = zip(number_tracks(tracks), name_files(tracks), strict=True)
    both = {track: paths.get(track) or paths.get(file_name) for track, file_name in names}
    return {track: path for track, path in both.items() if path is not None}


def _widen(place: Interval, length: int, bin_bp: int) -> Interval:
    start = max(place.start, 0) // bin_bp * bin_bp
    end = min(-(-place.end // bin_bp) * bin_bp, length // bin_bp * bin_bp)
    if start >= end:
        raise DataError(
            f"{place} lies outside {place.chromosome}, which has {length:,} bp; choose a stretch "
            "inside it."
        )
    return Interval(place.chromosome, start, end)


def _read_observed(path: Path, place: Interval, n_bins: int) -> NDArray[np.float64]:
    with Track(path) as track:
        name = match_chromosome(place.chromosome, track.lengths)
        if name is None or place.end > track.lengths[name]:
            raise DataError(
                f"{path} does not know {place}; choose tracks of the genome that is read."
            )
        return track.read_coverage(name, place.start, place.end, n_bins)
