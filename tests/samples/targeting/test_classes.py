from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.errors import DataError, OptionError
from napari_seewhy.samples.targeting.classes import (
    ClassMap,
    apply_class_map,
    count_classes,
    parse_classes,
)

PHASES = ("G1", "S_phase", "G2", "Anaphase")


def test_classes_are_merged_renamed_and_left_out() -> None:
    class_map = parse_classes("G1/S = G1, S_phase; late=G2")
    target, classes = apply_class_map(np.array([3, 2, 1, 0, -1]), PHASES, class_map)
    assert classes == ("G1/S", "late")
    assert target.tolist() == [-1, 1, 0, 0, -1]


def test_a_name_alone_keeps_its_class() -> None:
    target, classes = apply_class_map(np.array([0, 2]), PHASES, parse_classes("G2;G1"))
    assert classes == ("G2", "G1")
    assert target.tolist() == [1, 0]


def test_what_is_written_is_read_back() -> None:
    class_map = ClassMap({"G1/S": ("G1", "S_phase"), "G2": ("G2",)})
    assert parse_classes(class_map.to_text()) == class_map


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "classes are none"),
        ("a=G1", "classes are a; a network needs two"),
        ("a=G1; b=", "where a name is missing"),
        ("=G1; b=G2", "where a name is missing"),
        ("a=G1,,G2; b=S", "where a name is missing"),
        ("a=G1; a=G2", "new class a stands twice"),
        ("a=G1; b=G1", "G1 is in two classes"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        parse_classes(text)


def test_a_class_that_the_samples_lack_is_refused_and_theirs_are_named() -> None:
    with pytest.raises(DataError, match=r"no class M; their classes are G1, S_phase"):
        apply_class_map(np.array([0]), PHASES, parse_classes("a=G1; b=M"))


def test_counts_baseline_and_imbalance_are_known_before_training() -> None:
    balance = count_classes([0, 0, 0, 0, 0, 0, 2, 2, 1, -1], PHASES[:3])
    assert balance.counts == {"G1": 6, "S_phase": 1, "G2": 2}
    assert (balance.n_known, balance.n_unknown) == (9, 1)
    assert balance.majority == "G1"
    assert balance.baseline == pytest.approx(6 / 9)
    assert balance.imbalance == 6
    assert "right in 67 %" in balance.describe()


def test_a_class_without_samples_is_said_and_not_divided_by() -> None:
    balance = count_classes([0, 0, -1], ["G1", "G2"])
    assert balance.imbalance == float("inf")
    assert balance.describe() == "G1 2, G2 0, unknown 1. No sample is of class G2."


def test_no_sample_at_all_has_a_baseline_of_zero() -> None:
    assert count_classes([-1], ["G1", "G2"]).baseline == 0


def test_samples_without_classes_are_refused() -> None:
    with pytest.raises(DataError, match="have no classes"):
        count_classes([-1, -1], [])
