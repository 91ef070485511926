from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from napari_seewhy.errors import DataError, OptionError
from napari_seewhy.samples.splitting.partition import split_groups
from napari_seewhy.samples.splitting.split import (
    SplitOptions,
    check_split,
    fold_samples,
    split_samples,
)

if TYPE_CHECKING:
    from napari_seewhy.samples.splitting.three_sets import Split

CLASSES = ("G1", "S", "G2")


def draw_fields(n_fields: int = 30, n_per_field: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Fields whose classes differ: 70 % G1, 20 % S, 10 % G2 on the whole."""
    generator = np.random.default_rng(1)
    sizes = generator.integers(n_per_field // 2, 2 * n_per_field, n_fields)
    group = np.repeat([f"field {i}" for i in range(n_fields)], sizes).astype(object)
    shares = generator.dirichlet([7, 2, 1], n_fields)
    target = [generator.choice(3, n, p=p) for n, p in zip(sizes, shares, strict=True)]
    return np.concatenate(target), group


def groups_of(split: Split) -> list[set[str]]:
    return [set(split.group[rows]) for rows in split.parts.values()]


def test_no_group_is_on_two_sides_and_every_sample_is_in_one_set() -> None:
    target, group = draw_fields()
    split = split_samples(target, group, classes=CLASSES)
    train, stop, report = groups_of(split)
    assert not train & stop
    assert not train & report
    assert not stop & report
    rows = np.concatenate([split.train, split.stop, split.report])
    assert np.array_equal(np.sort(rows), np.arange(len(target)))
    assert split.warnings == ()


def test_every_set_has_its_share_of_every_class() -> None:
    target, group = draw_fields()
    split = split_samples(target, group, classes=CLASSES)
    shares = split.count_classes() / np.bincount(target)
    assert np.abs(shares - np.array([[0.65], [0.15], [0.2]])).max() < 0.03


def test_the_same_seed_gives_the_same_split_and_another_seed_another() -> None:
    target, group = draw_fields()
    first, again, other = (
        split_samples(target, group, SplitOptions(seed=seed), classes=CLASSES) for seed in (0, 0, 1)
    )
    assert np.array_equal(first.report, again.report)
    assert np.array_equal(first.stop, again.stop)
    assert not np.array_equal(first.report, other.report)


def test_few_groups_are_shared_out_in_the_best_way() -> None:
    # Only with both small groups together do stopping and reporting get every class.
    sizes = {"a": [40, 40], "b": [40, 40], "c": [10, 0], "d": [0, 10], "e": [10, 10], "f": [9, 1]}
    group = np.repeat(list(sizes), [sum(n) for n in sizes.values()]).astype(object)
    target = np.concatenate([np.repeat([0, 1], n) for n in sizes.values()])
    split = split_samples(
        target, group, SplitOptions(stop_share=0.1, report_share=0.1), classes=["G1", "G2"]
    )
    assert (split.count_classes() > 0).all()
    assert {"a", "b"} <= groups_of(split)[0]


def test_unknown_samples_are_in_no_set() -> None:
    target, group = draw_fields()
    target[::3] = -1
    split = split_samples(target, group, classes=CLASSES)
    rows = np.concatenate([split.train, split.stop, split.report])
    assert np.array_equal(np.sort(rows), np.flatnonzero(target >= 0))


def test_samples_that_are_groups_of_their_own_are_shared_out_class_by_class() -> None:
    target = np.repeat([0, 1, 2], [700, 200, 100])
    group = np.arange(1000).astype(str)
    split = split_samples(target, group, classes=CLASSES)
    assert split.count_classes().tolist() == [[455, 130, 65], [105, 30, 15], [140, 40, 20]]
    assert split.warnings == ()


def test_splitting_by_sample_warns_that_figures_may_be_too_good() -> None:
    target, group = draw_fields()
    split = split_samples(target, group, SplitOptions(by="sample"), classes=CLASSES)
    assert len(split.warnings) == 1
    assert "may be too good" in split.warnings[0]
    assert "not for new groups" in split.warnings[0]
    check_split(split, group)


def test_one_group_is_refused_unless_split_by_sample_which_warns() -> None:
    target = np.repeat([0, 1], 50)
    group = np.full(100, "dish")
    with pytest.raises(DataError, match=r"1 group, and 2 or more are wanted.*split by sample"):
        split_samples(target, group, classes=["a", "b"])
    split = split_samples(target, group, SplitOptions(by="sample"), classes=["a", "b"])
    assert "All samples are of one group" in split.warnings[0]


def test_of_two_groups_one_is_reported_on_and_the_other_shared() -> None:
    target = np.tile([0, 1], 60)
    group = np.repeat(["day 1", "day 2"], [90, 30]).astype(object)
    split = split_samples(target, group, classes=["a", "b"])
    train, stop, report = groups_of(split)
    assert report == {"day 2"}
    assert train == stop == {"day 1"}
    assert "two groups only" in split.warnings[0]
    assert split.count_classes().tolist() == [[37, 37], [8, 8], [15, 15]]


def test_groups_that_are_classes_are_refused() -> None:
    target = np.repeat([0, 1], 50)
    group = np.where(target, "treated", "control")
    with pytest.raises(DataError, match=r"two or more reported on \(a is in 1 group: control"):
        split_samples(target, group, classes=["a", "b"])


def test_a_class_of_one_group_is_learned_and_its_absence_from_the_report_is_said() -> None:
    target = np.tile([0, 1], 100)
    group = np.repeat([f"well {i}" for i in range(10)], 20).astype(object)
    target[:10] = 2
    split = split_samples(target, group, classes=CLASSES)
    assert split.count_classes()[:, 2].tolist() == [10, 0, 0]
    assert any("report on has no sample of G2" in warning for warning in split.warnings)
    assert any("stop by has no sample of G2" in warning for warning in split.warnings)


def test_groups_that_cannot_be_balanced_are_said() -> None:
    sizes = [100, 90, 80]
    target = np.concatenate([np.tile([0, 1], n // 2) for n in sizes])
    group = np.repeat(["a", "b", "c"], sizes).astype(object)
    split = split_samples(target, group, SplitOptions(report_share=0.1), classes=["a", "b"])
    assert any("cannot be balanced" in w and "10 % were wanted" in w for w in split.warnings)
    assert any("is one group" in warning for warning in split.warnings)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ([-1, -1, -1, -1], "None of the 4 samples has a class"),
        ([0, 0, 0, -1], "All samples that have a class are a"),
        ([0, 0, 0, 1], r"too few samples of b \(1\)"),
    ],
)
def test_targets_that_cannot_be_learned_are_refused(target: list[int], message: str) -> None:
    with pytest.raises(DataError, match=message):
        split_samples(target, list("wxyz"), classes=["a", "b"])


def test_a_class_without_samples_is_refused() -> None:
    with pytest.raises(DataError, match=r"too few samples of c \(0\)"):
        split_samples([0, 1] * 10, list("wxyz") * 5, classes=["a", "b", "c"])


def test_targets_and_groups_of_different_number_are_refused() -> None:
    with pytest.raises(DataError, match="4 targets and 3 groups"):
        split_samples([0, 1, 0, 1], ["a", "b", "c"], classes=["a", "b"])


def test_shares_that_leave_nothing_to_learn_from_are_refused() -> None:
    with pytest.raises(OptionError, match="leave nothing to learn from"):
        SplitOptions(stop_share=0.5, report_share=0.5)


def test_a_split_that_tears_a_group_is_refused() -> None:
    target, group = draw_fields()
    split = split_samples(target, group, classes=CLASSES)
    torn = group.copy()
    torn[split.report[0]] = torn[split.train[0]]
    with pytest.raises(DataError, match=r"Group field \d+ is in the sets train and report"):
        check_split(split, torn)


def test_a_split_that_uses_a_sample_twice_is_refused() -> None:
    target, group = draw_fields()
    split = split_samples(target, group, SplitOptions(by="sample"), classes=CLASSES)
    double = replace(split, stop=np.append(split.stop, split.report[0]))
    with pytest.raises(DataError, match="is in the sets stop and report"):
        check_split(double, group)


def test_a_split_of_other_samples_is_refused() -> None:
    target, group = draw_fields()
    split = split_samples(target, group, classes=CLASSES)
    with pytest.raises(DataError, match="split again"):
        check_split(split, group[:10])


def test_folds_report_on_every_sample_once_and_keep_groups_whole() -> None:
    target, group = draw_fields()
    folds = fold_samples(target, group, classes=CLASSES, n_folds=5)
    reported = np.concatenate([fold.report for fold in folds])
    assert np.array_equal(np.sort(reported), np.arange(len(target)))
    for fold in folds:
        check_split(fold, group)
        assert (fold.count_classes() > 0).all()


def test_more_folds_than_groups_are_refused() -> None:
    target, group = draw_fields(n_fields=4)
    with pytest.raises(DataError, match="4 groups, and 5 or more are wanted"):
        fold_samples(target, group, classes=CLASSES, n_folds=5)


def test_the_summary_counts_samples_groups_and_classes_of_each_set() -> None:
    target, group = draw_fields()
    split = split_samples(target, group, classes=CLASSES)
    table = split.summary()
    assert list(table.index) == ["train", "stop", "report"]
    assert list(table.columns) == ["n_samples", "n_groups", "G1", "S", "G2"]
    assert table["n_samples"].sum() == len(target)
    assert table["n_groups"].sum() == 30
    assert table.loc["report", "G2"] == (target[split.report] == 2).sum()


def test_groups_are_shared_out_whole_without_classes():
    group = np.repeat([f"chr{i}" for i in range(20)], np.arange(20) % 7 + 3)
    part = split_groups(group, [0.8, 0.1, 0.1], seed=1)
    assert part.shape == group.shape
    parts_of = {name: set(part[group == name]) for name in set(group)}
    assert all(len(parts) == 1 for parts in parts_of.values())
    np.testing.assert_allclose(np.bincount(part) / len(part), [0.8, 0.1, 0.1], atol=0.02)
    np.testing.assert_array_equal(split_groups(group, [0.8, 0.1, 0.1], seed=1), part)


def test_no_part_is_empty_however_uneven_the_groups_are():
    group = ["large"] * 98 + ["small", "smaller"]
    part = split_groups(group, [0.8, 0.1, 0.1])
    assert sorted({part[0], part[98], part[99]}) == [0, 1, 2]


def test_fewer_groups_than_parts_are_refused():
    with pytest.raises(DataError, match="of 2 groups, and 3 or more are wanted"):
        split_groups(["a", "b", "a"], [0.8, 0.1, 0.1])
