from __future__ import annotations

import numpy as np
import pytest
import torch

from napari_seewhy.errors import DataError, OptionError
from napari_seewhy.explaining import ExplainOptions
from napari_seewhy.explaining.explain import explain, explain_steps, list_layers
from napari_seewhy.explaining.probe import METHODS
from napari_seewhy.models.running.predict import predict
from napari_seewhy.progress import finish
from napari_seewhy.samples import SampleSet, SampleWriter

EXACT = ExplainOptions(precision="fp32")


def test_the_heatmap_is_where_the_reason_of_the_class_lies(toy, spots):
    heatmaps = explain(toy, spots, EXACT)
    assert (heatmaps.target == 1).all()
    grid = np.zeros((8, 8))
    grid[1:3, 2:4] = 1
    expected = np.arange(1, 12)[:, None, None] * grid / 64
    np.testing.assert_allclose(heatmaps.grid, expected, atol=1e-6)


def test_heatmaps_are_as_large_as_the_samples_and_brightest_in_the_reason(toy, spots):
    values = explain(toy, spots, EXACT).values
    assert values.shape == (11, 32, 32)
    y, x = np.unravel_index(values[3].argmax(), (32, 32))
    assert 4 <= y < 12
    assert 8 <= x < 16
    assert values[3, 20:].max() == 0


def test_a_class_that_nothing_speaks_for_has_a_heatmap_of_zeros(toy, spots):
    heatmaps = explain(toy, spots, EXACT.change(of="dim"))
    assert (heatmaps.target == 0).all()
    np.testing.assert_array_equal(heatmaps.values, 0)


def test_the_probabilities_are_those_of_predict(small, spots):
    heatmaps = explain(small, spots, EXACT)
    np.testing.assert_allclose(heatmaps.probability, predict(small, spots), atol=1e-2)
    np.testing.assert_array_equal(heatmaps.target, heatmaps.probability.argmax(1))


@pytest.mark.parametrize("method", METHODS)
def test_batches_change_nothing(small, spots, method):
    at_once, in_batches = (
        explain(small, spots, EXACT.change(method=method, batch_size=size)).grid for size in (64, 3)
    )
    assert at_once.max() > 0
    np.testing.assert_allclose(at_once, in_batches, atol=1e-5 * at_once.max())


@pytest.mark.parametrize("method", METHODS)
def test_samples_without_any_signal_give_finite_heatmaps(small, method):
    values = explain(
        small, np.zeros((2, 2, 32, 32), np.float32), EXACT.change(method=method)
    ).values
    assert np.isfinite(values).all()
    assert (values >= 0).all()


def test_a_sample_set_is_streamed_in_the_order_of_the_rows(tmp_path, toy, spots):
    path = tmp_path / "samples.h5"
    channels = ("Golgi", "DNA")
    with SampleWriter(path, channels=channels, size_px=(32, 32), dtype=np.float32) as writer:
        writer.append(spots[:, ::-1])
    with SampleSet(path) as samples:
        heatmaps = explain(toy, samples, EXACT.change(batch_size=2), rows=[7, 2, 5])
    np.testing.assert_allclose(heatmaps.grid, explain(toy, spots, EXACT).grid[[7, 2, 5]], atol=1e-6)


def test_the_network_is_left_as_it_was_found(small, spots):
    small.network.train()
    before = [weight.clone() for weight in small.network.state_dict().values()]
    explain(small, spots)
    assert small.network.training
    assert all(weight.requires_grad for weight in small.network.parameters())
    assert not any(module._forward_hooks for module in small.network.modules())
    after = small.network.state_dict().values()
    assert all(torch.equal(*pair) for pair in zip(before, after, strict=True))


def test_a_stopped_task_leaves_no_hook(small, spots):
    task = explain_steps(small, spots, EXACT.change(batch_size=2))
    next(task)
    next(task)
    task.close()
    assert not any(module._forward_hooks for module in small.network.modules())


def test_every_batch_is_a_step(small, spots):
    done = []
    finish(
        explain_steps(small, spots, EXACT.change(batch_size=4)), lambda step: done.append(step.done)
    )
    assert done[0] == 0
    assert done[-1] == 11
    assert len(done) == 4


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory."),
        RuntimeError("MPS backend out of memory (MPS allocated: 9.06 GB)"),
        RuntimeError("[enforce fail at alloc_cpu.cpp:121] DefaultCPUAllocator: can't allocate"),
    ],
)
def test_memory_that_runs_short_halves_the_batch_and_is_said(toy, spots, monkeypatch, error):
    whole = type(toy.network).forward

    def forward(self, samples):
        if len(samples) > 3:
            raise error
        return whole(self, samples)

    task = explain_steps(toy, spots, EXACT.change(batch_size=10))
    messages = [next(task).message]
    monkeypatch.setattr(type(toy.network), "forward", forward)
    heatmaps = finish(task, lambda step: messages.append(step.message))
    assert heatmaps.grid[10].max() == pytest.approx(11 / 64)
    assert "Memory is short: 2 samples at once" in messages


def test_no_samples_give_no_heatmaps(small, spots):
    heatmaps = explain(small, spots[:0])
    assert heatmaps.values.shape == (0, 32, 32)
    assert heatmaps.probability.shape == (0, 2)


def test_a_class_that_the_model_does_not_know_is_refused(small, spots):
    with pytest.raises(OptionError, match="no class 'G3'; choose one of dim, bright"):
        explain(small, spots, ExplainOptions(of="G3"))


def test_samples_of_another_size_are_refused(small, spots):
    with pytest.raises(DataError, match="cut crops of that size"):
        explain(small, spots[:, :, :20])


def test_the_layer_can_be_chosen_and_gives_its_own_grid(small, spots):
    assert "stem" in list_layers(small)
    heatmaps = explain(small, spots, EXACT.change(layer="stem"))
    assert heatmaps.layer == "stem"
    assert heatmaps.grid.shape == (11, 16, 16)
    assert heatmaps.grid.max() > 0
