"""Long tasks: generators that yield a `Step` wherever they may be stopped and return their result.

The core knows no callback, signal or Qt. Who runs a task decides what a step means: a notebook
calls `finish`, the command draws a bar, a widget hands the task to the engine.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import ParamSpec, TypeAlias, TypeVar

T = TypeVar("T")
P = ParamSpec("P")
StepT = TypeVar("StepT", bound="Step")


@dataclass(frozen=True, slots=True)
class Step:
    """One report from a running task.

    Attributes
    ----------
    done, total
        Pieces of work finished and to be finished; `total` 0 means that it is not known.
    message
        What is being done now, in words for the person who waits.
    """

    done: int
    total: int
    message: str = ""


Task: TypeAlias = Generator[Step, None, T]
"""A generator of `Step` that returns a `T`."""


def finish(task: Task[T], on_step: Callable[[Step], object] | None = None) -> T:
    """Run `task` to its end and return what it returns.

    Parameters
    ----------
    task
        A generator such as `segment_steps(...)`.
    on_step
        Called with every `Step`; what it returns is ignored.

    Examples
    --------
    >>> def count(n):
    ...     for i in range(n):
    ...         yield Step(i + 1, n)
    ...     return n
    >>> finish(count(3))
    3
    """
    while True:
        try:
            step = next(task)
        except StopIteration as end:
            result: T = end.value
            return result
        if on_step is not None:
            on_step(step)


def blocking(steps: Callable[P, Task[T]]) -> Callable[P, T]:
    """Make of a long task the function that runs it to its end, for notebooks and scripts.

    Parameters
    ----------
    steps
        Function that makes a task, whose name ends in ``_steps``.

    Returns
    -------
    function
        With the same parameters and documentation, under the name without ``_steps``.

    Examples
    --------
    >>> def count_steps(n):
    ...     yield Step(n, n)
    ...     return n
    >>> count = blocking(count_steps)
    >>> count.__name__, count(3)
    ('count', 3)
    """

    @functools.wraps(steps)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        return finish(steps(*args, **kwargs))

    run.__name__ = steps.__name__.removesuffix("_steps")
    run.__qualname__ = steps.__qualname__.removesuffix("_steps")
    # What it returns is no task any more; the rest of the signature stays.
    signature = inspect.signature(steps)
    returned = str(signature.return_annotation).removeprefix("Task[").removesuffix("]")
    run.__dict__["__signature__"] = signature.replace(return_annotation=returned)
    run.__annotations__ = steps.__annotations__ | {"return": returned}
    return run


def map_steps(task: Task[T], change: Callable[[Step], StepT]) -> Generator[StepT, None, T]:
    """Run `task` with every report changed, and return what it returns.

    Parameters
    ----------
    task
        A part of a larger task.
    change
        Says how the report of the part reads in the whole.
    """
    while True:
        try:
            step = next(task)
        except StopIteration as end:
            result: T = end.value
            return result
        yield change(step)


def name_steps(task: Task[T], about: str) -> Task[T]:
    """Run `task` with messages that begin with what it is about."""

    def name(step: Step) -> Step:
        return replace(step, message=f"{about}: {step.message}" if step.message else about)

    return map_steps(task, name)
