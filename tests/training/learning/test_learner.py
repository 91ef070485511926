"""A learner whose memory runs out; the GPU is played by the CPU."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional

from napari_seewhy.errors import SeewhyWarning, TaskError
from napari_seewhy.models.running.devices import Runtime
from napari_seewhy.training.learning import LoopOptions
from napari_seewhy.training.learning.learner import Learner
from napari_seewhy.training.learning.runtimes import make_fabric

CPU = Runtime("cpu")
OPTIONS = LoopOptions(epochs=1, batch_size=8, device="cpu", precision="fp32")
SAMPLES = torch.randn(8, 1, 6, 6, generator=torch.Generator().manual_seed(0))


class FakeGpu(Runtime):
    """Says that it is a GPU, with little memory."""

    def autocast(self) -> torch.autocast:
        return torch.autocast("cpu", enabled=False)

    def place_network(self, network: HungryNetwork) -> None:
        network.is_on_gpu = True


class HungryNetwork(nn.Conv2d):
    """Takes `most` samples at once, and none on a GPU that is full."""

    def __init__(self, most: int = 8) -> None:
        super().__init__(1, 2, 1)
        self.most, self.seen = most, []
        self.is_on_gpu = self.gpu_is_full = False

    def to(self, *args, **kwargs) -> nn.Module:
        self.is_on_gpu = False
        return super().to(*args, **kwargs)

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        self.seen.append(len(samples))
        if len(samples) > self.most or (self.is_on_gpu and self.gpu_is_full):
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return super().forward(samples)


def make_learner(runtime: Runtime = CPU, most: int = 8) -> Learner:
    torch.manual_seed(0)
    fabric = make_fabric(CPU, OPTIONS)
    return Learner(HungryNetwork(most), functional.cross_entropy, runtime, OPTIONS, fabric)


def learn(learner: Learner, n: int = 8) -> float:
    samples = SAMPLES[:n]
    return learner.learn(samples, (samples[:, 0] > 0).long(), 0.1, seed=0)


def test_short_memory_halves_what_is_done_at_once_and_changes_no_step():
    whole, halved = make_learner(), make_learner(most=3)
    assert learn(halved) == pytest.approx(learn(whole))
    assert halved.network.seen == [8, 4, 2, 2, 2, 2]
    torch.testing.assert_close(halved.network.weight, whole.network.weight)
    learn(halved)
    assert halved.network.seen[6:] == [2, 2, 2, 2]  # it is remembered


def test_where_one_sample_is_too_much_for_the_gpu_the_cpu_goes_on_with_one_notice():
    unbroken, learner = make_learner(), make_learner(FakeGpu("cuda"))
    for one in (unbroken, learner):
        learn(one)
    learner.network.gpu_is_full = True
    with pytest.warns(SeewhyWarning, match="so the CPU continues it") as told:
        losses = [learn(learner, 1), learn(learner, 2)]
    assert len(told) == 1
    assert learner.runtime.device == "cpu"
    assert learner.n_at_once == OPTIONS.batch_size
    assert losses == pytest.approx([learn(unbroken, 1), learn(unbroken, 2)])
    torch.testing.assert_close(learner.network.weight, unbroken.network.weight)
    torch.testing.assert_close(learner.average.weight, unbroken.average.weight)


def test_work_beside_learning_that_is_too_much_for_the_gpu_goes_to_the_cpu_too():
    learner = make_learner(FakeGpu("cuda"))
    learner.average.gpu_is_full = True
    with pytest.warns(SeewhyWarning, match="too little memory"):
        said = learner.within_memory(lambda runtime: (runtime.device, learner.average(SAMPLES)))
    assert said[0] == "cpu"
    assert said[1].shape == (8, 2, 6, 6)


def test_one_sample_that_is_too_much_for_the_cpu_is_refused():
    learner = make_learner(most=0)
    with pytest.raises(TaskError, match="not enough memory for 1 sample"):
        learn(learner)
    with pytest.raises(TaskError, match="not enough memory for 1 sample"):
        learner.within_memory(lambda _: learner.network(SAMPLES))


def test_other_errors_are_not_taken_for_short_memory():
    with pytest.raises(RuntimeError, match="channels"):
        make_learner().learn(torch.zeros(1, 5, 6, 6), torch.zeros(1), 0.1, seed=0)
