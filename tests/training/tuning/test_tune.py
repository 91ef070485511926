from __future__ import annotations

import json
import logging
import math
import shutil
import warnings
from datetime import datetime, timedelta

import h5py
import numpy as np
import optuna
import pytest

from napari_seewhy.errors import FileError, OptionError, TaskError
from napari_seewhy.models.files.model_file import load_model
from napari_seewhy.samples import SampleSet
from napari_seewhy.samples.splitting.split import SplitOptions, split_samples
from napari_seewhy.training.fitting.augment_options import AUGMENTATIONS
from napari_seewhy.training.tuning import search as search_module
from napari_seewhy.training.tuning.budget import Budget, make_budget, next_time
from napari_seewhy.training.tuning.options import DEFAULT_TRIALS, TuneOptions
from napari_seewhy.training.tuning.search import TuneStep, open_search_steps
from napari_seewhy.training.tuning.space import BackboneSpace, NagaoSpace, strengthen, to_training
from napari_seewhy.training.tuning.study import StudyFile
from napari_seewhy.training.tuning.tune import tune, tune_steps

NOW = datetime(2024, 5, 31, 22, 15)


def drain(task):
    steps = []
    while True:
        try:
            steps.append(next(task))
        except StopIteration as end:
            return steps, end.value


@pytest.fixture
def samples(discs):
    with SampleSet(discs) as opened:
        yield opened


@pytest.fixture
def split(samples):
    return split_samples(
        samples.target, samples.group, SplitOptions(by="sample"), classes=samples.classes
    )


@pytest.fixture
def options():
    return TuneOptions(
        search="backbones",
        backbones=("small",),
        inputs_px=(16,),
        trials=2,
        epochs=2,
        batch_size=32,
        device="cpu",
        precision="fp32",
    )


@pytest.fixture
def open_search(samples, split, tmp_path):
    def open_it(options, name="a.study", rows=split):
        _, search = drain(open_search_steps(samples, tmp_path / name, options, rows))
        return search

    return open_it


def points(search):
    return [trial["point"] for trial in search.study.list_trials()]


def test_the_winner_is_trained_and_carries_its_figures(samples, split, options, tmp_path):
    out = tmp_path / "m" / "best.safetensors"
    steps, tuned = drain(tune_steps(samples, tmp_path / "a.study", options, split, out=out))
    card = load_model(out).card
    tuning = card.record["results"]["tuning"]
    assert tuning["n_finished"] == 2
    assert tuning["trial"] == tuned.winner.number
    assert tuning["n_looks_at_report_set"] == 1
    assert card.metrics["n_samples"] == len(split.report) == tuned.evaluation.n_samples
    assert json.loads((out.parent / "best_evaluation.json").read_text())["n_samples"] == len(
        split.report
    )
    mine = [step for step in steps if isinstance(step, TuneStep)]
    assert {step.trial for step in mine} == {0, 1}
    assert math.isnan(mine[0].best_balanced_accuracy)
    assert mine[-1].best_trial in (0, 1)
    assert mine[-1].total == 1000


def test_no_trial_reads_a_sample_of_the_report_set(samples, split, options, open_search):
    seen: set[int] = set()
    search = open_search(options)
    read = search.question.source.read

    class Spy:
        def __getattr__(self, name):
            return getattr(search.question.source, name)

        def read(self, rows):
            seen.update(np.asarray(rows).tolist())
            return read(rows)

    search.question = search_module.replace(search.question, source=Spy())
    drain(search.steps(leaves_time=False))
    assert seen == set(split.train) | set(split.stop)
    assert not seen & set(split.report)


def test_a_resumed_search_tries_what_an_unbroken_one_does(options, open_search):
    unbroken = open_search(options.change(trials=4), "unbroken.study")
    drain(unbroken.steps(leaves_time=False))
    for trials in (2, 4):
        resumed = open_search(options.change(trials=trials), "resumed.study")
        drain(resumed.steps(leaves_time=False))
    assert points(resumed) == points(unbroken)
    assert len({point["learning_rate"] for point in points(resumed)}) == 4


def test_a_cancelled_trial_counts_as_failed_and_the_search_goes_on(options, open_search):
    search = open_search(options)
    task = search.steps(leaves_time=False)
    next(step for step in task if isinstance(step, TuneStep) and step.epoch == 1)
    task.close()
    assert [trial["state"] for trial in search.study.list_trials()] == ["fail"]
    again = open_search(options)
    drain(again.steps(leaves_time=False))
    assert [trial["state"] for trial in again.study.list_trials()] == ["fail", *["complete"] * 2]


def test_a_study_cut_off_by_a_kill_is_mended(options, open_search, tmp_path):
    drain(open_search(options.change(trials=1)).steps(leaves_time=False))
    path = tmp_path / "a.study"
    with path.open("ab") as stream:
        stream.write(b'{"op_code":4,"worker_i')
    search = open_search(options)
    drain(search.steps(leaves_time=False))
    assert search.study.n_finished == 2
    assert b"worker_i{" not in path.read_bytes()


def test_two_openings_of_a_study_share_its_trials(options, open_search):
    one, other = open_search(options), open_search(options)
    drain(one.steps(leaves_time=False))
    _, winner = drain(other.steps(leaves_time=False))
    assert other.study.n_finished == 2
    assert winner == one.study.find_best()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"search": "nagao"}, "its search is backbones, and here it is nagao"),
        ({"epochs": 3}, "its epochs is 2, and here it is 3"),
        ({"backbones": ("small", "nagao")}, "its backbone is "),
        ({"inputs_px": (16, 24)}, "its input_px is "),
    ],
)
def test_the_study_of_another_search_is_refused(options, open_search, changed, said):
    open_search(options)
    with pytest.raises(OptionError, match="study of another search") as caught:
        open_search(options.change(**changed))
    assert said in str(caught.value)


def test_the_study_of_another_split_is_refused(samples, options, open_search):
    open_search(options)
    other = split_samples(
        samples.target, samples.group, SplitOptions(by="sample", seed=1), classes=samples.classes
    )
    with pytest.raises(OptionError, match="another split of the samples"):
        open_search(options, rows=other)


def test_the_study_of_other_samples_is_refused(options, open_search, tmp_path, split):
    open_search(options)
    copy = tmp_path / "copy.h5"
    shutil.copyfile(tmp_path / "discs.h5", copy)
    with h5py.File(copy, "a") as file:
        file["pixels"][0, 0, 0, 0] = 1
    with (
        SampleSet(copy) as others,
        pytest.raises(OptionError, match="study of other samples; give the same"),
    ):
        drain(open_search_steps(others, tmp_path / "a.study", options, split))


@pytest.mark.parametrize("content", [b"not a study\n", b"\x89HDF\r\n\x1a\n", b'{"a": 1}\n'])
def test_a_file_that_is_no_study_is_refused_and_kept(options, open_search, tmp_path, content):
    path = tmp_path / "a.study"
    path.write_bytes(content)
    with pytest.raises(FileError, match="is no study of a search"):
        open_search(options)
    assert path.read_bytes() == content


def test_the_study_of_another_program_is_refused(options, open_search, tmp_path):
    path = tmp_path / "a.study"
    backend = optuna.storages.journal.JournalFileBackend(str(path))
    storage = optuna.storages.JournalStorage(backend)
    study = optuna.create_study(storage=storage, study_name="napari-seewhy", direction="maximize")
    study.set_user_attr("about", "something else")
    with pytest.raises(FileError, match="another program"):
        open_search(options)


def test_a_network_that_cannot_take_the_samples_is_refused_before_the_first_trial(
    options, open_search, tmp_path
):
    with pytest.raises(OptionError, match="There is no network 'resnet19'"):
        open_search(options.change(backbones=("small", "resnet19")))
    with pytest.raises(OptionError, match="levit_128s cannot take samples of 90 x 90"):
        open_search(options.change(backbones=("levit_128s",), inputs_px=(96, 90)))
    assert not (tmp_path / "a.study").exists()


def test_the_size_in_which_a_backbone_sees_the_samples_is_searched(options, open_search):
    search = open_search(options.change(inputs_px=()))
    distribution = search.space.distributions()["input_px"]
    assert distribution.choices == (16, 32)
    sizes = {
        trial.params["input_px"]: search.to_options(trial.params)[0].input_px
        for trial in (search.study.ask(search.space.distributions()) for _ in range(12))
    }
    assert sizes == {16: 16, 32: 32}


def test_the_search_ends_where_every_trial_breaks_off(options, open_search, monkeypatch):
    def fail(*_):
        raise TaskError("There is not enough memory.")

    search = open_search(options)
    monkeypatch.setattr(search_module, "ClassCourse", fail)
    with pytest.raises(TaskError, match=r"8 trials in a row broke off.*not enough memory"):
        drain(search.steps(leaves_time=False))


def test_time_ends_a_search_but_never_its_first_trial(options, open_search, monkeypatch):
    clock = iter(NOW + timedelta(hours=hour) for hour in range(1000))
    monkeypatch.setattr(search_module, "_now", lambda: next(clock))
    search = open_search(options.change(trials=None, hours=2))
    drain(search.steps(leaves_time=False))
    assert [trial["state"] for trial in search.study.list_trials()] == ["complete"]


def test_a_hopeless_trial_is_given_up(options, open_search):
    search = open_search(options.change(epochs=9))
    study = search.study
    for number in range(6):
        trial = study.ask(search.space.distributions())
        given_up = [study.is_hopeless(trial, epoch, 0.9) for epoch in range(1, 10)]
        assert not any(given_up), number
        study.tell(trial, 0.9, 0.1)
    trial = study.ask(search.space.distributions())
    assert [study.is_hopeless(trial, epoch, 0.5) for epoch in (1, 2)] == [False, True]
    study.give_up(trial)
    assert study.n_finished == 7
    assert study.list_trials()[-1]["state"] == "pruned"


@pytest.mark.parametrize("pruning", ["hyperband", "none"])
def test_every_way_of_pruning_comes_to_an_end(options, open_search, pruning):
    search = open_search(options.change(pruning=pruning))
    drain(search.steps(leaves_time=False))
    assert search.study.find_best() is not None


def test_of_equal_trials_the_one_with_the_lowest_loss_wins(options, open_search):
    study = open_search(options).study
    distributions = BackboneSpace(("small",), (16,)).distributions()
    for value, loss in ((0.9, 0.3), (0.9, 0.2), (0.8, 0.1)):
        study.tell(study.ask(distributions), value, loss)
    assert study.find_best().number == 1


def test_a_second_winner_on_the_same_report_set_is_said(samples, split, options, tmp_path):
    path, out = tmp_path / "a.study", tmp_path / "m.safetensors"
    first = tune(samples, path, options.change(trials=1), split, out=out)
    assert not [note for note in first.evaluation.notes if "winners" in note]
    _, search = drain(open_search_steps(samples, path, options, split))
    trial = search.study.ask(search.space.distributions())
    search.study.tell(trial, 1.5, 0.0)  # better than any real one
    second = tune(samples, path, options, split, out=out)
    assert second.winner.number == trial.number
    assert "2 winners of this study" in second.evaluation.notes[-1]


def test_optuna_is_quiet_while_we_use_it_and_as_before_afterwards(
    options, open_search, capfd, caplog
):
    before = optuna.logging.get_verbosity()
    with warnings.catch_warnings(), caplog.at_level(logging.INFO):
        warnings.simplefilter("error")
        drain(open_search(options).steps(leaves_time=False))
    assert capfd.readouterr().err == ""
    assert optuna.logging.get_verbosity() == before


def test_a_sample_is_never_halved_away():
    assert NagaoSpace((16, 9)).distributions()["n_stages"].high == 3
    assert NagaoSpace((96, 96)).distributions()["n_stages"].high == 5
    with pytest.raises(OptionError, match="too small"):
        NagaoSpace((1, 16))


@pytest.mark.parametrize(
    "space", [NagaoSpace((16, 16)), BackboneSpace(("small", "resnet18"), (16, 32))]
)
def test_every_point_of_a_space_makes_options(space):
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    for _ in range(20):
        point = study.ask(fixed_distributions=space.distributions()).params
        network, training = space.to_network(point), to_training(point, TuneOptions())
        assert network.dropout == point["dropout"]
        assert training.learning_rate == point["learning_rate"]
        assert training.weight_decay == point["weight_decay"]


def test_a_gene_picture_is_not_turned_however_strong_the_augmentation():
    strong = strengthen(AUGMENTATIONS["gene"], 2)
    assert (strong.rotate, strong.flip) == (False, False)
    assert strong.shift_px == 2 * AUGMENTATIONS["gene"].shift_px
    assert strengthen(AUGMENTATIONS["blocks"], 2).scale < 1


def test_without_a_budget_there_are_thirty_trials():
    assert TuneOptions().most_trials == DEFAULT_TRIALS
    assert TuneOptions(hours=1).most_trials is None
    assert TuneOptions(until="7:00", trials=5).most_trials == 5


@pytest.mark.parametrize("clock", ["25:00", "07.00", "7", "07:60"])
def test_what_is_no_clock_time_is_refused(clock):
    with pytest.raises(OptionError, match=r"Until \(until\)"):
        TuneOptions(until=clock)


def test_the_budget_that_is_used_up_first_ends_the_search():
    budget = make_budget(TuneOptions(hours=10, until="07:00", trials=5), NOW)
    assert budget.end == datetime(2024, 6, 1, 7)
    assert next_time("22:15", NOW) == NOW + timedelta(days=1)
    nothing = timedelta()
    assert budget.is_used_up(5, NOW, nothing)
    assert not budget.is_used_up(4, NOW, nothing)
    assert budget.is_used_up(1, datetime(2024, 6, 1, 6, 30), timedelta(minutes=30))
    assert not budget.is_used_up(1, datetime(2024, 6, 1, 6, 29), timedelta(minutes=30))
    assert not budget.is_used_up(0, datetime(2024, 6, 1, 8), nothing)


def test_the_share_used_is_that_of_the_scarcer_budget():
    budget = Budget(NOW, NOW + timedelta(hours=4), 10)
    assert budget.share_used(5, NOW + timedelta(hours=1)) == 0.5
    assert budget.share_used(1, NOW + timedelta(hours=3)) == 0.75
    assert budget.share_used(20, NOW + timedelta(hours=9)) == 1


def test_a_study_is_opened_by_the_path_of_a_new_folder(tmp_path, options):
    study = StudyFile(tmp_path / "new" / "a.study", {"search": "x"}, options)
    assert study.n_finished == 0
    assert study.find_best() is None
