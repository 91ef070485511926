from __future__ import annotations

from contextlib import closing

import numpy as np
import pytest
import torch

from napari_seewhy.errors import DataError, FileError, OptionError
from napari_seewhy.generating.card import GeneratorCard, load_generator
from napari_seewhy.generating.generation import generate
from napari_seewhy.generating.train import train_generator, train_generator_steps
from napari_seewhy.models.files.model_file import read_card
from napari_seewhy.models.files.weights_file import read_card_of
from napari_seewhy.training.learning.checkpoint import checkpoint_path


def equal_weights(one: torch.nn.Module, other: torch.nn.Module) -> bool:
    there = other.state_dict()
    return all(torch.equal(value, there[name]) for name, value in one.state_dict().items())


def test_a_generator_learns_the_class_it_is_shown(tmp_path, pictures, inductions, quick):
    options = quick.change(n_steps=200, n_between=100, width=8, learning_rate=1e-3, averaging=0.9)
    trained = train_generator(pictures, inductions, options, out=tmp_path / "g.safetensors")
    drawn = generate(trained, 24).astype(float).mean(axis=0)
    real = pictures.read_pixels(inductions).astype(float).mean(axis=0)
    others = pictures.read_pixels(np.flatnonzero(pictures.target == 0)).astype(float).mean(axis=0)
    assert np.abs(drawn - real).mean() < np.abs(drawn - others).mean()
    assert drawn[1, 4:10, 12:16].mean() > 60 > drawn[1, 12:].mean()


def test_a_stopped_training_goes_on_to_the_very_same_weights(tmp_path, pictures, inductions, quick):
    whole = train_generator(pictures, inductions, quick, out=tmp_path / "whole.safetensors")
    out = tmp_path / "part.safetensors"
    with closing(train_generator_steps(pictures, inductions, quick, out=out)) as task:
        while next(task).done < 5:
            pass
    assert checkpoint_path(out).exists()
    assert not out.exists()
    steps = []
    task = train_generator_steps(pictures, inductions, quick, out=out, resume=True)
    while True:
        try:
            steps.append(next(task))
        except StopIteration as end:
            resumed = end.value
            break
    assert [step.done for step in steps] == [0, 5, 6]
    assert equal_weights(resumed.network, whole.network)
    history = [entry["step"] for entry in resumed.card.record["results"]["history"]]
    assert history == [2, 4, 6]
    assert not checkpoint_path(out).exists()


def test_a_finished_training_is_not_done_again(tmp_path, pictures, inductions, quick):
    out = tmp_path / "g.safetensors"
    train_generator(pictures, inductions, quick, out=out)
    task = train_generator_steps(pictures, inductions, quick, out=out, resume=True)
    with pytest.raises(StopIteration):
        next(task)
    task = train_generator_steps(pictures, inductions, quick.change(seed=1), out=out, resume=True)
    assert next(task).total == 0
    task.close()


def test_the_checkpoint_of_another_training_is_refused(tmp_path, pictures, inductions, quick):
    out = tmp_path / "g.safetensors"
    with closing(train_generator_steps(pictures, inductions, quick, out=out)) as task:
        while next(task).done < 3:
            pass
    with pytest.raises(OptionError, match="belongs to a training with pixels"):
        train_generator(pictures, inductions[1:], quick, out=out, resume=True)


def test_the_file_keeps_what_draws_and_says_what_it_learned(tmp_path, pictures, inductions, quick):
    out = tmp_path / "g.safetensors"
    trained = train_generator(pictures, inductions, quick, out=out)
    loaded = load_generator(out)
    assert equal_weights(loaded.network, trained.network)
    np.testing.assert_array_equal(generate(loaded, 5), generate(trained, 5))
    card = read_card_of(out, GeneratorCard)
    assert (card.class_name, card.n_samples, card.size_px) == ("induction", 18, (20, 28))
    assert card.channels == ("red", "green", "blue")
    assert card.record["results"]["rows"] == inductions.tolist()
    with pytest.raises(FileError, match="is a generator, which draws more samples of one class"):
        read_card(out)


def test_what_cannot_be_learned_is_refused_in_words(tmp_path, pictures, inductions, quick):
    out = tmp_path / "g.safetensors"
    with pytest.raises(DataError, match="There are 3 samples to learn from"):
        train_generator(pictures, inductions[:3], quick, out=out)
    with pytest.raises(DataError, match="of the classes suppression, induction"):
        train_generator(pictures, range(20), quick, out=out)
