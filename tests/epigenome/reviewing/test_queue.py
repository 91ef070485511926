"""Readers look through genes in the order they choose, and find what is disputed first."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from napari_seewhy.epigenome.pictures.set import PictureSet
from napari_seewhy.epigenome.reviewing.listing import (
    DISPUTED,
    SPLIT,
    UNCALLED,
    filters,
    halves_differ,
    settled_class,
)
from napari_seewhy.epigenome.reviewing.queue import GeneQueue

N = 24


@pytest.fixture
def queue(foreign_folder) -> GeneQueue:
    return GeneQueue(PictureSet(foreign_folder, "{compound}_{exposure}_{gene}"), "AB")


@pytest.fixture
def said() -> pd.DataFrame:
    """A model that is the surer of induction the later the picture; halves agree on the last."""
    induction = np.linspace(0.1, 0.9, N)
    table = pd.DataFrame({"p_induction": induction, "p_suppression": 1 - induction})
    table["class"] = np.where(induction > 0.5, "induction", "suppression")
    table["confidence"] = np.maximum(induction, 1 - induction)
    for half, values in (("chromatin", induction), ("methylation", np.full(N, 0.9))):
        table[f"p_induction_{half}"], table[f"p_suppression_{half}"] = values, 1 - values
    table["looked_at"] = np.where(np.arange(N) < 5, "both", "chromatin only")
    return table


def test_a_call_goes_on_to_the_next_and_the_list_does_not_jump(queue) -> None:
    queue.list_anew(kept=UNCALLED)
    before = queue.rows.tolist()
    queue.say("induction")
    assert queue.rows.tolist() == before
    assert queue.row == before[1]
    assert queue.n_called == 1
    queue.list_anew()
    assert len(queue.rows) == N - 1


def test_a_search_finds_stretches_of_the_genome_and_identifiers(foreign_folder) -> None:
    pictures = PictureSet(foreign_folder, "{compound}_{exposure}_{gene}")
    table = pictures.table
    table["chromosome"] = "chr21"
    table["start"] = np.arange(N) * 1000
    table["end"] = table["start"] + 1000
    table["identifier"] = [f"ENSG{row:05d}" for row in range(N)]
    queue = GeneQueue(pictures, "AB")
    for text, rows in (
        ("21:2,001-4,000", [2, 3]),
        ("chr21:2001", [2]),
        ("chr21:2,000", [1]),
        ("ensg00007", [7]),
        ("ensg00007 chr21:1-7000", []),
        ("chr5:1-7000", []),
        ("", list(range(N))),
    ):
        queue.list_anew(text=text)
        assert queue.rows.tolist() == rows, text


def test_a_search_finds_all_its_words_in_any_order(queue) -> None:
    queue.list_anew(text="GENE1 pfoa")
    found = queue.genes.iloc[queue.rows]
    assert set(found["gene"]) == {"gene1", "gene10", "gene11"}
    assert set(found["compound"]) == {"PFOA"}
    assert queue.row == queue.rows[0]


def test_what_the_model_believes_least_comes_first_and_what_nobody_said_last(queue, said) -> None:
    for row in (3, 20):
        queue.go_to(row)
        queue.say("induction")
    queue.set_model(said)
    queue.list_anew(order="doubtful")
    assert queue.rows[:2].tolist() == [3, 20]
    assert queue.row == 3
    queue.list_anew(kept=DISPUTED)
    assert queue.rows.tolist() == [3]


def test_the_least_sure_and_the_halves_that_differ_most_come_first(queue, said) -> None:
    queue.set_model(said)
    queue.list_anew(order="unsure")
    assert queue.genes["confidence"].iloc[queue.rows].is_monotonic_increasing
    queue.list_anew(order="halves")
    assert queue.rows[0] == 0
    np.testing.assert_allclose(halves_differ(queue.genes)[[0, N - 1]], [0.8, 0])


def test_classes_and_attention_can_be_kept(queue, said) -> None:
    queue.set_model(said)
    assert {"induction", "suppression", "looked at both"} <= set(filters(queue.genes))
    queue.list_anew(kept="looked at both")
    assert queue.rows.tolist() == [0, 1, 2, 3, 4]
    queue.list_anew(kept="induction")
    assert queue.rows.tolist() == list(range(N // 2, N))


def test_a_reader_is_not_led_by_another(queue) -> None:
    queue.say("induction")
    queue.set_reader("CD")
    assert set(queue.genes["you"]) == {""}
    queue.go_to(0)
    queue.say("suppression")
    queue.list_anew(kept=SPLIT)
    assert queue.rows.tolist() == [0]


def test_a_column_sorts_what_is_listed_with_the_empty_last(queue, said) -> None:
    queue.go_to(7)
    queue.say("suppression")
    queue.sort_by("you")
    assert queue.rows[0] == 7
    queue.set_model(said)
    queue.sort_by("p_induction", rising=False)
    assert queue.rows[0] == N - 1


def test_stepping_ends_at_both_ends_of_the_list(queue) -> None:
    queue.list_anew(text="gene1 bpa")
    for _ in range(9):
        queue.step(1)
    assert queue.row == queue.rows[-1]
    queue.step(-99)
    assert queue.row == queue.rows[0]


def test_it_says_of_a_gene_what_is_known(queue, said) -> None:
    queue.set_model(said.assign(attention_chromatin=0.25))
    queue.say("suppression")
    queue.step(-1)
    assert queue.describe() == (
        "gene0 (BPA, 10uM): suppression. The model says suppression, 90 % probable. Chromatin "
        "alone says suppression, 90 % probable. Methylation alone says induction, 90 % probable. "
        "It looked at both: attention on chromatin 25 %."
    )


def test_undo_goes_back_to_the_picture(queue) -> None:
    queue.say("induction")
    queue.step(3)
    queue.undo()
    assert queue.row == 0
    assert queue.n_called == 0


def test_a_class_by_thresholds_is_not_called_the_most_probable(queue, said) -> None:
    # The first gene: induction is decided, although suppression has 90 %.
    said = said.drop(columns="looked_at").assign(confidence=0.1)
    queue.set_model(said.assign(**{"class": "induction"}), Path("trees/mine"))
    assert (
        "The tree mine decides induction by its thresholds (10 % probable); most probable is "
        "suppression (90 %)." in queue.describe()
    )


def test_predictions_of_another_tree_replace_all_of_the_first(queue, said) -> None:
    queue.set_model(said, Path("a"))
    queue.set_model(said[["class", "confidence", "p_induction", "p_suppression"]], Path("b"))
    assert "looked_at" not in queue.genes
    assert "p_induction_chromatin" not in queue.genes


def test_the_test_on_replicates_stands_beside_reader_and_tree(foreign_folder, said) -> None:
    pictures = PictureSet(foreign_folder, "{compound}_{exposure}_{gene}")
    tests = pictures.table[["gene", "compound", "exposure"]].iloc[2:].assign(test="induction")
    tests.assign(chromatin_q=0.003, methylation_q=np.nan).to_csv(
        foreign_folder / "genes_tests.csv", index=False
    )
    queue = GeneQueue(pictures, "AB")
    queue.set_model(said.drop(columns="looked_at"), Path("mine"))
    assert queue.genes["test"].tolist()[:3] == ["", "", "induction"]
    assert "The replicates" not in queue.describe()
    queue.go_to(5)
    queue.say("suppression")
    queue.go_to(5)
    told = queue.describe()
    assert ": suppression. The replicates say induction (chromatin q 0.003). The tree mine" in told


def test_a_class_is_settled_by_the_reader_then_by_the_folder_and_not_while_readers_disagree():
    genes = pd.DataFrame(
        {
            "you": ["induction", "", "", "suppression"],
            "known": ["suppression", "suppression", "suppression", "induction"],
            "readers": [1, 0, 2, 2],
        }
    )
    assert settled_class(genes).tolist() == ["induction", "suppression", "", "suppression"]
