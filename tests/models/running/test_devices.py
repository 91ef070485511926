from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from torch import nn

from napari_seewhy.errors import OptionError
from napari_seewhy.models.running import devices
from napari_seewhy.models.running.devices import (
    Runtime,
    choose_device,
    choose_fastest,
    is_memory_short,
    list_runtimes,
)

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def no_gpu(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)


def test_auto_takes_the_gpu_where_there_is_one(monkeypatch, no_gpu):
    assert choose_device("auto") == "cpu"
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert choose_device("auto") == "mps"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert choose_device("auto") == "cuda"
    assert choose_device("cpu") == "cpu"


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_a_device_that_is_not_there_is_refused(no_gpu, device):
    with pytest.raises(OptionError, match=f"no {device} that torch can use; choose auto or cpu"):
        choose_device(device)


class Clock:
    """Goes on by what each runtime is said to take, times how busy the computer is just then."""

    def __init__(self, monkeypatch, seconds, busy=lambda turn: 1.0) -> None:
        self._seconds, self._busy, self._now = seconds, busy, 0.0
        self.turns: list[Runtime] = []
        monkeypatch.setattr(devices.time, "perf_counter", lambda: self._now)

    def prepare(self, runtime: Runtime) -> Callable[[], None]:
        self._now += 100  # is not timed

        def work() -> None:
            self._now += self._seconds[runtime] * self._busy(len(self.turns))
            self.turns.append(runtime)

        return work


@pytest.mark.parametrize(
    ("times", "fastest"),
    [
        ((1.0, 0.5, 0.4, 0.8), 2),
        ((1.0, 0.95, 0.93, 0.97), 0),  # hardly faster: the safest stays
        ((1.0, 2.0, 3.0, 4.0), 0),
    ],
)
def test_the_fastest_way_is_taken_if_it_pays(monkeypatch, times, fastest):
    runtimes = list_runtimes("cpu")
    clock = Clock(monkeypatch, dict(zip(runtimes, times, strict=True)))
    assert choose_fastest(runtimes, clock.prepare) == runtimes[fastest]


@pytest.mark.parametrize("burst", [(0, 4), (5, 9), (8, 14)])
def test_a_moment_in_which_the_computer_is_busy_does_not_decide(monkeypatch, burst):
    runtimes = list_runtimes("cpu")
    times = dict(zip(runtimes, (0.1, 0.09, 0.05, 0.2), strict=True))
    first, last = burst
    clock = Clock(monkeypatch, times, lambda turn: 10.0 if first <= turn < last else 1.0)
    assert choose_fastest(runtimes, clock.prepare) == runtimes[2]


def test_all_take_turns_and_the_much_slower_have_two(monkeypatch):
    runtimes = list_runtimes("cpu")
    clock = Clock(monkeypatch, dict(zip(runtimes, (0.1, 0.1, 0.4, 0.1), strict=True)))
    choose_fastest(runtimes, clock.prepare, n_rounds=3)
    assert clock.turns == [*runtimes, *runtimes, runtimes[0], runtimes[1], runtimes[3]]


def test_long_work_is_timed_twice_only(monkeypatch):
    runtimes = list_runtimes("cpu", "fp32")
    clock = Clock(monkeypatch, dict.fromkeys(runtimes, 3.0))
    choose_fastest(runtimes, clock.prepare)
    assert clock.turns == runtimes * 2


def test_a_precision_that_was_asked_for_is_kept():
    assert not any(runtime.use_bf16 for runtime in list_runtimes("cpu", "fp32"))
    assert all(runtime.use_bf16 for runtime in list_runtimes("cpu", "bf16"))
    assert {runtime.use_bf16 for runtime in list_runtimes("cpu", "auto")} == {True, False}


def test_samples_and_networks_are_placed_in_the_layout():
    runtime = Runtime("cpu", use_channels_last=True)
    network = nn.Conv2d(3, 4, 3)
    runtime.place_network(network)
    assert network.weight.is_contiguous(memory_format=torch.channels_last)
    placed = runtime.place(torch.zeros(2, 3, 8, 8))
    assert placed.is_contiguous(memory_format=torch.channels_last)
    Runtime("cpu").place_network(network)
    assert network.weight.is_contiguous()


def test_bf16_is_used_in_products_only():
    runtime = Runtime("cpu", use_bf16=True)
    layer = nn.Linear(4, 4)
    with runtime.autocast():
        assert layer(torch.zeros(1, 4)).dtype == torch.bfloat16
    assert layer.weight.dtype == torch.float32
    assert runtime.describe() == "CPU, bf16"


def test_memory_that_is_short_is_known_from_other_errors():
    with pytest.raises(RuntimeError) as too_much:
        torch.empty(2**60)
    assert is_memory_short(too_much.value)
    assert is_memory_short(torch.OutOfMemoryError("CUDA error"))
    assert is_memory_short(RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)"))
    with pytest.raises(RuntimeError) as other:
        torch.zeros(3) @ torch.zeros(4)
    assert not is_memory_short(other.value)
