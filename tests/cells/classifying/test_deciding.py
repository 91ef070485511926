"""Classes from probabilities, and how many cells there are of each."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from napari_seewhy.cells.classifying.deciding import count_classes, decide, wilson_interval
from napari_seewhy.errors import OptionError


def table(*rows: tuple[str | None, float]) -> pd.DataFrame:
    names, confidence = zip(*rows, strict=True)
    return pd.DataFrame(
        {"class": pd.Categorical(names, ["G1", "G2"]), "confidence": list(confidence)}
    )


def test_cells_below_the_confidence_are_undecided_and_those_on_it_are_not():
    decided = decide(table(("G1", 0.9), ("G2", 0.8), ("G2", 0.79)), 0.8)
    assert decided.tolist() == ["G1", "G2", "undecided"]
    assert list(decided.cat.categories) == ["G1", "G2", "undecided"]


def test_every_answer_counts_without_a_confidence():
    assert decide(table(("G1", 0.5), ("G2", 0.0))).tolist() == ["G1", "G2"]


def test_a_cell_without_an_answer_is_undecided():
    assert decide(table(("G1", 0.9), (None, np.nan))).tolist() == ["G1", "undecided"]


def test_a_table_without_cells_is_decided_and_counted():
    counts = count_classes(decide(table(("G1", 0.9))[:0]))
    assert counts["n"].tolist() == [0, 0, 0]
    assert counts["fraction"].isna().all()


@pytest.mark.parametrize("confidence", [-0.1, 1.1, np.nan])
def test_a_confidence_that_is_no_probability_is_refused(confidence):
    with pytest.raises(OptionError, match="from 0 to 1"):
        decide(table(("G1", 0.9)), confidence)


@pytest.mark.parametrize(("n", "total"), [(0, 10), (3, 10), (10, 10), (480, 1000), (1, 1)])
def test_intervals_are_those_of_scipy(n, total):
    fraction, low, high = wilson_interval(np.array(n), np.array(total))
    expected = binomtest(n, total).proportion_ci(method="wilson")
    assert fraction == n / total
    np.testing.assert_allclose((low, high), (expected.low, expected.high), atol=1e-6)


def test_classes_are_counted_for_every_time_point_also_where_there_are_none():
    decided = decide(table(("G1", 1), ("G1", 1), ("G2", 1)))
    counts = count_classes(decided, pd.Series([4, 2, 4], name="t"))
    assert list(counts) == ["t", "class", "n", "fraction", "low", "high"]
    assert counts["t"].tolist() == [2, 2, 2, 4, 4, 4]
    assert counts["n"].tolist() == [1, 0, 0, 1, 1, 0]
    assert counts["fraction"].tolist() == [1, 0, 0, 0.5, 0.5, 0]


def test_fractions_of_all_classes_and_the_undecided_sum_to_one():
    counts = count_classes(decide(table(("G1", 0.9), ("G2", 0.6), ("G2", 0.7)), 0.65))
    assert counts["fraction"].sum() == pytest.approx(1)
    assert counts.set_index("class")["n"].to_dict() == {"G1": 1, "G2": 1, "undecided": 1}
