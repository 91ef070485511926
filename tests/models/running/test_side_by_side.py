"""Calls side by side: the results in order, one thread of torch each, and all put back."""

from __future__ import annotations

import threading

import pytest
import torch

from napari_seewhy.models.running import Runtime, run_side_by_side

ON_CPU = Runtime("cpu")


@pytest.fixture
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("two_threads")
def test_two_calls_run_at_once_with_one_thread_each_and_come_in_order():
    both_here = threading.Barrier(2, timeout=20)

    def call(i: int) -> tuple[int, int]:
        both_here.wait()  # breaks unless two calls are inside at once
        return i, torch.get_num_threads()

    assert list(run_side_by_side(call, range(6), ON_CPU)) == [(i, 1) for i in range(6)]
    assert torch.get_num_threads() == 2


@pytest.mark.usefixtures("two_threads")
def test_one_input_and_a_gpu_leave_the_threads_to_torch():
    def call(_: int) -> tuple[int, str]:
        return torch.get_num_threads(), threading.current_thread().name

    here = threading.current_thread().name
    assert list(run_side_by_side(call, [1], ON_CPU)) == [(2, here)]
    assert list(run_side_by_side(call, [1, 2], Runtime("cuda"))) == [(2, here)] * 2


@pytest.mark.usefixtures("two_threads")
def test_the_first_error_is_raised_and_the_threads_are_put_back():
    def fail(i: int) -> int:
        if i == 1:
            raise RuntimeError("not enough memory")
        return i

    with pytest.raises(RuntimeError, match="not enough memory"):
        list(run_side_by_side(fail, range(9), ON_CPU))
    assert torch.get_num_threads() == 2
