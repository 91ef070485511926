"""Draw what lies in the dish: every cell with its phase, place, shape and insides, and debris.

All chance about the cells is spent here, from a stream of its own for each cell, so that a cell
looks the same whatever lies beside it. What follows only paints what was drawn.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from simulating.fields.organelles import (
    draw_aster,
    draw_nucleoli,
    draw_ribbon,
    draw_spindle,
    draw_vesicles,
)
from simulating.fields.outlines import Outline
from simulating.fields.phases import (
    INTERPHASE_SHARES,
    PHASES,
    STAGE_SHARES,
    State,
    traits_of,
)
from simulating.fields.placing import place_nuclei
from simulating.fields.plan import Dish, PlannedCell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.random import Generator, SeedSequence
    from numpy.typing import NDArray

    from simulating.fields.simulate_options import SimulateOptions

ROUND_CELL_UM = 8.5
"""Radius of a cell in mitosis, which has let go of the dish."""

DAUGHTERS_UM = 9.0
"""Distance of the chromosomes of the two daughters in anaphase."""

STAIN_SPREAD = (0.045, 0.18, 0.22, 0.18)
"""How unevenly cells take up each stain (DNA, Golgi, CENP-F, microtubules), standard deviation."""


def draw_dish(options: SimulateOptions, seed: SeedSequence) -> Dish:
    """Draw the cells and the debris of one field.

    Raises
    ------
    OptionError
        If the cells do not fit into the field.
    """
    place_seed, debris_seed, *cell_seeds = seed.spawn(2 + options.n_cells)
    rngs = [np.random.default_rng(cell_seed) for cell_seed in cell_seeds]
    states = [_draw_state(options, rng) for rng in rngs]
    rooms = [_draw_room(state, rng) for state, rng in zip(states, rngs, strict=True)]
    places = place_nuclei(rooms, options, np.random.default_rng(place_seed))
    cells: list[PlannedCell] = []
    for state, room, (y_um, x_um), rng in zip(states, rooms, places, rngs, strict=True):
        cells += _draw_cells(state, replace(room, y_um=float(y_um), x_um=float(x_um)), rng)
    return Dish(tuple(cells), _draw_debris(options, np.random.default_rng(debris_seed)))


def _draw_state(options: SimulateOptions, rng: Generator) -> State:
    if rng.random() < options.mitotic_share:
        stages = list(STAGE_SHARES)
        return State("M", stages[rng.choice(len(stages), p=list(STAGE_SHARES.values()))], 0.0)
    phase = PHASES[rng.choice(len(INTERPHASE_SHARES), p=INTERPHASE_SHARES)]
    return State(phase, "interphase", float(rng.random()))


def _draw_room(state: State, rng: Generator) -> Outline:
    """Draw what must not overlap: the nucleus, or the whole round cell where there is none."""
    if state.stage in ("metaphase", "anaphase"):
        radius = 0.85 * ROUND_CELL_UM
        return Outline(0, 0, radius, radius, rng.uniform(0, np.pi), np.zeros((0, 2)))
    area = traits_of(state).nucleus_area_um2 * rng.lognormal(0, 0.09)
    return _draw_outline(np.zeros(2), area, rng.uniform(1.05, 1.55), 0.03, rng)


def _draw_outline(
    center: NDArray[np.float64], area_um2: float, aspect: float, waviness: float, rng: Generator
) -> Outline:
    heights = waviness * rng.standard_normal(5) / np.sqrt(np.arange(1, 6))
    waves = np.column_stack([np.clip(heights, -0.15, 0.15), rng.uniform(0, 2 * np.pi, 5)])
    radius = np.sqrt(area_um2 / np.pi)
    long_um, short_um = float(radius * np.sqrt(aspect)), float(radius / np.sqrt(aspect))
    angle = float(rng.uniform(0, np.pi))
    return Outline(float(center[0]), float(center[1]), long_um, short_um, angle, waves)


def _draw_cells(state: State, room: Outline, rng: Generator) -> Iterator[PlannedCell]:
    """Draw the cell that lives in a room; an anaphase gives its two daughters."""
    center = np.array([room.y_um, room.x_um])
    across = np.array([np.cos(room.angle), -np.sin(room.angle)])
    if state.stage == "metaphase":
        poles = center + np.outer([5.5, -5.5], across)
        yield _draw_dividing(state, center, room.angle, poles, rng)
    elif state.stage == "anaphase":
        for side in (0.5, -0.5):
            plate = center + side * DAUGHTERS_UM * across
            ends = np.stack([plate + 5 * side * across, center - 2 * side * across])
            yield _draw_dividing(state, plate, room.angle, ends, rng)
    else:
        yield _draw_interphase(state, room, rng)


def _draw_dividing(
    state: State,
    center: NDArray[np.float64],
    angle: float,
    poles: NDArray[np.float64],
    rng: Generator,
) -> PlannedCell:
    """Draw a round cell with a plate of chromosomes at `center` and a spindle."""
    traits = traits_of(state)
    area = traits.nucleus_area_um2 * rng.lognormal(0, 0.08)
    plate = replace(
        _draw_outline(center, area, rng.uniform(2.0, 2.9), 0.07, rng), angle=angle, squareness=2.5
    )
    radius = ROUND_CELL_UM if state.stage == "metaphase" else 0.8 * ROUND_CELL_UM
    body = _draw_outline(center, np.pi * radius**2, 1.05, 0.02, rng)
    return PlannedCell(
        state=state,
        nucleus=plate,
        body=body,
        dna=traits.dna,
        marker=traits.marker * float(rng.lognormal(0, 0.15)),
        stain=_draw_stain(rng),
        golgi=draw_vesicles(body, plate, traits, rng),
        fibres=draw_spindle(poles, plate, rng),
        nucleoli=np.zeros((0, 3)),
        texture_seed=int(rng.integers(2**32)),
    )


def _draw_interphase(state: State, nucleus: Outline, rng: Generator) -> PlannedCell:
    """Draw a cell spread on the dish, or one in prophase, which still has its nucleus."""
    traits = traits_of(state)
    towards = float(rng.uniform(0, 2 * np.pi))
    direction = np.array([np.sin(towards), np.cos(towards)])
    center = np.array([nucleus.y_um, nucleus.x_um])
    area = (5.0 if state.phase != "M" else 2.6) * nucleus.long_um * nucleus.short_um * np.pi
    # The nucleus lies off the middle of the cell, on the side away from the Golgi.
    middle = center + 0.25 * nucleus.short_um * direction
    body = _draw_outline(middle, area * rng.lognormal(0, 0.15), rng.uniform(1.1, 2.0), 0.09, rng)
    start = center + (nucleus.radius_towards(towards) + 1.0) * direction
    return PlannedCell(
        state=state,
        nucleus=nucleus,
        body=body,
        dna=traits.dna,
        marker=traits.marker * float(rng.lognormal(0, 0.25)),
        stain=_draw_stain(rng),
        golgi=draw_ribbon(nucleus, towards, traits, rng),
        fibres=draw_aster(start, body.long_um, rng),
        nucleoli=draw_nucleoli(nucleus, rng),
        texture_seed=int(rng.integers(2**32)),
    )


def _draw_stain(rng: Generator) -> NDArray[np.float64]:
    return np.exp(np.array(STAIN_SPREAD) * rng.standard_normal(len(STAIN_SPREAD)))


def _draw_debris(options: SimulateOptions, rng: Generator) -> NDArray[np.float64]:
    """Draw dead cells' remains in small heaps: ``(N, 4)`` y, x, radius and brightness."""
    side_um = options.size_px * options.pixel_size_um
    n = options.n_debris
    heaps = rng.uniform(0, side_um, (max(1, n // 3), 2))
    centers = heaps[rng.integers(len(heaps), size=n)] + 3.0 * rng.standard_normal((n, 2))
    radii = 0.6 + 2.0 * rng.random(n) ** 2
    brightness = rng.lognormal(0.4, 0.6, n)
    # Some float above the dish, out of focus: large and dim.
    floats = rng.random(n) < 0.15
    return np.column_stack(
        [centers, np.where(floats, 5 * radii, radii), np.where(floats, 0.12, 1) * brightness]
    )
