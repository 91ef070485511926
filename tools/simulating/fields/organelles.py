"""Draw what is inside a cell: the Golgi's pieces, microtubules and nucleoli."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from simulating.fields.outlines import Outline
    from simulating.fields.phases import Traits

FIBRE_STEP_UM = 0.45
"""Distance of the points along a microtubule: below the width of a pixel."""


def draw_ribbon(
    nucleus: Outline, towards: float, traits: Traits, rng: Generator
) -> NDArray[np.float64]:
    """Draw the Golgi of an interphase cell: pieces along one side of the nucleus.

    Parameters
    ----------
    nucleus
        In its place.
    towards
        Direction of the Golgi from the centre of the nucleus, in radians.
    traits
        Area and number of the pieces, and how far round they reach.

    Returns
    -------
    ``(N, 5)``: y, x, half length, half width in micrometres, and angle in radians.
    """
    n = max(2, rng.poisson(traits.golgi_fragments))
    angles = towards + traits.golgi_spread * rng.standard_normal(n)
    # A loose Golgi also reaches further out into the cell.
    outwards = 0.6 + np.abs(rng.standard_normal(n)) * (0.8 + 2.0 * traits.golgi_spread)
    radii = np.array([nucleus.radius_towards(angle) for angle in angles]) + outwards
    areas = traits.golgi_area_um2 * rng.lognormal(0, 0.15) * rng.dirichlet(np.full(n, 3.0))
    aspect = rng.uniform(1.2, 3.0, n)
    return np.column_stack(
        [
            nucleus.y_um + radii * np.sin(angles),
            nucleus.x_um + radii * np.cos(angles),
            np.sqrt(areas * aspect / np.pi),
            np.sqrt(areas / aspect / np.pi),
            angles + np.pi / 2 + 0.5 * rng.standard_normal(n),
        ]
    )


def draw_vesicles(
    body: Outline, nucleus: Outline, traits: Traits, rng: Generator
) -> NDArray[np.float64]:
    """Draw the Golgi of a dividing cell: vesicles all over the cell, save among the chromosomes.

    Returns
    -------
    ``(N, 5)``, as `draw_ribbon` gives.
    """
    n = max(4, rng.poisson(traits.golgi_fragments))
    radii = 0.92 * body.short_um * np.sqrt(rng.random(3 * n))
    angles = rng.uniform(0, 2 * np.pi, 3 * n)
    y, x = body.y_um + radii * np.sin(angles), body.x_um + radii * np.cos(angles)
    is_free = np.flatnonzero(nucleus.relative_radius(y, x) > 1.1)[:n]
    radius = np.sqrt(traits.golgi_area_um2 / n / np.pi) * rng.uniform(0.7, 1.3, len(is_free))
    return np.column_stack([y[is_free], x[is_free], radius, radius, np.zeros(len(is_free))])


def draw_aster(start: NDArray[np.float64], reach_um: float, rng: Generator) -> NDArray[np.float64]:
    """Draw the microtubules of an interphase cell: from one point outwards, bending on the way.

    Returns
    -------
    ``(N, P, 2)``: y and x in micrometres of the points along each.
    """
    n, n_steps = 110, int(2.2 * reach_um / FIBRE_STEP_UM)
    headings = rng.uniform(0, 2 * np.pi, (n, 1)) + np.cumsum(
        0.085 * rng.standard_normal((n, n_steps)), axis=1
    )
    steps = FIBRE_STEP_UM * np.stack([np.sin(headings), np.cos(headings)], axis=-1)
    starts = start + 1.2 * rng.standard_normal((n, 1, 2))
    fibres: NDArray[np.float64] = starts + np.cumsum(steps, axis=1)
    return fibres


def draw_spindle(poles: NDArray[np.float64], plate: Outline, rng: Generator) -> NDArray[np.float64]:
    """Draw the spindle of a dividing cell: from each of the `poles` to the chromosome plate.

    Returns
    -------
    ``(N, P, 2)``: y and x in micrometres of the points along each microtubule.
    """
    along = np.array([np.sin(plate.angle), np.cos(plate.angle)])
    center = np.array([plate.y_um, plate.x_um])
    n = 60
    share = np.linspace(0, 1, 24)[:, None]
    bundles = []
    for pole in poles:
        offsets = 0.8 * plate.long_um * rng.uniform(-1, 1, (n, 1))
        ends = center + offsets * along
        # The bundles bulge outwards on their way, which makes the spindle a barrel.
        bulge = 0.35 * offsets[:, None] * along * np.sin(np.pi * share)
        bundles.append(pole + (ends[:, None] - pole) * share + bulge)
    return np.concatenate(bundles)


def draw_nucleoli(nucleus: Outline, rng: Generator) -> NDArray[np.float64]:
    """Draw the places within a nucleus that hold little DNA.

    Returns
    -------
    ``(N, 3)``: y, x and radius in micrometres.
    """
    n = int(rng.integers(1, 5))
    radii = 0.6 * np.sqrt(rng.random(n))
    angles = rng.uniform(0, 2 * np.pi, n)
    reach = np.array([nucleus.radius_towards(angle) for angle in angles])
    return np.column_stack(
        [
            nucleus.y_um + radii * reach * np.sin(angles),
            nucleus.x_um + radii * reach * np.cos(angles),
            rng.uniform(0.8, 1.7, n),
        ]
    )
