"""What lies in the window of a picture: genes with exons and starts, and CpG islands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from napari_seewhy.epigenome.pictures import ISLANDS, MODELS, annotation_path, row_place
from napari_seewhy.genome import read_gene_models, read_islands

if TYPE_CHECKING:
    from collections.abc import Iterable

    from napari_seewhy.epigenome.pictures import PictureSet
    from napari_seewhy.genome import GenePlace


@dataclass(frozen=True, slots=True)
class StripGene:
    """A gene in a window.

    Attributes
    ----------
    name
        "" where it has none.
    strand
        "+", "-" or ".".
    start, end
        0-based, half-open; they may lie beyond the window.
    exons
        Start and end of what is an exon in any of its transcripts.
    starts
        First base of each of its transcripts, 0-based; none where the strand is unknown.
    """

    name: str
    strand: str
    start: int
    end: int
    exons: tuple[tuple[int, int], ...]
    starts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GeneStrip:
    """What is drawn below a picture.

    Attributes
    ----------
    gene
        The name of the gene that the picture shows.
    place
        Its window.
    genes
        The genes in it, in the order of the genome.
    islands
        Start, end and name of each CpG island in it.
    """

    gene: str
    place: GenePlace
    genes: tuple[StripGene, ...]
    islands: tuple[tuple[int, int, str], ...]


class GeneStrips:
    """Gene models and CpG islands that are kept beside pictures, by picture.

    Parameters
    ----------
    pictures
        The pictures.
    """

    def __init__(self, pictures: PictureSet) -> None:
        self._pictures = pictures

    def find(self, row: int) -> GeneStrip | None:
        """Return what lies in the window of a picture.

        Returns
        -------
        GeneStrip or None
            None where nothing is kept, or the picture does not say its window.

        Raises
        ------
        FileError, DataError
            If what is kept was damaged since.
        """
        said = {str(name): value for name, value in self._pictures.table.iloc[row].items()}
        place = row_place(said)
        if place is None or (self._models.empty and self._islands.empty):
            return None
        models, islands = (_in(table, place) for table in (self._models, self._islands))
        found = [
            (int(start), int(end), "" if name == "." else str(name))
            for start, end, name in zip(
                *(islands[n] for n in ("start", "end", "name")), strict=True
            )
        ]
        return GeneStrip(str(said["gene"]), place, tuple(_join(models)), tuple(sorted(found)))

    @cached_property
    def _models(self) -> pd.DataFrame:
        path = annotation_path(self._pictures.path, MODELS)
        return read_gene_models(path) if path.is_file() else _nothing("gene", "strand", "exons")

    @cached_property
    def _islands(self) -> pd.DataFrame:
        path = annotation_path(self._pictures.path, ISLANDS)
        return read_islands(path) if path.is_file() else _nothing("name")


def _nothing(*columns: str) -> pd.DataFrame:
    return pd.DataFrame(columns=["chromosome", "start", "end", *columns])


def _in(table: pd.DataFrame, place: GenePlace) -> pd.DataFrame:
    is_here = (table["start"] < place.end) & (table["end"] > place.start)
    return table[is_here & (table["chromosome"] == place.chromosome)]


def _join(models: pd.DataFrame) -> Iterable[StripGene]:
    """Join the transcripts that bear one name on one strand and overlap."""
    by_start = models.sort_values("start")
    keys = [by_start["gene"], by_start["strand"]]
    reach = by_start["end"].groupby(keys).cummax().groupby(keys).shift()
    is_new = ~(by_start["start"] < reach) | (by_start["gene"] == "")
    part = is_new.groupby(keys).cumsum()
    for (name, strand, _), lines in by_start.groupby([*keys, part], sort=False):
        first = lines["start"] if strand == "+" else lines["end"] - 1
        yield StripGene(
            str(name),
            str(strand),
            int(lines["start"].min()),
            int(lines["end"].max()),
            _merge(pair for exons in lines["exons"] for pair in exons),
            () if strand == "." else tuple(sorted({int(one) for one in first})),
        )


def _merge(pairs: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(pairs):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((int(start), int(end)))
    return tuple(merged)
