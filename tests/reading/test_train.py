from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from napari_seewhy.errors import DataError, FileError
from napari_seewhy.models.files import read_any_card
from napari_seewhy.reading.card import CoverageCard, load_coverage
from napari_seewhy.reading.lesson import CoverageLesson, mean_pearson
from napari_seewhy.reading.options import CoverageOptions
from napari_seewhy.reading.predict import predict_coverage
from napari_seewhy.reading.train import train_coverage, train_coverage_steps
from napari_seewhy.training.learning import TrainStep

SMALL = CoverageOptions(
    epochs=12, n_words=4, width=8, reach_bins=1, crop_bp=4096, device="cpu", precision="fp32"
)


def test_a_trained_model_predicts_the_peaks_of_windows_it_never_saw(windows, tmp_path, cpu):
    out = tmp_path / "peaks.safetensors"

    trained = train_coverage(windows, SMALL, out=out)

    assert list(tmp_path.iterdir()) == [out]
    assert trained.card.metrics["pearson"] > 0.4
    # Words of five letters know less of a word of eleven, so the network stays alone.
    assert trained.card.composition == 0
    loaded = load_coverage(out)
    assert loaded.card == trained.card
    assert isinstance(read_any_card(out), CoverageCard)
    test = windows.take("test")
    said = np.stack([predict_coverage(loaded, codes, cpu) for codes in test.codes])
    assert np.corrcoef(said[:, 0].ravel(), test.target[:, 0].ravel())[0, 1] > 0.6
    described = loaded.card.describe()
    assert described.sentence == "Predicts the coverage of peaks, noise from DNA."


def test_a_training_that_was_stopped_continues_to_the_same_weights(windows, tmp_path):
    options = SMALL.change(epochs=3)
    whole = train_coverage(windows, options, out=tmp_path / "whole.safetensors")
    out = tmp_path / "model.safetensors"
    task = train_coverage_steps(windows, options, out=out)
    for step in task:
        if isinstance(step, TrainStep) and step.epoch == 2:
            break
    task.close()

    continued = train_coverage(windows, options, out=out, resume=True)

    expected = whole.network.state_dict()
    for name, value in continued.network.state_dict().items():
        assert value.equal(expected[name]), name


def test_the_network_of_the_course_learns_from_letters(windows, tmp_path):
    options = SMALL.change(network="course", epochs=1)

    trained = train_coverage(windows, options, out=tmp_path / "course.safetensors")

    assert trained.card.words == ()
    assert trained.card.network_name == "course"
    assert len(trained.card.record["results"]["history"]) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"split": "train"}, r"no windows that say when to stop \(valid\)"),
        ({"split": "valid"}, r"no windows to learn from \(train\)"),
        ({"target": -1.0}, "negative values or none"),
        ({"target": np.nan}, "negative values or none"),
        ({"target": 0.0}, "The track peaks is 0 in all training windows"),
    ],
)
def test_windows_that_cannot_be_learned_from_are_refused(windows, tmp_path, change, said):
    wrong = replace(
        windows,
        **{key: np.full_like(getattr(windows, key), value) for key, value in change.items()},
    )
    with pytest.raises(DataError, match=said):
        train_coverage(wrong, SMALL, out=tmp_path / "x.safetensors")


def test_a_stretch_that_is_shorter_than_what_a_bin_depends_on_is_refused(model, cpu):
    with pytest.raises(DataError, match=r"has 1,024 bp and random looks 896 bp to both sides"):
        predict_coverage(model, np.zeros(1024, np.uint8), cpu)
    with pytest.raises(DataError, match="multiple of the bins of 128 bp"):
        predict_coverage(model, np.zeros(4100, np.uint8), cpu)


def test_a_model_of_another_kind_is_refused(tmp_path):
    with pytest.raises(FileError, match="does not exist"):
        load_coverage(tmp_path / "none.safetensors")


def test_batches_show_every_window_and_are_the_same_whenever_asked_for(windows):
    options = SMALL.change(crop_bp=4096, batch_size=4)
    lesson = CoverageLesson(windows.take("train"), windows.take("valid"), options)

    batches = list(lesson.batches(3))

    assert [batch.places for batch in lesson.batches(3)] == [batch.places for batch in batches]
    assert sorted(number for batch in batches for number, _ in batch.places) == list(range(10))
    assert len(batches) == lesson.n_batches == 3


def test_the_correlation_of_a_flat_track_counts_as_zero():
    target = np.random.default_rng(0).random((2, 2, 5)).astype(np.float32)
    said = target.copy()
    said[:, 1] = 3
    assert mean_pearson(said, target) == pytest.approx(0.5)
