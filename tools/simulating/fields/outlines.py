"""Outlines of nuclei and cells: wavy ellipses, and the labels they leave on the pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LOWEST_WAVE = 2
"""Waves along an outline begin with two per round: one would only shift it."""


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """A closed line about a centre: an ellipse with waves on it. All lengths in micrometres.

    Attributes
    ----------
    y_um, x_um
        Centre; (0, 0) is the centre of the first pixel.
    long_um, short_um
        Half axes of the ellipse.
    angle
        Of the long axis in radians: 0 points to rising x, pi / 2 to rising y.
    waves
        ``(K, 2)``: height (share of the radius) and phase of the waves with 2, 3, ... per round.
    squareness
        2 is an ellipse; more makes it a bar with round corners.
    """

    y_um: float
    x_um: float
    long_um: float
    short_um: float
    angle: float
    waves: NDArray[np.float64]
    squareness: float = 2.0

    def radius_towards(self, angle: float) -> float:
        """Distance of the ellipse from its centre in a direction, in micrometres."""
        turned = angle - self.angle
        return float(
            self.long_um
            * self.short_um
            / np.hypot(self.short_um * np.cos(turned), self.long_um * np.sin(turned))
        )

    def relative_radius(
        self, y_um: NDArray[np.float64], x_um: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """How far out points are: 0 at the centre, 1 on the outline."""
        dy, dx = y_um - self.y_um, x_um - self.x_um
        along = (dx * np.cos(self.angle) + dy * np.sin(self.angle)) / self.long_um
        across = (dy * np.cos(self.angle) - dx * np.sin(self.angle)) / self.short_um
        turned = np.arctan2(across, along)
        edge = np.ones_like(turned)
        for n, (height, phase) in enumerate(self.waves, start=LOWEST_WAVE):
            edge += height * np.cos(n * turned + phase)
        size = np.abs(along) ** self.squareness + np.abs(across) ** self.squareness
        relative: NDArray[np.float64] = size ** (1 / self.squareness) / edge
        return relative


class Window(NamedTuple):
    """A square of pixels about a point, which may reach beyond the field.

    Attributes
    ----------
    top, left
        Row and column of its first pixel.
    pixel_size_um
        Edge of a pixel.
    y_um, x_um
        ``(h, w)``: position of each pixel in micrometres.
    """

    top: int
    left: int
    pixel_size_um: float
    y_um: NDArray[np.float64]
    x_um: NDArray[np.float64]


def window_about(y_um: float, x_um: float, reach_um: float, pixel_size_um: float) -> Window:
    """Give the pixels within `reach_um` of a point, with their positions in micrometres."""
    n = int(np.ceil(reach_um / pixel_size_um))
    top, left = round(y_um / pixel_size_um) - n, round(x_um / pixel_size_um) - n
    y, x = np.indices((2 * n + 1, 2 * n + 1), dtype=float)
    return Window(top, left, pixel_size_um, (y + top) * pixel_size_um, (x + left) * pixel_size_um)


def clip_window(
    window: Window, shape: tuple[int, int]
) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Say which pixels of the field a window covers, and which part of the window they are."""
    height, width = window.y_um.shape
    top, left = max(window.top, 0), max(window.left, 0)
    bottom = max(min(window.top + height, shape[0]), top)
    right = max(min(window.left + width, shape[1]), left)
    field = (slice(top, bottom), slice(left, right))
    part = (
        slice(top - window.top, bottom - window.top),
        slice(left - window.left, right - window.left),
    )
    return field, part


def find_label(labels: NDArray[np.int32], label: int, window: Window) -> NDArray[np.bool_]:
    """Say which pixels of a window bear a label; those beyond the field do not."""
    field, part = clip_window(window, labels.shape)
    found = np.zeros(window.y_um.shape, bool)
    found[part] = labels[field] == label
    return found


def fill_outlines(
    outlines: Sequence[Outline], shape: tuple[int, int], pixel_size_um: float
) -> NDArray[np.int32]:
    """Give the pixels within each outline its number; where two overlap, the nearer centre wins.

    Nearer is meant relative to the size, so that borders between neighbours run between them.
    """
    labels = np.zeros(shape, np.int32)
    nearest = np.ones(shape)
    for number, outline in enumerate(outlines, start=1):
        reach = outline.long_um * (1 + np.abs(outline.waves[:, 0]).sum())
        window = window_about(outline.y_um, outline.x_um, float(reach), pixel_size_um)
        field, part = clip_window(window, shape)
        radius = outline.relative_radius(window.y_um[part], window.x_um[part])
        wins = radius < nearest[field]
        labels[field][wins] = number
        nearest[field][wins] = radius[wins]
    return labels


def fill_cells(
    bodies: Sequence[Outline], nuclei: NDArray[np.int32], pixel_size_um: float
) -> NDArray[np.int32]:
    """Give the pixels of each cell its nucleus' number; cells meet but hold no other nucleus."""
    from skimage.measure import label as find_pieces

    cells = fill_outlines(bodies, nuclei.shape, pixel_size_um)
    cells = np.where(nuclei > 0, nuclei, cells)
    # A cell that lies behind a neighbour would come out on its far side: only the piece with the
    # nucleus stays.
    pieces = find_pieces(cells, connectivity=1)
    has_nucleus = np.zeros(pieces.max() + 1, bool)
    has_nucleus[pieces[nuclei > 0]] = True
    return np.where(has_nucleus[pieces], cells, 0).astype(np.int32)
