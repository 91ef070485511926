"""What is handed on from a stretch that a model read: its genes, and the bases that matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.errors import DataError
from napari_seewhy.genome.lists import GeneList, ListedGene

if TYPE_CHECKING:
    from napari_seewhy.genome import Interval
    from napari_seewhy.sequence.explaining.worth import Worth
    from napari_seewhy.sequence.painting import Look

_WIDTH_BP = 21
"""About the width of a long motif; no shorter stretch can hold one."""

_SHARE = 0.5


def list_genes(look: Look, place: Interval) -> GeneList:
    """Return the genes that overlap a part of a stretch, as the table beside it names them.

    The list has no background: those genes alone that lie there are known.

    Raises
    ------
    DataError
        If there is no table of genes, or no gene lies there.
    """
    if look.genes is None:
        raise DataError("No genes are known; choose a table of genes, and read the stretch.")
    seen = look.genes[(look.genes["end"] > place.start) & (look.genes["start"] < place.end)]
    if seen.empty:
        raise DataError(f"No gene lies in {place}; zoom out, or read another stretch.")
    columns = (seen[name].tolist() for name in ("gene", "chromosome", "start", "end", "strand"))
    genes = tuple(
        ListedGene(identifier=gene, chromosome=chromosome, start=start, end=end, strand=strand)
        for gene, chromosome, start, end, strand in zip(*columns, strict=True)
    )
    return GeneList(name=f"genes in {place}", genes=genes, source={"place": str(place)})


def list_peaks_of_worth(worth: Worth, track: int) -> GeneList:
    """Return the stretches whose bases are worth most to a track, as intervals.

    A stretch is a peak where the mean worth of 21 bases, without regard to its sign, is at least
    half of the highest one; each is named by its place, and its class is the track.

    Raises
    ------
    DataError
        If no base is worth anything.
    """
    size = np.abs(worth.worth[track].astype(np.float64))
    width = min(_WIDTH_BP, len(size))
    means = np.convolve(size, np.full(width, 1 / width), "valid")
    if not means.max(initial=0) > 0:
        raise DataError(f"No base of {worth.place} is worth anything to {worth.tracks[track]}.")
    # All bases of the windows that reach the bound.
    is_peak = np.zeros(len(size) + 2, np.int8)
    for start in np.flatnonzero(means >= _SHARE * means.max()):
        is_peak[start + 1 : start + 1 + width] = 1
    change = np.diff(is_peak)
    ends = zip(np.flatnonzero(change == 1), np.flatnonzero(change == -1), strict=True)
    name, first, _ = worth.place
    genes = tuple(
        ListedGene(
            identifier=f"{name}:{first + start + 1}-{first + end}",
            gene_class=worth.tracks[track],
            chromosome=name,
            start=int(first + start),
            end=int(first + end),
            score=float(size[start:end].mean()),
        )
        for start, end in ends
    )
    return GeneList(
        name=f"what {worth.tracks[track]} owes to {worth.place}",
        genes=genes,
        score_name="mean worth of a base",
        source={"place": str(worth.place), "track": worth.tracks[track]},
    )
