"""The genes that a person keeps in the list, as a gene list for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.epigenome.reviewing.listing import expert_class
from napari_seewhy.errors import DataError
from napari_seewhy.genome.lists import GeneList, ListedGene

if TYPE_CHECKING:
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
        source={
            "pictures": str(queue.pictures.path),
            "tree": "" if queue.tree is None else str(queue.tree),
            "reader": queue.reader,
            "kept": queue.kept,
            "searched": queue.text,
        },
    )
