from __future__ import annotations

import pytest

from napari_seewhy.errors import DataError
from napari_seewhy.genome.lists import combine
from napari_seewhy.genome.lists.gene_list import GeneList, ListedGene


def make(name: str, genes: str, background: str = "", **more: str) -> GeneList:
    listed = tuple(ListedGene(identifier=gene) for gene in genes.split())
    return GeneList(name=name, genes=listed, background=tuple(background.split()), **more)


A = make("a", "G1 G2 G3", "G1 G2 G3 G4")
B = make("b", "G3 G5 G2", "G2 G3 G5 G6")


@pytest.mark.parametrize(
    ("operation", "genes", "sources", "background"),
    [
        ("union", "G1 G2 G3 G5", ["a", "a b", "a b", "b"], "G1 G2 G3 G4 G5 G6"),
        ("intersection", "G2 G3", ["a b", "a b"], "G2 G3"),
        ("difference", "G1", ["a"], "G1 G2 G3 G4"),
    ],
)
def test_genes_keep_their_lists_and_their_background(operation, genes, sources, background):
    combined = combine(operation, [A, B])
    assert combined.ids == tuple(genes.split())
    assert [" ".join(gene.sources) for gene in combined.genes] == sources
    assert combined.background == tuple(background.split())
    assert [gene.rank for gene in combined.genes] == list(range(1, len(sources) + 1))
    assert combined.name == f"a {operation} b"


def test_sources_survive_a_second_operation():
    combined = combine("union", [combine("union", [A, B], "both"), make("c", "G5 G9")])
    assert {gene.identifier: gene.sources for gene in combined.genes}["G5"] == ("b", "c")
    assert combined.background == ()


def test_versions_do_not_keep_genes_apart():
    old, new = make("old", "ENSG00000188681.7"), make("new", "ENSG00000188681.9")
    (gene,) = combine("intersection", [old, new]).genes
    assert gene.identifier == "ENSG00000188681.7"


@pytest.mark.parametrize(
    ("lists", "said"),
    [
        ([A], "1 gene list was given"),
        ([A, A], "Two lists are called a"),
        (
            [make("a", "G1", build="hg19"), make("b", "G1", build="hg38")],
            "build hg19 and b of hg38",
        ),
        ([A, make("b", "ENSG00000188681")], "a holds symbols and b Ensembl identifiers"),
        ([A, make("b", "G9")], "The intersection of a and b holds no gene"),
    ],
)
def test_lists_that_do_not_belong_together_are_refused(lists, said):
    with pytest.raises(DataError, match=said):
        combine("intersection", lists)
