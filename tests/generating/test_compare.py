from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.errors import DataError
from napari_seewhy.generating.amplified_training import write_amplified_steps
from napari_seewhy.generating.card import GeneratorCard
from napari_seewhy.generating.compare import compare_with_without_steps
from napari_seewhy.generating.compare_options import CompareOptions
from napari_seewhy.generating.verdict import Comparison, Difference
from napari_seewhy.models.files.weights_file import read_card_of
from napari_seewhy.models.networks.options import NetworkOptions
from napari_seewhy.progress import finish
from napari_seewhy.samples import SampleSet
from napari_seewhy.samples.splitting.split import fold_samples
from napari_seewhy.training.fitting.options import TrainOptions
from napari_seewhy.training.fitting.retrain import Retrain

TRAINING = TrainOptions(
    epochs=1, batch_size=16, augmentation="none", device="cpu", precision="fp32"
)


class _Spy(Retrain):
    """Notes what a classifier is trained on."""

    splits: list = []  # noqa: RUF012  (shared by the copies that `replace` makes)

    def __call__(self, split):
        self.splits.append((len(self.samples), split))
        return super().__call__(split)


def make_difference(change: float, another: float = 0.0, doubt: float = 0.05) -> Difference:
    return Difference(
        without=0.6,
        another_seed=0.6 + another,
        amplified=0.6 + change,
        low=change - doubt,
        high=change + doubt,
    )


def make_comparison(difference: Difference, judgement: str = "new") -> Comparison:
    return Comparison(
        class_name="induction",
        n_samples=100,
        n_of_class=9,
        n_groups=20,
        n_drawn=(7, 8),
        judgements=(judgement, "new"),
        balanced_accuracy=difference,
        recall=difference,
        f1=difference,
    )


def test_generators_and_classifiers_see_nothing_of_what_is_reported_on(tmp_path, pictures, quick):
    folds = fold_samples(pictures.target, pictures.group, classes=pictures.classes, n_folds=3)
    _Spy.splits.clear()
    retrain = _Spy(pictures, NetworkOptions(width=4, n_stages=2), TRAINING)
    options = CompareOptions(n_folds=3, n_per_real=2, n_bootstrap=100)
    small = quick.change(n_steps=2)
    comparison = finish(
        compare_with_without_steps(retrain, "induction", folds, small, options, folder=tmp_path)
    )
    assert (comparison.n_samples, comparison.n_of_class, comparison.n_groups) == (72, 18, 12)
    assert len(comparison.judgements) == len(comparison.n_drawn) == 3
    assert len(_Spy.splits) == 9
    for number, fold in enumerate(folds, start=1):
        card = read_card_of(tmp_path / f"generator_{number}.safetensors", GeneratorCard)
        learned = card.record["results"]["rows"]
        assert set(learned) == set(fold.train[pictures.target[fold.train] == 1].tolist())
        n_drawn = 2 * len(learned)
        (n_plain, plain), (_, again), (n_amplified, amplified) = _Spy.splits[3 * number - 3 :][:3]
        assert (n_plain, n_amplified) == (72, 72 + n_drawn)
        assert plain is again is fold
        np.testing.assert_array_equal(amplified.report, fold.report)
        np.testing.assert_array_equal(amplified.stop, fold.stop)
        assert amplified.train.tolist() == [*fold.train, *range(72, 72 + n_drawn)]
        assert (amplified.target[72:] == 1).all()


def test_an_amplified_set_tells_drawn_samples_from_real_ones(tmp_path, pictures):
    drawn = pictures.read_pixels([0, 4])[:, :, ::-1]
    out = tmp_path / "amplified.h5"
    rows = finish(write_amplified_steps(pictures, drawn, "induction", out))
    with SampleSet(out) as amplified:
        assert rows.tolist() == [72, 73]
        np.testing.assert_array_equal(amplified.read_pixels(rows), drawn)
        np.testing.assert_array_equal(amplified.read_pixels([5]), pictures.read_pixels([5]))
        assert amplified.classes == pictures.classes
        assert amplified.target[70:].tolist() == [0, 0, 1, 1]
        assert amplified.group[71:].tolist() == ["stretch 11", "drawn", "drawn"]
        assert amplified.origin["is_drawn"].tolist() == [False] * 72 + [True] * 2
        assert amplified.origin["gene"].tolist()[71:] == ["gene71", "", ""]
        with pytest.raises(DataError, match="holds drawn samples already"):
            finish(write_amplified_steps(amplified, drawn, "induction", tmp_path / "b.h5"))
    with pytest.raises(DataError, match="no class other; their classes are suppression, induction"):
        finish(write_amplified_steps(pictures, drawn, "other", out))


def test_a_gain_counts_only_beyond_chance_and_another_seed():
    assert make_difference(0.1).outcome == "helps"
    assert make_difference(0.1, doubt=0.2).outcome == "makes no difference"
    assert make_difference(0.1, another=-0.12).outcome == "makes no difference"
    assert make_difference(-0.1).outcome == "harms"
    assert make_difference(-0.1, another=0.12).outcome == "makes no difference"


def test_the_verdict_is_said_in_words_and_kept():
    comparison = make_comparison(make_difference(0.1), "memorised")
    said = comparison.describe()
    assert said.startswith("Drawn samples help: ")
    assert "In 1 of 2 folds the drawn samples were memorised, alike or strange." in said
    assert "2 generators drew 15 samples, each from the training rows of its own fold" in said
    assert comparison.to_json()["outcome"] == "helps"
    kept = {name: comparison.to_json()[name] for name in Comparison.model_fields}
    assert Comparison(**kept) == comparison
    assert make_comparison(make_difference(-0.1)).describe().startswith("Drawn samples harm")
