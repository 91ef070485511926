from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.errors import DataError
from napari_seewhy.models.files import read_any_card
from napari_seewhy.reading.language import LanguageCard, load_language
from napari_seewhy.reading.language.reading import read_letters
from napari_seewhy.reading.language.train import learn_language, learn_language_steps
from napari_seewhy.training.learning import TrainStep


def test_a_trained_model_expects_letters_that_it_never_saw(trained, codes, cpu):
    model, out = trained
    metrics = model.card.metrics

    # A third of the letters takes one bit, the others two, once it is known where codons begin.
    assert 5 / 3 - 0.01 < metrics["bits_new"] < 1.85
    assert metrics["bits"] < metrics["bits_new"]
    assert metrics["n_held_out"] == 13_200
    # Of the 300 repeated letters those whose 24 letters before them are known.
    assert metrics["share_repeats"] == pytest.approx(244 / 13_200)

    assert [path.name for path in out.parent.iterdir()] == [out.name]
    loaded = load_language(out)
    assert isinstance(read_any_card(out), LanguageCard)
    assert loaded.card == model.card
    assert np.array_equal(loaded.network.get_letters(), codes[:52_800])
    expected = read_letters(model, codes[-600:], cpu)
    assert np.array_equal(read_letters(loaded, codes[-600:], cpu), expected)
    assert "bits per base" in loaded.card.describe().quality


def test_a_training_that_was_stopped_continues_to_the_same_weights(trained, codes, small, tmp_path):
    out = tmp_path / "model.safetensors"
    task = learn_language_steps(codes, small, out=out, genome="drawn")
    for step in task:
        if isinstance(step, TrainStep) and step.epoch == 1:
            break
    task.close()

    continued = learn_language(codes, small, out=out, genome="drawn", resume=True)

    expected = trained[0].network.state_dict()
    for name, value in continued.network.state_dict().items():
        assert value.equal(expected[name]), name


def test_a_genome_of_a_few_kb_is_refused(codes, small, tmp_path):
    with pytest.raises(DataError, match="has 5,376 known letters; wanted 50,000 or more"):
        learn_language(codes[:5386], small, out=tmp_path / "phage.safetensors")
