"""Where the current gene lies in its genome, and where a tree looked at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from napari_seewhy.epigenome.pictures import row_place
from napari_seewhy.genome import Interval

if TYPE_CHECKING:
    from napari_seewhy.epigenome.answering import ExplainedGenes
    from napari_seewhy.epigenome.reviewing.queue import GeneQueue


class CurrentPlaces(NamedTuple):
    """Stretches of the genome that the current picture stands for.

    Attributes
    ----------
    gene
        The gene; None where the pictures do not say where it lies.
    attention
        What lies under the peak of attention; None where there is none.
    """

    gene: Interval | None
    attention: Interval | None


def find_places(queue: GeneQueue, explained: ExplainedGenes | None) -> CurrentPlaces:
    """Say where the gene of the current picture lies, and what a tree looked at.

    Parameters
    ----------
    queue
        Its current picture is looked at.
    explained
        Where a tree looked; None while nobody asked it.
    """
    row = {str(name): value for name, value in queue.pictures.table.iloc[queue.row].items()}
    place = row_place(row)
    gene = None if place is None else Interval(place.chromosome, place.start, place.end)
    attention = None
    if explained is not None:
        peak = explained.table.iloc[queue.row].to_dict()
        start, end = int(peak["peak_start"]), int(peak["peak_end"])
        attention = Interval(str(peak["chromosome"]), start, end) if start >= 0 else None
    return CurrentPlaces(gene, attention)
