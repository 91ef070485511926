"""How large the nuclei of a picture are, as the network itself sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.nuclei.maps import NOMINAL_PX

if TYPE_CHECKING:
    from napari_seewhy.images import Box
    from napari_seewhy.nuclei.plane import Eye, Plane

_WINDOW_PX = 192
_BEGINNINGS = (NOMINAL_PX, 4 * NOMINAL_PX, NOMINAL_PX / 2)
"""Diameters that are tried one after the other until nuclei are seen: hardly any picture needs the
second."""

_MOST_LOOKS = 4
_FARTHER, _NEARER = 0.7, 2.0
"""An estimate at one zoom holds between these shares of it. Small nuclei are estimated well,
because the network has learned from such."""

_FEWEST_PX = 30
"""Fewer pixels inside nuclei than this say nothing."""


def estimate_diameter(plane: Plane, eye: Eye) -> float:
    """Estimate the diameter of a usual nucleus in pixels of the image.

    The network predicts for every pixel the size of its nucleus. That holds best where it is nearly
    what it is used to; so some windows are looked at, then at the zoom that suits what was said,
    until that changes no more.

    Returns
    -------
    float
        The nominal diameter where nothing is seen.
    """
    for beginning in _BEGINNINGS:
        diameter = _look(plane.at(beginning), eye)
        if diameter is not None:
            return _follow(plane, eye, beginning, diameter)
    return NOMINAL_PX


def _follow(plane: Plane, eye: Eye, looked_at: float, diameter: float) -> float:
    """Look again as long as another zoom than the last would suit."""
    for _ in range(_MOST_LOOKS):
        last, now = plane.at(looked_at), plane.at(diameter)
        if _FARTHER < now.zoom / last.zoom < _NEARER:
            break
        looked_at, again = diameter, _look(now, eye)
        if again is None:
            break
        diameter = again
    return diameter


def _look(plane: Plane, eye: Eye) -> float | None:
    """Ask for the diameter at one zoom, in pixels of the image; None where no nucleus is seen."""
    maps = plane.look(eye, *_spread_windows(plane.pixels.shape, int(_WINDOW_PX / plane.zoom)))
    found = maps.size[maps.inside > 0].numpy()
    if len(found) < _FEWEST_PX:
        return None
    return float(NOMINAL_PX * 2 ** _median_object(found) / plane.zoom)


def _median_object(sizes: np.ndarray) -> float:
    """Median over nuclei of what is said by each of their pixels, of which large ones have more."""
    ordered = np.sort(sizes)
    weights = np.cumsum(2.0 ** (-2 * ordered))
    return float(ordered[np.searchsorted(weights, weights[-1] / 2)])


def _spread_windows(shape: tuple[int, ...], edge_px: int) -> list[Box]:
    """Windows in the middle of the picture, or of its quarters where it is much larger."""
    ways = []
    for length in shape:
        edge = min(length, edge_px)
        middles = [length / 2] if length < 4 * edge else [length / 4, length * 3 / 4]
        ways.append([slice(round(m - edge / 2), round(m - edge / 2) + edge) for m in middles])
    return [(y, x) for y in ways[0] for x in ways[1]]
