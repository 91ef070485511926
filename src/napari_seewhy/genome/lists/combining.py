"""Union, intersection and difference of gene lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from napari_seewhy.errors import DataError
from napari_seewhy.genome.lists.gene_list import GeneList, ListedGene, check_one_build
from napari_seewhy.genome.lists.identifiers import find_main_kind, strip_version

if TYPE_CHECKING:
    from collections.abc import Sequence

Operation = Literal["union", "intersection", "difference"]
"""Genes of any list, of all lists, or of the first list and no other."""


def combine(operation: Operation, lists: Sequence[GeneList], name: str = "") -> GeneList:
    """Combine lists; genes are compared without the version of their identifiers.

    Parameters
    ----------
    operation
        ``union``, ``intersection``, or ``difference`` (the first without all others).
    lists
        Two or more, with different names.
    name
        Of the result; "" makes one of the names of the lists.

    Returns
    -------
    GeneList
        Each gene once, in the order of the first list that has it, with its ``sources``. The
        background is that of the genes which the result could have held: the union, the
        intersection, or the first; empty if a list that is needed for it has none.

    Raises
    ------
    DataError
        If there are fewer than two lists, two of one name, lists of different species, builds or
        kinds of identifiers, or no gene is left.
    """
    if len(lists) < 2:
        raise DataError(f"{len(lists)} gene list was given; give two or more to combine.")
    names = [one.name for one in lists]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise DataError(f"Two lists are called {twice}; rename one, so that sources stay apart.")
    check_one_build(lists)
    kinds = [find_main_kind(one.ids) for one in lists]
    for other, kind in zip(lists[1:], kinds[1:], strict=True):
        if kind != kinds[0]:
            raise DataError(
                f"{names[0]} holds {kinds[0]} and {other.name} {kind}, so no gene would match; "
                "convert one of them."
            )
    ids = [set(one.ids) for one in lists]
    sets = {
        "union": set[str]().union(*ids),
        "intersection": ids[0].intersection(*ids[1:]),
        "difference": ids[0].difference(*ids[1:]),
    }
    kept = sets[operation]
    if not kept:
        raise DataError(f"The {operation} of {' and '.join(names)} holds no gene.")
    return GeneList(
        name=name or f" {operation} ".join(names),
        genes=_merge(lists, kept),
        species=next((one.species for one in lists if one.species), ""),
        build=next((one.build for one in lists if one.build), ""),
        score_name=lists[0].score_name,
        background=_combine_backgrounds(operation, lists),
        source={"operation": operation, "lists": {one.name: one.source for one in lists}},
    )


def _merge(lists: Sequence[GeneList], kept: set[str]) -> tuple[ListedGene, ...]:
    """Return each kept gene as the first list says it, with the lists that have it."""
    first: dict[str, ListedGene] = {}
    sources: dict[str, list[str]] = {}
    for one in lists:
        for gene in one.genes:
            if gene.gene_id in kept:
                first.setdefault(gene.gene_id, gene)
                sources.setdefault(gene.gene_id, []).extend(gene.sources or (one.name,))
    return tuple(
        gene.model_copy(update={"sources": tuple(dict.fromkeys(sources[key])), "rank": rank})
        for rank, (key, gene) in enumerate(first.items(), 1)
    )


def _combine_backgrounds(operation: Operation, lists: Sequence[GeneList]) -> tuple[str, ...]:
    told = [dict.fromkeys(map(strip_version, one.background)) for one in lists]
    if operation == "difference":
        return tuple(told[0])
    if not all(told):
        return ()
    if operation == "union":
        return tuple(dict.fromkeys(gene for one in told for gene in one))
    return tuple(gene for gene in told[0] if all(gene in one for one in told[1:]))
