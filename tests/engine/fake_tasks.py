"""Tasks for the child process: it imports them by name, as it does those of the core."""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from napari_seewhy.errors import DataError, SeewhyWarning
from napari_seewhy.progress import Step, Task

if TYPE_CHECKING:
    import numpy as np


def double(pixels: np.ndarray) -> Task[np.ndarray]:
    yield Step(1, 1, "Doubling")
    return pixels * 2


def count(n: int) -> Task[int]:
    for i in range(n):
        yield Step(i + 1, n, "Counting")
    return n


def say_saving(seconds: float) -> Task[None]:
    """Two steps at once and then a long wait: the second is what the person must see."""
    yield Step(1, 2, "Reading")
    yield Step(2, 2, "Saving")
    time.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Measured(Step):
    """A step that says a figure once."""

    figure: int = 0


def measure_then_count(n: int) -> Task[None]:
    """Say a figure before many plain steps."""
    yield Measured(0, 0, "Measured", 1)
    yield from count(n)


def measure_once(n: int) -> Task[None]:
    """Say a figure just before the end."""
    yield from count(n)
    yield Measured(0, 0, "Measured", 2)


def never_end(trace: str = "") -> Task[None]:
    """Step for ever; write to the file `trace` when it is closed tidily."""
    try:
        while True:
            yield Step(0, 0, "Going on")
            time.sleep(0.01)
    finally:
        if trace:
            Path(trace).write_text("tidy", encoding="utf-8")


def hang() -> Task[None]:
    """Never come to the next step."""
    yield Step(0, 0, "Hanging")
    time.sleep(1000)


def refuse() -> Task[None]:
    yield Step(0, 1)
    raise DataError("The image is too small; take a larger one.")


class _TwoArgumentsError(DataError):
    """It can be pickled, and not read again: Python gives back the one argument that it knows."""

    def __init__(self, sentence: str, row: int) -> None:
        super().__init__(sentence)
        self.row = row


def refuse_unreadably() -> Task[None]:
    yield Step(0, 1)
    raise _TwoArgumentsError("The image is too small; take a larger one.", 3)


def divide_by_zero() -> Task[float]:
    yield Step(0, 1)
    print("on the way")
    return 1 / 0


def use_up_memory() -> Task[NoReturn]:
    yield Step(0, 1)
    raise MemoryError


def be_killed() -> Task[None]:
    yield Step(0, 1)
    os.kill(os.getpid(), signal.SIGKILL)


def crash() -> Task[None]:
    yield Step(0, 1)
    faulthandler._sigsegv()


def leave() -> Task[NoReturn]:
    yield Step(0, 1)
    sys.exit(3)


def return_a_function() -> Task[object]:
    yield Step(0, 1)
    return lambda: None


def warn() -> Task[None]:
    yield Step(0, 1)
    warnings.warn("Pixels are not square.", SeewhyWarning, stacklevel=2)
    warnings.warn("Nobody cares.", DeprecationWarning, stacklevel=2)


def list_modules() -> Task[list[str]]:
    yield Step(1, 1)
    return list(sys.modules)


def tell_main() -> Task[tuple[int, str]]:
    """Return the number of the process and what its main module is."""
    yield Step(1, 1)
    return os.getpid(), str(getattr(sys.modules["__main__"], "__file__", ""))


def die_once(trace: str) -> Task[str]:
    """Kill the process before the first step, where the file `trace` is not there yet."""
    if not Path(trace).exists():
        Path(trace).write_text("died", encoding="utf-8")
        os._exit(9)
    yield Step(1, 1, "Alive")
    return "done"


def die_always(trace: str) -> Task[None]:
    """Note each start in the file `trace`, and die before the first step."""
    with Path(trace).open("a", encoding="utf-8") as stream:
        stream.write("x")
    os._exit(9)
    yield Step(0, 0)
