"""How large the nuclei of a picture are, as the network itself sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.nuclei.maps import NOMINAL_PX

if TYPE_CHECKING:
    from napari_seewhy.images.tiles import Box
    from napari_seewhy.nuclei.plane import Eye, Plane

_WINDOW_PX = 256
_ZOOMS = (2.0, 1.0, 0.5, 0.25)
_FEWEST_PX = 30
"""Fewer pixels inside nuclei than this say nothing."""


def estimate_diameter(plane: Plane, eye: Eye) -> float:
    """Estimate the diameter of a usual nucleus in pixels of the image.

    The network says of every pixel how large its nucleus is against what it is used to. That holds
    best where it is nearly what it is used to; so some windows are looked at in several zooms, the
    zoom at which the network is least surprised is taken, and there it is asked once more.

    Returns
    -------
    float
        The nominal diameter where nothing is seen.
    """
    guesses = [
        guess
        for zoom in _ZOOMS
        if zoom * min(plane.pixels.shape) >= 2 * NOMINAL_PX
        and (guess := _guess(plane, eye, NOMINAL_PX / zoom))
    ]
    if not guesses:
        return NOMINAL_PX
    _, diameter = min(guesses)
    once_more = _guess(plane, eye, diameter)
    return once_more[1] if once_more else diameter


def _guess(plane: Plane, eye: Eye, diameter_px: float) -> tuple[float, float] | None:
    """Look at a zoom; return how far the nuclei are from the nominal size, and their diameter."""
    zoomed = plane.at(diameter_px, max(_ZOOMS))
    sizes = []
    for box in _spread_windows(plane.pixels.shape, int(_WINDOW_PX / zoomed.zoom)):
        maps = zoomed.look(eye, box)
        sizes.append(maps.size[maps.inside > 0].numpy())
    found = np.concatenate(sizes)
    if len(found) < _FEWEST_PX:
        return None
    size = _median_object(found)
    return abs(size), NOMINAL_PX * 2**size / zoomed.zoom


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
        middles = [length / 2] if length < 3 * edge else [length / 4, length * 3 / 4]
        ways.append([slice(round(m - edge / 2), round(m - edge / 2) + edge) for m in middles])
    return [(y, x) for y in ways[0] for x in ways[1]]
