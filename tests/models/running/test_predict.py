from __future__ import annotations

import time

import numpy as np
import pytest
import torch
from torch import nn

from napari_seewhy.errors import DataError
from napari_seewhy.models.cards.card import ChannelCard, ModelCard
from napari_seewhy.models.files.model import Model, normalise
from napari_seewhy.models.networks.options import NetworkOptions
from napari_seewhy.models.running.devices import Runtime
from napari_seewhy.models.running.predict import PredictOptions, predict, predict_steps
from napari_seewhy.progress import finish
from napari_seewhy.samples import SampleSet, SampleWriter


class MeanNetwork(nn.Module):
    """Says minus and plus the mean of the first channel: its answer is known."""

    def __init__(self) -> None:
        super().__init__()
        self.factor = nn.Parameter(torch.tensor([-1.0, 1.0]))

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        return samples[:, 0].mean((1, 2))[:, None] * self.factor


@pytest.fixture
def model() -> Model:
    channel = ChannelCard(name="DNA", mean=100, std=50, low=0, high=200)
    card = ModelCard(
        name="mean",
        network=NetworkOptions(),
        classes=("dim", "bright"),
        channels=(channel,),
        size_px=(8, 8),
        dtype="uint16",
        temperature=2.0,
    )
    return Model(MeanNetwork(), card)


@pytest.fixture
def pixels() -> np.ndarray:
    rng = np.random.default_rng(0)
    return rng.integers(0, 200, (23, 1, 8, 8)).astype(np.uint16)


def expected(pixels: np.ndarray) -> np.ndarray:
    """The probabilities by hand: softmax of -m and +m over the temperature."""
    mean = (pixels.astype(float)[:, 0].mean((1, 2)) - 100) / 50
    bright = 1 / (1 + np.exp(-2 * mean / 2.0))
    return np.stack([1 - bright, bright], axis=1)


def test_probabilities_are_the_calibrated_softmax_in_the_order_of_the_rows(model, pixels):
    said = predict(model, pixels, PredictOptions(batch_size=5, precision="fp32"))
    np.testing.assert_allclose(said, expected(pixels), atol=1e-5)
    np.testing.assert_allclose(said.sum(1), 1, atol=1e-6)


def test_a_sample_set_gives_the_same_with_its_channels_in_another_order(tmp_path, model, pixels):
    both = np.concatenate([np.zeros_like(pixels), pixels], axis=1)
    path = tmp_path / "samples.h5"
    with SampleWriter(path, channels=("Golgi", "DNA"), size_px=(8, 8), dtype=np.uint16) as writer:
        writer.append(both)
    with SampleSet(path) as samples:
        said = predict(model, samples, PredictOptions(batch_size=7), rows=[4, 2])
    np.testing.assert_allclose(said, expected(pixels[[4, 2]]), atol=1e-2)


def test_the_network_is_left_as_it_was_found(model, pixels):
    model.network.train()
    predict(model, pixels)
    assert model.network.training
    assert next(model.network.parameters()).device.type == "cpu"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda p: p[:, :, :6], r"6 x 8 px and the model takes 8 x 8 px"),
        (lambda p: np.repeat(p, 2, axis=1), "2 channels and the model takes DNA"),
        (lambda p: np.where(p > 190, np.nan, p.astype(float)), "NaN"),
    ],
)
def test_samples_that_do_not_fit_are_refused(model, pixels, change, message):
    with pytest.raises(DataError, match=message):
        predict(model, change(pixels))


def test_no_samples_give_no_rows(model, pixels):
    assert predict(model, pixels[:0]).shape == (0, 2)


def test_memory_that_runs_short_halves_the_batch_and_is_said(model, pixels, monkeypatch):
    whole = MeanNetwork.forward

    def forward(self, samples):
        if len(samples) > 3:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return whole(self, samples)

    said_meanwhile = []
    task = predict_steps(model, pixels, PredictOptions(batch_size=10, precision="fp32"))
    said_meanwhile.append(next(task).message)
    monkeypatch.setattr(MeanNetwork, "forward", forward)
    said = finish(task, lambda step: said_meanwhile.append(step.message))
    np.testing.assert_allclose(said, expected(pixels), atol=1e-5)
    assert "Memory is short: 2 samples at once" in said_meanwhile


class FullGpu(Runtime):
    """Says that it is a GPU, and holds no sample at all."""

    def place_network(self, network: nn.Module) -> None:
        pass

    def place(self, value: torch.Tensor) -> torch.Tensor:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    def describe(self) -> str:
        return "GPU"


def test_where_one_sample_is_too_much_for_the_gpu_the_cpu_predicts(model, pixels, monkeypatch):
    monkeypatch.setattr(
        Model, "normalise", lambda self, given, _: normalise(given, self.card, "cpu")
    )
    said_meanwhile = []
    task = predict_steps(model, pixels, PredictOptions(batch_size=4), runtime=FullGpu("cuda"))
    said = finish(task, lambda step: said_meanwhile.append(step.message))
    np.testing.assert_allclose(said, expected(pixels), atol=1e-5)
    assert list(dict.fromkeys(said_meanwhile)) == [
        "GPU",
        "Memory is short: 2 samples at once",
        "Memory is short: 1 samples at once",
        "Memory is short: 4 samples at once",
        "CPU",
    ]


def test_the_clock_decides_nothing(model, pixels, monkeypatch):
    """However busy the computer is: every look at the clock here is a failure."""

    def look(*_):
        raise AssertionError("the clock was asked")

    with monkeypatch.context() as patch:
        for name in ("time", "perf_counter", "monotonic", "process_time"):
            patch.setattr(time, name, look)
        said = predict(model, pixels)
    assert said.tobytes() == predict(model, pixels, PredictOptions(precision="fp32")).tobytes()


def test_what_runs_between_two_steps_may_learn(model, pixels):
    for _ in predict_steps(model, pixels, PredictOptions(batch_size=10)):
        assert not torch.is_inference_mode_enabled()
