"""Simulate many dishes on several days: each with its own focus, light, contrast and course."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulating.dishes.cardiac_dish import SimulatedDish, simulate_dish
from simulating.dishes.dish_options import DishOptions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.random import Generator

DAYS = (6, 8, 10, 14)
"""Days after the start of differentiation on which a dish is looked at."""

_DISHES_PER_SEED = 100

HIGHEST = 0.6
"""Efficiency that the best dish reaches."""


class DishOnDay(NamedTuple):
    """One dish on one day.

    Attributes
    ----------
    name
        Such as ``dish_001_day_08``.
    dish, day
        Which dish, and how many days after the start of differentiation.
    drawn
        The picture, its truth and its options.
    """

    name: str
    dish: str
    day: int
    drawn: SimulatedDish


def simulate_dishes(
    n: int, seed: int = 0, *, days: Sequence[int] = DAYS, size_px: int = 512
) -> Iterator[DishOnDay]:
    """Draw `n` dishes, each on every day at another place, with efficiencies from 0 to 60 %.

    Every dish ends at an efficiency of its own and gets there at its own pace. On every day the
    microscope is set again: focus, light, contrast and exposure; only the marker is always exposed
    alike, so that one threshold holds for all dishes.

    Parameters
    ----------
    n
        Number of dishes.
    seed
        The same seed gives the same pixels; the first dishes are the same for every `n`.
    days
        On which days each dish is pictured.
    size_px
        Height and width of each field.

    Yields
    ------
    One per dish and day, dish by dish, drawn when it is asked for.
    """
    for number in range(n):
        rng = np.random.default_rng([seed, number])
        # Numbered on from seed to seed: dishes to learn from and to judge by never share a name.
        dish = f"dish_{_DISHES_PER_SEED * seed + number + 1:03d}"
        for day, options in _draw_days(days, size_px, rng):
            yield DishOnDay(f"{dish}_day_{day:02d}", dish, day, simulate_dish(options))


def _draw_days(
    days: Sequence[int], size_px: int, rng: Generator
) -> Iterator[tuple[int, DishOptions]]:
    """Draw the course of one dish, and how the microscope is set on each day."""
    final, half_way_day = rng.uniform(0, HIGHEST), rng.uniform(7, 9)
    dense_others, spread = rng.uniform(0.1, 0.4), rng.uniform(0.35, 0.55)
    for day in days:
        yield (
            day,
            DishOptions(
                size_px=size_px,
                efficiency=efficiency_on(day, final, half_way_day),
                fated=final,
                dense_others=dense_others,
                n_dead=int(rng.integers(3, 25) * (size_px / 512) ** 2),
                contrast=rng.uniform(0.7, 1.3),
                defocus_um=rng.uniform(-6, 6),
                vignetting=rng.uniform(0.05, 0.4),
                exposure=rng.uniform(0.5, 2),
                marker_spread=spread,
                marker_haze=rng.uniform(0.2, 0.4),
                seed=int(rng.integers(2**31)),
            ),
        )


def efficiency_on(day: float, final: float, half_way_day: float) -> float:
    """Give the share of cardiomyocytes on a day: an S-shaped rise that ends at `final`."""
    return float(final / (1 + np.exp(-1.3 * (day - half_way_day))))
