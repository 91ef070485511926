"""Which genes of a list somebody knows who receives it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from napari_seewhy.genome.dates import show_some
from napari_seewhy.genome.lists.identifiers import find_main_kind, strip_version

if TYPE_CHECKING:
    from collections.abc import Iterable

    from napari_seewhy.genome.lists.gene_list import GeneList


class GeneMatch(NamedTuple):
    """What became of the genes of a list at a receiver.

    Attributes
    ----------
    n_received
        Genes of the list, each once.
    matched
        Those that the receiver knows, by its own names.
    unknown
        Identifiers of the others.
    why
        Why few were found, as far as it can be told: "the list holds symbols, ...".
    """

    n_received: int
    matched: tuple[str, ...]
    unknown: tuple[str, ...]
    why: str = ""

    def describe(self, receiver: str) -> str:
        """Say it in one sentence, for the sender."""
        some = f" ({show_some(self.unknown)})" if self.unknown else ""
        why = f": {self.why}" if self.why else ""
        return (
            f"{receiver}: {self.n_received:,} received, {len(self.matched):,} matched, "
            f"{len(self.unknown):,} unknown{some}{why}."
        )


def match_genes(genes: GeneList, known: Iterable[str]) -> GeneMatch:
    """Find genes of a list among the names that a receiver knows.

    Identifiers are compared without their version, and then symbols.

    Parameters
    ----------
    genes
        The list.
    known
        Names of the receiver.

    Examples
    --------
    >>> from napari_seewhy.genome.lists import GeneList, ListedGene
    >>> genes = tuple(ListedGene(identifier=name) for name in ("TP53", "ENSG00000188681.7"))
    >>> found = match_genes(GeneList(name="mine", genes=genes), ["MYC", "ENSG00000188681.9"])
    >>> found.describe("Motifs")
    'Motifs: 2 received, 1 matched, 1 unknown (TP53).'
    """
    names = {strip_version(name): name for name in known}
    matched: dict[str, None] = {}
    unknown: dict[str, None] = {}
    for gene in genes.genes:
        found = names.get(gene.gene_id) or names.get(gene.symbol)
        if found is None:
            unknown[gene.gene_id] = None
        else:
            matched[found] = None
    why = ""
    kinds = find_main_kind(genes.ids), find_main_kind(names)
    if names and len(matched) < len(unknown) and kinds[0] != kinds[1]:
        why = f"the list holds {kinds[0]}, and {kinds[1]} are known there"
    return GeneMatch(len(genes.ids), tuple(matched), tuple(unknown), why)
