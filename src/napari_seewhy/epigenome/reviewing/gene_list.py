"""The genes that a person keeps in the list, and their peaks, as a list for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.epigenome.reviewing.listing import expert_class
from napari_seewhy.errors import DataError
from napari_seewhy.genome.lists import GeneList, ListedGene

if TYPE_CHECKING:
    from napari_seewhy.epigenome.answering import ExplainedGenes
    from napari_seewhy.epigenome.reviewing.queue import GeneQueue


def list_kept_genes(queue: GeneQueue) -> GeneList:
    """Return the genes that are kept in the list, each once, in their order.

    The class is the reader's, else the one that was known, else the model's. The background are all
    genes with a class if every kept gene has one, else all genes of the pictures.

    Returns
    -------
    GeneList
        Without build and species, which pictures do not say.

    Raises
    ------
    DataError
        If no gene is kept.
    """
    if not len(queue.rows):
        raise DataError("No gene is listed; change what is kept or searched for.")
    genes = queue.genes
    classes = expert_class(genes)
    if "model" in genes:
        classes = np.where(classes == "", genes["model"].to_numpy(object), classes)
    names = genes["gene"].to_numpy(object)
    first: dict[str, int] = {}
    for row in queue.rows:
        first.setdefault(str(names[row]), int(row))
    has_score = "confidence" in genes
    scores = genes["confidence"].to_numpy(float) if has_score else np.full(len(genes), np.nan)
    listed = tuple(
        ListedGene(
            identifier=name,
            gene_class=str(classes[row]),
            score=float(scores[row]) if np.isfinite(scores[row]) else None,
            rank=rank,
        )
        for rank, (name, row) in enumerate(first.items(), 1)
    )
    is_classified = all(gene.gene_class for gene in listed)
    chosen_from = names[classes != ""] if is_classified else names
    return GeneList(
        name=queue.text or queue.kept,
        genes=listed,
        score_name="confidence of the model" if has_score else "",
        background=tuple(dict.fromkeys(map(str, chosen_from))),
        source=_describe_source(queue),
    )


def list_peaks(queue: GeneQueue, explained: ExplainedGenes | None) -> GeneList:
    """Return the peaks of the pictures that are kept in the list, as the intervals of their genes.

    Returns
    -------
    GeneList
        One gene per picture with an answer, with its class; a gene without a peak has no interval.

    Raises
    ------
    DataError
        If the pictures were not explained, or none of them has a peak.
    """
    if explained is None:
        raise DataError(
            "No peaks are known; choose a tree on the tab Pictures and tree, and press Explain "
            "genes."
        )
    rows = explained.table.iloc[queue.rows]
    listed = []
    for row in rows[rows["class"] != ""].to_dict("records"):
        place = {}
        if row["peak_start"] >= 0:
            place = {
                "chromosome": row["chromosome"],
                "start": int(row["peak_start"]),
                "end": int(row["peak_end"]),
                "strand": row["strand"],
                "score": float(row["peak_share"]),
            }
        listed.append(ListedGene(identifier=row["gene"], gene_class=row["class"], **place))
    peaks = GeneList(
        name=f"peaks of {queue.text or queue.kept}",
        genes=tuple(listed),
        score_name="share of the attention under the peak",
        source=_describe_source(queue),
    )
    if not peaks.intervals:
        raise DataError(
            f"None of the {len(rows):,} listed pictures has a peak in the genome; the table of the "
            "pictures must say chromosome, start and end of each."
        )
    return peaks


def _describe_source(queue: GeneQueue) -> dict[str, str]:
    return {
        "pictures": str(queue.pictures.path),
        "tree": "" if queue.tree is None else str(queue.tree),
        "reader": queue.reader,
        "kept": queue.kept,
        "searched": queue.text,
    }
