from __future__ import annotations

import pytest

from napari_seewhy.progress import Step, Task, finish


def add_up(numbers: list[int]) -> Task[int]:
    total = 0
    for done, number in enumerate(numbers, start=1):
        total += number
        yield Step(done, len(numbers), f"Added {number}")
    return total


def test_finish_returns_the_result_and_reports_every_step():
    steps: list[Step] = []
    assert finish(add_up([3, 4]), steps.append) == 7
    assert steps == [Step(1, 2, "Added 3"), Step(2, 2, "Added 4")]


def test_finish_works_without_a_listener_and_without_steps():
    assert finish(add_up([])) == 0


def test_an_error_of_the_task_comes_through():
    with pytest.raises(TypeError):
        finish(add_up([1, None]))
