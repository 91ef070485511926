"""How the learning rate rises and falls over a training."""

from __future__ import annotations

import math


def learning_rate_share(step: int, n_steps: int, warmup_share: float) -> float:
    """Say which share of the highest learning rate a step has: a straight rise, then a cosine.

    Parameters
    ----------
    step
        From 0.
    n_steps
        Steps of the whole training.
    warmup_share
        Share of the steps in which the rate rises.

    Examples
    --------
    >>> [round(learning_rate_share(step, 10, 0.2), 2) for step in (0, 1, 2, 6, 9)]
    [0.5, 1.0, 1.0, 0.5, 0.04]
    """
    n_warmup = round(warmup_share * n_steps)
    if step < n_warmup:
        return (step + 1) / n_warmup
    done = (step - n_warmup) / max(1, n_steps - n_warmup)
    return 0.5 * (1 + math.cos(math.pi * done))
