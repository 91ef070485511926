from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.epigenome.trees.decision_tree import DecisionTree, Node
from napari_seewhy.epigenome.trees.options import TWO_STAGES, NodeOptions, TreeOptions
from napari_seewhy.epigenome.trees.report import judge_tree
from napari_seewhy.epigenome.trees.thresholds import choose_thresholds, measure_recall
from napari_seewhy.errors import FileError, OptionError

N = 300


def make_tree(**thresholds: float) -> DecisionTree:
    nodes = [
        Node(**node.model_dump(), model=f"{node.name}.safetensors", **_threshold(node, thresholds))
        for node in TWO_STAGES
    ]
    return DecisionTree(nodes=tuple(nodes))


def _threshold(node: NodeOptions, thresholds: dict[str, float]) -> dict[str, float]:
    key = node.name.replace(" ", "_")
    return {"threshold": thresholds[key]} if key in thresholds else {}


@pytest.fixture
def positive() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    return {node.name: rng.random(N) for node in TWO_STAGES}


def test_composed_probabilities_sum_to_one_and_multiply_along_the_path(positive):
    tree = make_tree()
    composed = tree.compose(positive)
    assert tree.classes == ("non-significant", "suppression", "induction")
    np.testing.assert_allclose(composed.sum(axis=1), 1)
    product = positive["stage one"] * positive["significant"]
    np.testing.assert_allclose(composed[:, tree.classes.index("induction")], product)


def test_genes_are_decided_step_by_step_each_by_its_own_threshold():
    tree = make_tree(stage_one=0.3, significant=0.8)
    positive = {"stage one": [0.2, 0.4, 0.4], "significant": [0.9, 0.7, 0.9]}
    said = [tree.classes[place] for place in tree.decide(positive)]
    assert said == ["non-significant", "suppression", "induction"]


def test_three_levels_compose_too(positive):
    nodes = (
        Node(name="a", negative="w", positive="b", model="a"),
        Node(name="b", negative="c", positive="x", model="b"),
        Node(name="c", negative="y", positive="z", model="c"),
    )
    first, second = positive.values()
    said = {"a": first, "b": second, "c": first[::-1]}
    composed = DecisionTree(nodes=nodes).compose(said)
    np.testing.assert_allclose(composed.sum(axis=1), 1)
    assert DecisionTree(nodes=nodes).classes == ("w", "y", "z", "x")


@pytest.mark.parametrize(
    ("nodes", "complaint"),
    [
        ([("a", "x", "y"), ("b", "z", "w")], "no decision before it leads to b"),
        ([("a", "x", "b"), ("b", "x", "y")], "x stands twice"),
        ([("a", "x", "b"), ("b", "a", "y")], "first decision"),
    ],
)
def test_what_is_no_tree_is_refused(nodes, complaint):
    made = tuple(
        NodeOptions(name=name, negative=negative, positive=positive)
        for name, negative, positive in nodes
    )
    with pytest.raises(OptionError, match=complaint):
        TreeOptions(nodes=made)


def test_a_tree_is_read_back_and_misses_its_models(tmp_path):
    tree = make_tree(stage_one=0.3)
    tree.save(tmp_path)
    with pytest.raises(FileError, match=r"needs stage one\.safetensors"):
        DecisionTree.load(tmp_path)
    for node in tree.nodes:
        (tmp_path / node.model).touch()
    assert DecisionTree.load(tmp_path) == tree


def test_thresholds_make_up_for_a_network_that_is_too_sure_of_one_answer():
    """Of the significant genes the network says 0.2 more or less, of the others 0.1."""
    rng = np.random.default_rng(1)
    target = np.repeat([0, 1, 2], [200, 180, 20])
    is_significant, is_induced = target > 0, target == 2
    positive = {
        "stage one": np.where(is_significant, 0.2, 0.1) + rng.normal(0, 0.01, 400),
        "significant": np.where(is_induced, 0.9, 0.7) + rng.normal(0, 0.02, 400),
    }
    tree = choose_thresholds(make_tree(), positive, target)
    assert 0.12 < tree.nodes[0].threshold < 0.2
    assert 0.7 < tree.nodes[1].threshold < 0.86
    assert measure_recall(target, tree.decide(positive)).mean > 0.98
    assert measure_recall(target, make_tree().decide(positive)).mean < 0.4


def test_three_samples_of_a_rare_class_do_not_carry_a_threshold_away():
    """The best threshold is 0.9, by one of three induced genes; one half is nearly as good."""
    target = np.repeat([1, 2], [200, 3])
    suppressed = np.concatenate([np.full(196, 0.1), np.full(4, 0.85)])
    positive = {
        "stage one": np.ones(203),
        "significant": np.concatenate([suppressed, [0.95, 0.95, 0.95]]),
    }
    tree = choose_thresholds(make_tree(), positive, target)
    assert tree.nodes[1].threshold == 0.5


def test_the_report_says_where_errors_enter_and_what_always_naming_one_class_reaches():
    target = np.array([0, 0, 0, 0, 1, 1, 2, 2])
    positive = {
        "stage one": np.array([0, 0, 0, 1, 1, 0, 1, 1]),
        "significant": np.array([0, 0, 0, 0, 0, 0, 1, 0]),
    }
    tree = make_tree()
    report = judge_tree(tree, tree.answer(positive), target, np.arange(8))
    assert report.confusion == ((3, 1, 0), (1, 1, 0), (0, 1, 1))
    assert [node.n_errors for node in report.nodes] == [2, 1]
    assert report.nodes[1].n_samples == 4
    assert report.nodes[1].balanced_accuracy == 0.75
    assert report.balanced_accuracy.value == pytest.approx((0.75 + 0.5 + 0.5) / 3)
    assert report.balanced_accuracy.baseline == pytest.approx(1 / 3)
    assert report.recalls["induction"].baseline == 0
    assert report.describe().splitlines()[1].startswith("Recall of")
