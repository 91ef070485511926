"""Classes learned from a few named cells, and the order in which the others are looked at."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from napari_seewhy.cells.classifying.learned import ANNOTATION, learn_classes, least_sure
from napari_seewhy.errors import DataError


@pytest.fixture
def cells() -> pd.DataFrame:
    """60 cells of three sizes, of which six each are named; brightness says nothing."""
    rng = np.random.default_rng(0)
    kind = np.repeat(["G1", "S", "M"], 20)
    area = np.repeat([100.0, 160.0, 220.0], 20) + rng.normal(0, 8, 60)
    named = pd.Categorical(
        [name if i % 20 < 6 else None for i, name in enumerate(kind)], ["G1", "S", "M", "apoptotic"]
    )
    return pd.DataFrame(
        {
            "label": np.arange(1, 61),
            "area_um2": area,
            "mean_DNA": rng.normal(50, 10, 60),
            ANNOTATION: named,
            "truth": kind,
        }
    )


def test_the_others_follow_from_the_named_cells(cells: pd.DataFrame) -> None:
    learned = learn_classes(cells)
    assert learned.classes == ("G1", "S", "M")
    assert (learned.table["class"].astype(str) == cells["truth"]).mean() > 0.95
    assert learned.table[["p_G1", "p_S", "p_M"]].sum(axis=1).to_numpy() == pytest.approx(1)
    assert learned.table["label"].tolist() == cells["label"].tolist()


def test_named_cells_are_judged_by_trees_that_did_not_see_them(cells: pd.DataFrame) -> None:
    assert learn_classes(cells).n_right >= 16
    # Names that nothing explains are learned by heart, but not recognised.
    rng = np.random.default_rng(1)
    shuffled = cells.assign(annotation=rng.permutation(cells["truth"]))
    learned = learn_classes(shuffled)
    assert learned.n_named == 60
    assert learned.n_right < 35
    assert (learned.table["class"].astype(str) == shuffled[ANNOTATION]).mean() > 0.95


def test_the_same_cells_give_the_same_answer(cells: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(learn_classes(cells).table, learn_classes(cells).table)


def test_what_the_model_said_before_is_not_learned_from(cells: pd.DataFrame) -> None:
    told = cells.assign(p_G1=1.0, p_M=0.0, confidence=1.0, y=np.arange(60.0))
    pd.testing.assert_frame_equal(learn_classes(told).table, learn_classes(cells).table)


def test_a_measurement_of_one_image_only_may_be_missing(cells: pd.DataFrame) -> None:
    half = np.where(cells["label"] % 2, cells["mean_DNA"], np.nan)
    learned = learn_classes(cells.assign(mean_PH3=half, all_missing=np.nan, endless=np.inf))
    assert (learned.table["class"].astype(str) == cells["truth"]).mean() > 0.9


def test_few_cells_are_said_in_a_warning(cells: pd.DataFrame) -> None:
    (warning,) = learn_classes(cells).warnings
    assert "G1 (6), S (6), M (6)" in warning
    assert learn_classes(cells.assign(annotation=cells["truth"])).warnings == ()


@pytest.mark.parametrize("named", [{}, {0: "G1", 1: "G1"}, {0: "G1", 1: "G1", 2: "M"}])
def test_too_few_named_cells_are_refused(cells: pd.DataFrame, named: dict[int, str]) -> None:
    given = [named.get(i) for i in range(60)]
    with pytest.raises(DataError, match="at least 2 cells of each class"):
        learn_classes(cells.assign(annotation=given))


def test_cells_without_measurements_are_refused(cells: pd.DataFrame) -> None:
    with pytest.raises(DataError, match="run Measure cells"):
        learn_classes(cells[["label", ANNOTATION]])


def test_the_least_sure_come_first_and_named_ones_not_at_all() -> None:
    cells = pd.DataFrame({"p_a": [0.9, 0.55, 0.6, 0.5], "p_b": [0.1, 0.45, 0.4, 0.5]})
    assert least_sure(cells) == 3
    named = cells.assign(annotation=[None, None, None, "a"])
    assert least_sure(named) == 1
    assert least_sure(named, 1) == 2
    assert least_sure(named, 0) == 1
    assert least_sure(cells.assign(annotation="a")) is None
    assert least_sure(pd.DataFrame({"area_px": [1.0]})) is None
