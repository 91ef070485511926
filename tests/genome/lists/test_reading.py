from __future__ import annotations

import hashlib

import pytest

from napari_seewhy.errors import DataError, FileError, SeewhyWarning
from napari_seewhy.genome.lists import read_gene_lists, read_gene_sets, read_one_list


@pytest.mark.parametrize(
    ("name", "text", "ids"),
    [
        ("a.txt", "TP53\n\nMYC\r\n", ["TP53", "MYC"]),
        ("a.txt", "\ufeffgene\nTP53\nMYC\n", ["TP53", "MYC"]),
        ("a.genelist.txt", "TP53\nMYC\n", ["TP53", "MYC"]),
        ("a.grp", "# from GSEA\nTP53\nMYC\n", ["TP53", "MYC"]),
        ("a.csv", 'gene,class\nTP53,"up, strongly"\nMYC,down\n', ["TP53", "MYC"]),
        ("a.tsv", "x\tGene\ty\n1\tTP53\t2\n1\tMYC\t3\n", ["TP53", "MYC"]),
        ("a.gmt", "hot\tna\tTP53\tMYC\t\n", ["TP53", "MYC"]),
        ("a.gmx", "hot\nna\nTP53\nMYC\n", None),
        ("a.ensemble.txt", "ENSG00000188681.7\n", ["ENSG00000188681"]),
        ("a.bed", "chr1\t5\t9\tTP53\t0\t-\nchr1\t15\t19\tMYC\t0\t+\n", ["TP53", "MYC"]),
    ],
)
def test_formats_are_read(tmp_path, name, text, ids):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    (genes,) = read_gene_lists(path)
    assert list(genes.ids) == (ids or ["TP53", "MYC"])
    assert genes.name == ("hot" if path.suffix in (".gmt", ".gmx") else "a")
    assert genes.source["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_table_brings_symbol_place_class_and_score(tmp_path):
    path = tmp_path / "genes_classes.csv"
    path.write_text(
        "gene,symbol,chromosome,start,end,class,confidence\nENSG00000188681.7,TPTE,chr21,5,9,up,.8\n"
    )
    (gene,) = read_one_list(path).genes
    assert (gene.identifier, gene.gene_id, gene.symbol) == (
        "ENSG00000188681.7",
        "ENSG00000188681",
        "TPTE",
    )
    assert (gene.chromosome, gene.start, gene.end, gene.gene_class, gene.score) == (
        "chr21",
        5,
        9,
        "up",
        0.8,
    )


def test_a_ranking_keeps_scores_and_ranks(tmp_path):
    path = tmp_path / "a.rnk"
    path.write_text("TP53\t2.5\nMYC\t-1\n")
    assert [(g.identifier, g.score, g.rank) for g in read_one_list(path).genes] == [
        ("TP53", 2.5, 1),
        ("MYC", -1, 2),
    ]


def test_of_several_sets_one_is_named(tmp_path):
    path = tmp_path / "a.gmt"
    path.write_text("hot\tna\tTP53\ncold\tna\tMYC\n")
    assert read_one_list(path, "cold").ids == ("MYC",)
    with pytest.raises(DataError, match=r"holds 2 sets \(hot, cold\)"):
        read_one_list(path)
    with pytest.raises(DataError, match="none called warm"):
        read_one_list(path, "warm")


def test_weights_of_a_set_are_left_out_and_said(tmp_path):
    path = tmp_path / "a.gmt"
    path.write_text("hot\tna\tTP53,1.0\tMYC\n")
    with pytest.warns(SeewhyWarning, match=r"weights behind 1 genes, such as TP53,1\.0"):
        (one,) = read_gene_sets(path)
    assert one.genes == ("TP53", "MYC")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.txt", "\n\n", "is empty"),
        ("a.txt", "gene\n", "holds no gene"),
        ("a.txt", "a\tb\n", "wanted one identifier per line"),
        ("a.rnk", "TP53\n", "gives TP53 no score"),
        ("a.gmt", "hot\tna\tTP53\nhot\tna\tMYC\n", "2 sets called hot"),
        ("a.gmt", "hot\tna\n", "Set 1 of .* has 2 fields"),
        ("a.csv", "x,y\n1,2\n", "no column of genes"),
        ("a.csv", "gene,start\nTP53,here\n", "Line 2 of .* says identifier TP53, start here"),
    ],
)
def test_broken_files_are_refused_in_one_sentence(tmp_path, name, text, said):
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(DataError, match=said):
        read_gene_lists(path)


def test_json_of_another_shape_is_refused(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('{"name": "x", "genes": [{"identifier": 5}]}')
    with pytest.raises(FileError, match=r"no gene list of this program \(genes\.0\.identifier"):
        read_gene_lists(path)
