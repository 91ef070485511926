"""`Budget`: how long a search may run, in trials or until a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from napari_seewhy.training.tuning.options import TuneOptions


@dataclass(frozen=True, slots=True)
class Budget:
    """How long a search may run.

    Attributes
    ----------
    start
        When it began.
    end
        When its model should be ready; None where time does not matter.
    most_trials
        Trials after which it ends; None where they do not matter.
    """

    start: datetime
    end: datetime | None
    most_trials: int | None

    def is_used_up(self, n_finished: int, now: datetime, reserve: timedelta) -> bool:
        """Say whether no further trial should begin, or the one that runs should end.

        A search without one finished trial is worth nothing; so time never ends the first.

        Parameters
        ----------
        n_finished
            Trials that came to an end so far.
        now
            The moment.
        reserve
            Time that is needed afterwards, to train the winner.
        """
        if self.most_trials is not None and n_finished >= self.most_trials:
            return True
        return self.end is not None and n_finished > 0 and now + reserve >= self.end

    def share_used(self, n_finished: int, now: datetime) -> float:
        """Return how much of it is used up, 0 to 1."""
        shares = [0.0]
        if self.most_trials is not None:
            shares.append(n_finished / self.most_trials)
        if self.end is not None:
            shares.append((now - self.start) / (self.end - self.start))
        return min(1.0, max(shares))


def make_budget(options: TuneOptions, now: datetime) -> Budget:
    """Turn what was asked for into a budget that begins now."""
    ends = []
    if options.hours is not None:
        ends.append(now + timedelta(hours=options.hours))
    if options.until:
        ends.append(next_time(options.until, now))
    return Budget(now, min(ends, default=None), options.most_trials)


def next_time(clock: str, now: datetime) -> datetime:
    """Return the next moment at which a clock shows this time.

    Parameters
    ----------
    clock
        Hours and minutes.
    now
        The moment, in the time of the clock.

    Examples
    --------
    >>> print(next_time("07:00", datetime(2024, 5, 31, 22, 15)))
    2024-06-01 07:00:00
    >>> print(next_time("23:30", datetime(2024, 5, 31, 22, 15)))
    2024-05-31 23:30:00
    """
    hour, minute = map(int, clock.split(":"))
    today = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return today if today > now else today + timedelta(days=1)
