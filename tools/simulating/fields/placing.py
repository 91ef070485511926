"""Find room for the nuclei: some alone, some pressed against a neighbour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

    from simulating.fields.outlines import Outline
    from simulating.fields.simulate_options import SimulateOptions

N_TRIES = 400
"""Places tried for one nucleus before the field counts as full."""

PRESSED = (0.90, 1.02)
"""Distance of two nuclei that press on each other, over the sum of their radii."""

APART = 1.3
"""Least distance of two nuclei that do not, over the sum of their radii."""


def place_nuclei(
    nuclei: Sequence[Outline], options: SimulateOptions, rng: Generator
) -> NDArray[np.float64]:
    """Draw a centre for each nucleus, within the field and without overlap beyond a little.

    Parameters
    ----------
    nuclei
        Their shapes; where they are does not matter.
    options
        Size of the field and crowding.

    Returns
    -------
    ``(N, 2)``: y and x in micrometres.

    Raises
    ------
    OptionError
        If they do not all fit.
    """
    side_um = options.size_px * options.pixel_size_um
    placed = np.zeros((0, 2))
    for i, nucleus in enumerate(nuclei):
        is_pressed = i > 0 and rng.random() < options.crowding
        for attempt in range(N_TRIES):
            # Where there is no room left beside others, a nucleus goes where it finds some.
            if is_pressed and attempt < N_TRIES // 2:
                center = _draw_beside(nucleus, nuclei, placed, rng)
                least = PRESSED[0]
            else:
                center = rng.uniform(0, side_um, 2)
                least = APART
            if (center < 0).any() or (center >= side_um).any():
                continue
            if _has_room(nucleus, center, nuclei, placed, least):
                placed = np.vstack([placed, center])
                break
        else:
            raise OptionError(
                f"Only {i} of {len(nuclei)} cells fit into a field of {side_um:g} µm; "
                "lower the number of cells (n_cells) or enlarge the field (size_px)."
            )
    return placed


def _draw_beside(
    nucleus: Outline, nuclei: Sequence[Outline], placed: NDArray[np.float64], rng: Generator
) -> NDArray[np.float64]:
    """Draw a place pressed against a nucleus that is already there."""
    neighbour = int(rng.integers(len(placed)))
    angle = rng.uniform(0, 2 * np.pi)
    reach = nuclei[neighbour].radius_towards(angle) + nucleus.radius_towards(angle)
    distance = reach * rng.uniform(*PRESSED)
    center: NDArray[np.float64] = placed[neighbour] + distance * np.array(
        [np.sin(angle), np.cos(angle)]
    )
    return center


def _has_room(
    nucleus: Outline,
    center: NDArray[np.float64],
    nuclei: Sequence[Outline],
    placed: NDArray[np.float64],
    least: float,
) -> bool:
    """Whether every nucleus in place is `least` times the sum of the radii away, or more."""
    dy, dx = (placed - center).T
    distances = np.hypot(dy, dx)
    widest = nucleus.long_um + max((other.long_um for other in nuclei), default=0)
    for j in np.flatnonzero(distances < least * widest).tolist():
        angle = float(np.arctan2(dy[j], dx[j]))
        reach = nucleus.radius_towards(angle) + nuclei[j].radius_towards(angle)
        if distances[j] < least * reach:
            return False
    return True
