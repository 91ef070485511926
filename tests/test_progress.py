from __future__ import annotations

import inspect

import pytest

from napari_seewhy.progress import Step, Task, blocking, finish, map_steps, name_steps


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


def test_a_blocking_function_returns_the_result_and_says_so_in_its_signature():
    def count_steps(n: int, *, by: int = 2) -> Task[int]:
        """Count."""
        yield Step(0, n)
        return n * by

    count = blocking(count_steps)
    assert count(3, by=4) == 12
    assert (count.__name__, count.__doc__) == ("count", "Count.")
    assert str(inspect.signature(count)) == "(n: 'int', *, by: 'int' = 2) -> 'int'"


def test_a_part_reports_as_a_part_of_the_whole_and_returns_its_result():
    steps: list[Step] = []
    part = map_steps(add_up([3, 4]), lambda step: Step(10 + step.done, 12, step.message))
    assert finish(name_steps(part, "Second half"), steps.append) == 7
    assert steps == [Step(11, 12, "Second half: Added 3"), Step(12, 12, "Second half: Added 4")]


def test_a_step_without_a_message_is_told_of_by_its_part_alone():
    steps: list[Step] = []
    finish(name_steps((one for one in [Step(1, 2)]), "Fold 1"), steps.append)
    assert steps == [Step(1, 2, "Fold 1")]
