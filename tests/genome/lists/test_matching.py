from __future__ import annotations

from napari_seewhy.genome.lists import GeneList, ListedGene, match_genes


def test_genes_are_matched_by_identifier_without_version_or_by_symbol():
    genes = GeneList(
        name="mine",
        genes=(
            ListedGene(identifier="ENSG00000188681.7"),
            ListedGene(identifier="ENSG00000141510.2", symbol="TP53"),
            ListedGene(identifier="ENSG00000000001"),
            ListedGene(identifier="ENSG00000188681.8"),
        ),
    )
    found = match_genes(genes, ["TP53", "ENSG00000188681.9"])
    assert found.matched == ("ENSG00000188681.9", "TP53")
    assert found.unknown == ("ENSG00000000001",)
    assert found.n_received == 3


def test_why_few_genes_are_known_is_said():
    genes = GeneList(name="mine", genes=(ListedGene(identifier="ENSG00000188681"),))
    said = match_genes(genes, ["TP53", "MYC"]).describe("Motifs")
    assert said == (
        "Motifs: 1 received, 0 matched, 1 unknown (ENSG00000188681): the list holds Ensembl "
        "identifiers (human), and symbols are known there."
    )
