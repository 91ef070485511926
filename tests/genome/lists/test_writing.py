from __future__ import annotations

import pytest

from napari_seewhy.errors import DataError, OptionError
from napari_seewhy.genome.lists import (
    describe_loss,
    keep_classes,
    name_by_symbols,
    read_gene_lists,
    read_one_list,
    with_background,
    write_gene_lists,
)
from napari_seewhy.genome.lists.gene_list import GeneList, ListedGene


@pytest.fixture
def whole() -> GeneList:
    """A list that uses every field."""
    place = {"chromosome": "chr21", "start": 5, "end": 9, "strand": "-"}
    first = ListedGene(
        identifier="ENSG00000188681.7", symbol="TPTE", gene_class="up", score=0.5, rank=1,
        sources=("a", "b"), **place,
    )  # fmt: skip
    second = ListedGene(identifier="ENSG00000141510", gene_class="down", score=-1, rank=2, **place)
    return GeneList(
        name="mine", genes=(first, second), description="why", species="human", build="hg38",
        score_name="confidence", background=("ENSG00000188681", "ENSG00000141510"),
        source={"file": "x"},
    )  # fmt: skip


def test_json_keeps_everything(tmp_path, whole):
    path = tmp_path / "mine.json"
    write_gene_lists(path, [whole])
    assert read_gene_lists(path) == [whole]
    assert '"gene_id": "ENSG00000188681"' in path.read_text()
    assert describe_loss(path, [whole]) == ""


def test_csv_keeps_the_genes(tmp_path, whole):
    path = tmp_path / "mine.csv"
    write_gene_lists(path, [whole])
    assert read_one_list(path).genes == whole.genes
    assert describe_loss(path, [whole]) == (
        "mine.csv does not keep: background, species or build; a .json file does."
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.txt", "ENSG00000188681.7\nENSG00000141510\n"),
        ("a.genelist.txt", "TPTE\nENSG00000141510\n"),
        ("a.ensemble.txt", "ENSG00000188681\nENSG00000141510\n"),
        ("a.gmt", "mine\twhy\tENSG00000188681\tENSG00000141510\n"),
        ("a.gmx", "mine\nwhy\nENSG00000188681\nENSG00000141510\n"),
        ("a.rnk", "ENSG00000188681.7\t0.5\nENSG00000141510\t-1.0\n"),
        ("a.bed", "chr21\t5\t9\tENSG00000188681.7\t0\t-\nchr21\t5\t9\tENSG00000141510\t0\t-\n"),
    ],
)
def test_other_programs_get_their_formats(tmp_path, whole, name, text):
    write_gene_lists(tmp_path / name, [whole])
    assert (tmp_path / name).read_text() == text


def test_sets_of_different_length_stand_side_by_side(tmp_path, whole):
    short = GeneList(name="short", genes=(ListedGene(identifier="TP53"),))
    write_gene_lists(tmp_path / "a.gmx", [short, whole])
    assert [one.ids for one in read_gene_lists(tmp_path / "a.gmx")] == [short.ids, whole.ids]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a.rnk", "1 of 1 genes of short have no score, such as TP53"),
        ("a.bed", "have no interval"),
        ("a.ensemble.txt", "have no Ensembl identifier"),
    ],
)
def test_a_format_that_wants_more_is_refused(tmp_path, name, said):
    short = GeneList(name="short", genes=(ListedGene(identifier="TP53"),))
    with pytest.raises(DataError, match=said):
        write_gene_lists(tmp_path / name, [short])
    assert list(tmp_path.iterdir()) == []


def test_unknown_endings_several_lists_and_twins_are_refused(tmp_path, whole):
    with pytest.raises(OptionError, match=r"does not end in \.json"):
        write_gene_lists(tmp_path / "a.xlsx", [whole])
    with pytest.raises(DataError, match=r"one list and 2 were given"):
        write_gene_lists(tmp_path / "a.txt", [whole, whole])
    with pytest.raises(DataError, match="Two lists are called mine"):
        write_gene_lists(tmp_path / "a.gmt", [whole, whole])


def test_a_class_is_kept_with_all_classified_genes_as_background(whole):
    unread = ListedGene(identifier="ENSG00000000003")
    kept = keep_classes(whole.model_copy(update={"genes": (*whole.genes, unread)}), ["up"])
    assert kept.ids == ("ENSG00000188681",)
    assert kept.background == ("ENSG00000188681", "ENSG00000141510")
    with pytest.raises(DataError, match="no gene of the class odd; its classes are up, down"):
        keep_classes(whole, ["odd"])


def test_identifiers_become_symbols_in_list_and_background(whole):
    table = GeneList(
        name="table", genes=(ListedGene(identifier="ENSG00000141510.18", symbol="TP53"),)
    )
    named, sentence = name_by_symbols(whole, table)
    assert [gene.identifier for gene in named.genes] == ["ENSG00000188681.7", "TP53"]
    assert named.background == ("ENSG00000188681", "TP53")
    assert sentence == "1 of 2 genes of mine have a symbol."


def test_a_background_of_another_build_is_refused(whole):
    other = whole.model_copy(update={"name": "other", "build": "mm10"})
    with pytest.raises(DataError, match="mine is of the build hg38 and other of mm10"):
        with_background(whole, other)
