"""Where a gene lies in the genome, and which window about its start is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class GenePlace:
    """The interval of the genome that a picture shows.

    Attributes
    ----------
    chromosome
        As the file of genes calls it.
    start, end
        0-based, half-open. At the end of a chromosome the window may reach beyond it: `start` may
        be negative.
    strand
        "+", "-", or "." where it is not known.
    tss
        0-based position of the first base that is transcribed.
    is_mirrored
        Whether the picture runs against the genome, so that upstream of a "-" gene is left too.
    """

    chromosome: str
    start: int
    end: int
    strand: str
    tss: int
    is_mirrored: bool = False

    @property
    def span_bp(self) -> int:
        """Number of bases in the window."""
        return self.end - self.start


def place_genes(genes: pd.DataFrame, reach_bp: int, *, mirror: bool) -> list[GenePlace]:
    """Lay a window about the start of each gene.

    Parameters
    ----------
    genes
        As `read_genes` returns them.
    reach_bp
        How far it goes to both sides. The start of the gene is the first base right of the middle
        of the picture, on both strands where `mirror` is set.
    mirror
        Whether windows on the minus strand run against the genome.
    """
    names = ("chromosome", "strand", "tss")
    places = []
    for chromosome, strand, tss in zip(*(genes[name].tolist() for name in names), strict=True):
        is_mirrored = mirror and strand == "-"
        start = tss - reach_bp + is_mirrored
        places.append(GenePlace(chromosome, start, start + 2 * reach_bp, strand, tss, is_mirrored))
    return places
