from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from scipy import stats
from sklearn import metrics
from torch import nn

from napari_seewhy.errors import DataError, OptionError
from napari_seewhy.files import hash_file
from napari_seewhy.models.cards.card import ChannelCard, ModelCard
from napari_seewhy.models.files.model import Model
from napari_seewhy.models.networks.options import NetworkOptions
from napari_seewhy.samples import SampleSet
from napari_seewhy.samples.storing.retarget import write_targets
from napari_seewhy.samples.targeting.classes import parse_classes
from napari_seewhy.training.judging.evaluate import evaluate, evaluate_predictions
from napari_seewhy.training.judging.evaluation import Evaluation
from napari_seewhy.training.judging.metrics import Judge
from napari_seewhy.training.judging.options import EvaluateOptions

if TYPE_CHECKING:
    from pathlib import Path

QUICK = EvaluateOptions(n_bootstrap=300, device="cpu", precision="fp32")


def draw_answers(
    n: int = 600, n_classes: int = 3, skill: float = 1.5
) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Probabilities with many ties, and the truth."""
    generator = np.random.default_rng(0)
    target = generator.choice(n_classes, n, p=[0.6, 0.3, 0.1][:n_classes])
    logits = generator.normal(size=(n, n_classes))
    logits[np.arange(n), target] += skill
    raised = np.exp(logits.round(1))
    return raised / raised.sum(axis=1, keepdims=True), target, ("G1", "S", "G2")[:n_classes]


def answer(target: np.ndarray, n_classes: int, confidence: float = 0.9) -> np.ndarray:
    """Probabilities of who names these classes."""
    rest = (1 - confidence) / (n_classes - 1)
    return np.where(np.arange(n_classes) == target[:, None], confidence, rest)


def test_every_figure_is_that_of_scikit_learn():
    said, target, classes = draw_answers()
    evaluation = evaluate_predictions(said, target, np.arange(600), classes, QUICK)
    named = said.argmax(axis=1)
    assert evaluation.accuracy.value == pytest.approx(metrics.accuracy_score(target, named))
    balanced = metrics.balanced_accuracy_score(target, named)
    assert evaluation.balanced_accuracy.value == pytest.approx(balanced)
    auc = metrics.roc_auc_score(target, said, multi_class="ovr")
    assert evaluation.roc_auc is not None
    assert evaluation.roc_auc.value == pytest.approx(auc)
    assert evaluation.confusion == tuple(
        map(tuple, metrics.confusion_matrix(target, named).tolist())
    )
    scores = metrics.precision_recall_fscore_support(target, named)[:3]
    for k, figures in enumerate(evaluation.per_class):
        measured = [figures.precision.value, figures.recall.value, figures.f1.value]
        assert measured == pytest.approx([score[k] for score in scores])
        average = metrics.average_precision_score(target == k, said[:, k])
        assert figures.average_precision.value == pytest.approx(average)
        area = metrics.roc_auc_score(target == k, said[:, k])
        assert figures.roc_auc.value == pytest.approx(area)


def test_a_resampling_is_measured_as_scikit_learn_measures_repeated_samples():
    said, target, _ = draw_answers(120)
    unit = np.repeat(np.arange(12), 10)
    weights = np.random.default_rng(1).integers(0, 3, (1, 12)).astype(float)
    rows = np.repeat(np.arange(120), weights[0, unit].astype(int))
    figures = Judge(said, target, unit).measure(weights)
    for k in range(3):
        area = metrics.roc_auc_score(target[rows] == k, said[rows, k])
        assert figures["roc_auc"][0, k] == pytest.approx(area)
        average = metrics.average_precision_score(target[rows] == k, said[rows, k])
        assert figures["average_precision"][0, k] == pytest.approx(average)
    balanced = metrics.balanced_accuracy_score(target[rows], said[rows].argmax(axis=1))
    assert figures["balanced_accuracy"][0] == pytest.approx(balanced)


def test_the_interval_of_the_accuracy_is_that_of_the_binomial_where_samples_are_drawn():
    said, target, classes = draw_answers(600)
    figure = evaluate_predictions(said, target, np.arange(600), classes, QUICK).accuracy
    spread = np.sqrt(figure.value * (1 - figure.value) / 600)
    assert figure.low == pytest.approx(figure.value - 1.96 * spread, abs=0.01)
    assert figure.high == pytest.approx(figure.value + 1.96 * spread, abs=0.01)


def test_groups_that_are_right_or_wrong_as_a_whole_give_a_wider_interval():
    target = np.tile([0, 1], 200)
    group = np.repeat(np.arange(20), 20)
    named = np.where(group < 15, target, 1 - target)
    by_group, by_sample = (
        evaluate_predictions(answer(named, 2), target, groups, ["a", "b"], QUICK).accuracy
        for groups in (group, np.arange(400))
    )
    assert by_group.value == by_sample.value == 0.75
    assert by_group.high - by_group.low > 3 * (by_sample.high - by_sample.low)


def test_the_same_seed_gives_the_same_evaluation_and_another_another_interval():
    said, target, classes = draw_answers()
    group = np.arange(600) % 30
    first, again, other = (
        evaluate_predictions(said, target, group, classes, QUICK.change(seed=seed))
        for seed in (0, 0, 1)
    )
    assert first == again
    assert first.accuracy.low != other.accuracy.low
    assert first.unit == "group"


def test_beside_each_figure_stands_what_naming_the_commonest_class_reaches():
    said, target, classes = draw_answers()
    evaluation = evaluate_predictions(said, target, np.arange(600), classes, QUICK)
    shares = np.bincount(target) / 600
    assert evaluation.majority == "G1"
    assert evaluation.accuracy.baseline == pytest.approx(shares[0])
    assert evaluation.balanced_accuracy.baseline == pytest.approx(1 / 3)
    assert [figures.recall.baseline for figures in evaluation.per_class] == [1, 0, 0]
    assert [figures.roc_auc.baseline for figures in evaluation.per_class] == [0.5] * 3
    baselines = [figures.average_precision.baseline for figures in evaluation.per_class]
    assert baselines == pytest.approx(shares)


def test_a_class_that_is_never_predicted_raises_an_alarm_and_has_no_precision():
    target = np.repeat([0, 1, 2], [60, 30, 10])
    named = np.where(target == 2, 0, target)
    evaluation = evaluate_predictions(
        answer(named, 3), target, np.arange(100), ["G1", "S", "G2"], QUICK
    )
    assert evaluation.alarms == (
        "The model never predicts G2, though 10 of the 100 samples are of it.",
    )
    figures = evaluation.per_class[2]
    assert figures.precision is None
    assert figures.recall.value == figures.f1.value == 0


def test_a_class_that_is_not_in_the_set_has_no_figures_rather_than_zero():
    target = np.repeat([0, 1], 50)
    evaluation = evaluate_predictions(
        answer(target, 3), target, np.arange(100), ["G1", "S", "M"], QUICK
    )
    figures = evaluation.per_class[2]
    assert not figures.is_in_set
    assert figures.recall is figures.precision is figures.f1 is figures.roc_auc is None
    assert evaluation.balanced_accuracy.value == 1
    assert any(note.startswith("Not in this set: M.") for note in evaluation.notes)
    assert evaluation.alarms == ()


def test_one_class_alone_has_no_roc_curve():
    evaluation = evaluate_predictions(
        answer(np.zeros(20, int), 2), np.zeros(20, int), np.arange(20), ["a", "b"], QUICK
    )
    assert evaluation.roc_auc is None
    assert evaluation.roc == ()


def test_a_model_that_guesses_raises_an_alarm():
    said, target, classes = draw_answers(skill=0)
    evaluation = evaluate_predictions(said, target, np.arange(600), classes, QUICK)
    assert "chance is within its interval" in evaluation.alarms[0]


def test_a_model_that_is_right_less_often_than_the_baseline_raises_an_alarm():
    target = np.repeat([0, 1], [180, 20])
    named = target.copy()
    named[:60] = 1
    evaluation = evaluate_predictions(
        answer(named, 2, 0.7), target, np.arange(200), ["a", "b"], QUICK
    )
    assert evaluation.alarms == (
        "Always saying a would be right more often (0.900) than the model (0.700).",
    )


def test_a_confidence_that_misleads_raises_an_alarm():
    said, target, classes = draw_answers()
    sure = answer(said.argmax(axis=1), 3, 0.999)
    evaluation = evaluate_predictions(sure, target, np.arange(600), classes, QUICK)
    assert any("confidence misleads" in alarm for alarm in evaluation.alarms)


@pytest.mark.parametrize(
    ("n_groups", "unit", "note"),
    [(1, "sample", "All samples are of one group"), (4, "group", "drawing 4 groups")],
)
def test_what_the_intervals_stand_on_is_said(n_groups, unit, note):
    said, target, classes = draw_answers()
    evaluation = evaluate_predictions(said, target, np.arange(600) % n_groups, classes, QUICK)
    assert (evaluation.unit, evaluation.n_groups) == (unit, n_groups)
    assert note in evaluation.notes[0]
    assert evaluation.accuracy.low < evaluation.accuracy.value < evaluation.accuracy.high


def test_the_surest_errors_come_first_and_name_their_rows():
    target = np.zeros(10, int)
    said = answer(np.zeros(10, int), 2)
    said[3], said[7] = [0.2, 0.8], [0.05, 0.95]
    rows = np.arange(100, 110)
    errors = evaluate_predictions(
        said, target, np.arange(10), ["a", "b"], QUICK.change(n_errors=5), rows=rows
    ).errors
    assert [(error.row, error.confidence) for error in errors] == [(107, 0.95), (103, 0.8)]
    assert (errors[0].target, errors[0].said, errors[0].group) == ("a", "b", "7")


def test_a_share_without_exceptions_has_the_exact_binomial_bound():
    target = np.repeat([0, 1], [10, 40])
    evaluation = evaluate_predictions(answer(target, 2), target, np.arange(50), ["a", "b"], QUICK)
    recall = evaluation.per_class[0].recall
    assert recall.low == pytest.approx(stats.beta.ppf(0.025, 10, 1))
    assert recall.high == 1
    assert evaluation.accuracy.low == pytest.approx(stats.beta.ppf(0.025, 50, 1))
    wrong = evaluate_predictions(answer(1 - target, 2), target, np.arange(50), ["a", "b"], QUICK)
    assert wrong.per_class[0].recall.high == pytest.approx(stats.beta.ppf(0.975, 1, 10))
    assert any("no resampling varies" in note for note in wrong.notes)


def test_samples_without_a_class_are_left_out():
    said, target, classes = draw_answers()
    hidden = target.copy()
    hidden[:100] = -1
    with_unknown = evaluate_predictions(said, hidden, np.arange(600), classes, QUICK)
    without = evaluate_predictions(said[100:], target[100:], np.arange(100, 600), classes, QUICK)
    assert with_unknown.change(errors=()) == without.change(errors=())
    assert with_unknown.errors[0].row == without.errors[0].row + 100


def test_an_evaluation_comes_back_from_json_as_it_was(tmp_path: Path):
    said, target, classes = draw_answers()
    evaluation = evaluate_predictions(said, target, np.arange(600) % 9, classes, QUICK)
    text = json.dumps(evaluation.to_json(), allow_nan=False)
    assert Evaluation(**json.loads(text)) == evaluation
    evaluation.save(tmp_path / "evaluation.json")
    assert Evaluation.load(tmp_path / "evaluation.json") == evaluation


def test_the_description_holds_alarms_figures_and_notes():
    target = np.repeat([0, 1], 50)
    text = evaluate_predictions(
        answer(np.zeros(100, int), 3), target, np.arange(100), ["G1", "S", "M"], QUICK
    ).describe()
    assert text.startswith("The model never predicts S")
    assert "Balanced accuracy 0.500 (" in text
    assert "M: not in this set" in text


@pytest.mark.parametrize(
    ("said", "target", "message"),
    [
        ([[0.5, 0.5]], [-1], "None of the samples has a class"),
        (np.zeros((0, 2)), [], "None of the samples has a class"),
        ([[0.5, 0.6]], [0], "sum to 1"),
        ([[np.nan, 1]], [0], "sum to 1"),
        ([[0.5, 0.5]], [2], "A target is 2 and there are 2 classes"),
        ([[0.2, 0.3, 0.5]], [0], r"have shape \(1, 3\)"),
    ],
)
def test_predictions_that_cannot_be_judged_are_refused(said, target, message):
    with pytest.raises(DataError, match=message):
        evaluate_predictions(said, target, ["x"] * len(target), ["a", "b"], QUICK)


def test_too_few_resamplings_are_refused():
    with pytest.raises(OptionError, match="Resamplings"):
        EvaluateOptions(n_bootstrap=3)


class Brightness(nn.Module):
    """Says "bright" where the mean of the first channel is above its usual value."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(5.0))

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        level = self.scale * samples[:, 0].mean(dim=(1, 2))
        return torch.stack([-level, level], dim=1)


def make_model(**fields: object) -> Model:
    channels = (
        ChannelCard(name="DNA", mean=115, std=30, low=90, high=250),
        ChannelCard(name="empty", mean=100, std=5, low=90, high=110),
    )
    card = ModelCard(
        name="brightness",
        network=NetworkOptions(),
        classes=("dim", "bright"),
        channels=channels,
        size_px=(16, 16),
        dtype="uint16",
    )
    return Model(Brightness(), card.change(**fields))


def record_of(path: Path, **options: object) -> dict[str, object]:
    split = {"train": list(range(64)), "stop": list(range(64, 80)), "report": list(range(80, 96))}
    return {
        "inputs": [{"path": str(path), "sha256": hash_file(path)}],
        "options": options,
        "results": {"split": split},
    }


def test_a_model_is_judged_on_the_report_set_of_its_training(discs: Path):
    with SampleSet(discs) as samples:
        evaluation = evaluate(make_model(record=record_of(discs)), samples, QUICK)
    assert evaluation.n_samples == 16
    assert evaluation.balanced_accuracy.value == 1
    assert evaluation.alarms == ()


def test_samples_that_were_learned_from_raise_an_alarm(discs: Path):
    model = make_model(record=record_of(discs))
    with SampleSet(discs) as samples:
        evaluation = evaluate(model, samples, QUICK, rows=range(60, 96))
    assert evaluation.alarms[0].startswith("20 of the 36 samples are among those that the model")


def test_all_samples_of_another_file_are_taken_with_a_note(discs: Path):
    record = record_of(discs)
    record["inputs"][0]["sha256"] = "other"
    with SampleSet(discs) as samples:
        evaluation = evaluate(make_model(record=record), samples, QUICK)
    assert evaluation.n_samples == 96
    assert any("not the file of samples" in note for note in evaluation.notes)


def test_the_report_set_is_found_again_after_the_samples_were_annotated(discs: Path):
    record = record_of(discs)
    with SampleSet(discs) as samples:
        target, classes = samples.target.copy(), samples.classes
    target[80:84] = -1
    write_targets(discs, discs, target, classes)
    with SampleSet(discs) as samples:
        evaluation = evaluate(make_model(record=record), samples, QUICK)
    assert evaluation.n_samples == 12
    assert not any("not the file of samples" in note for note in evaluation.notes)


def test_classes_are_matched_by_name_and_not_by_place(discs: Path):
    with SampleSet(discs) as samples:
        evaluation = evaluate(make_model(classes=("bright", "dim")), samples, QUICK)
    assert evaluation.accuracy.value == 0


def test_classes_are_merged_and_renamed_as_asked_for_or_as_recorded(discs: Path):
    names = ("weak", "strong")
    asked = parse_classes("strong=bright; weak=dim")
    recorded = record_of(discs, classes={"weak": ["dim"], "strong": ["bright"]})
    with SampleSet(discs) as samples:
        first = evaluate(make_model(classes=names), samples, QUICK, classes=asked)
        second = evaluate(make_model(classes=names, record=recorded), samples, QUICK)
    assert first.accuracy.value == second.accuracy.value == 1
    assert first.classes == second.classes == names


def test_classes_of_another_question_are_refused(discs: Path):
    with (
        SampleSet(discs) as samples,
        pytest.raises(DataError, match=r"classes dim, bright, and the model knows G1, bright"),
    ):
        evaluate(make_model(classes=("G1", "bright")), samples, QUICK)


def test_rows_that_are_not_there_are_refused(discs: Path):
    with SampleSet(discs) as samples, pytest.raises(DataError, match="samples 0 to 95"):
        evaluate(make_model(), samples, QUICK, rows=[96])
