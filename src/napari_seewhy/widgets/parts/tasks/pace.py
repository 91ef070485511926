"""How long a training will still take, as far as its pace so far tells."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from napari_seewhy.progress import Step

_LEAST_S = 2.0
"""The first batches say little: libraries are still being loaded."""


class Pace:
    """Measures the pace of a task from its first counted step on."""

    def __init__(self) -> None:
        self._start: tuple[float, int] | None = None

    def say_left(self, step: Step, now_s: float | None = None) -> str:
        """Say how long it still takes at most, "" while that is not known.

        Parameters
        ----------
        step
            The latest.
        now_s
            The time now, in seconds on any clock that runs evenly.

        Examples
        --------
        >>> from napari_seewhy.progress import Step
        >>> pace = Pace()
        >>> pace.say_left(Step(0, 100), 5.0)
        ''
        >>> pace.say_left(Step(10, 100), 25.0)
        'at most 3 min left'
        """
        now = time.monotonic() if now_s is None else now_s
        if not step.total:
            return ""
        if self._start is None:
            self._start = (now, step.done)
        began, first = self._start
        if step.done <= first or now - began < _LEAST_S:
            return ""
        left_s = (step.total - step.done) * (now - began) / (step.done - first)
        return f"at most {say_duration(left_s)} left"


def say_duration(duration_s: float) -> str:
    """Say a duration as a person would.

    Examples
    --------
    >>> [say_duration(s) for s in (3.2, 59, 61, 4000)]
    ['4 s', '59 s', '2 min', '1 h 7 min']
    """
    if duration_s < 60:
        return f"{int(duration_s) + (duration_s % 1 > 0)} s"
    minutes = int(-(-duration_s // 60))
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
