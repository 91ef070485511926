"""Windows: squares of fields that are learned from, drawn first and cut and varied afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional

from napari_seewhy.staining.stain_options import CELL_PX

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from napari_seewhy.staining.scaled_field import ScaledField

_CONTRAST, _BRIGHTNESS, _NOISE, _BLUR = 0.2, 0.2, 0.15, 0.5
"""Most by which a varied window is stretched (power of two), lifted, grained, and blurred (share of
its mean with its neighbours), against the spread of its field."""

_ROUNDING = 1e-5
"""By which a mean over the pixels of a block may miss what it is."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a window lies, in which field, and how it is turned.

    Attributes
    ----------
    field
        Number of the field.
    y, x
        Its upper left pixel.
    n_turns
        Quarter turns.
    is_mirrored
        Whether it is mirrored first.
    """

    field: int
    y: int
    x: int
    n_turns: int = 0
    is_mirrored: bool = False


class WindowDrawer:
    """Draws places of windows, every place of every field as often as any other.

    Parameters
    ----------
    fields
        What is learned from; each as large as a window.
    edge_px
        Edge of a window.
    prefer_positives
        Draw half of the windows about a positive pixel.
    turn
        Turn and mirror them.
    """

    def __init__(
        self,
        fields: Sequence[ScaledField],
        edge_px: int,
        *,
        prefer_positives: bool,
        turn: bool,
    ) -> None:
        self._room = np.array([field.shape_px for field in fields]) - edge_px + 1
        self._weights = self._room.prod(axis=1) / self._room.prod(axis=1).sum()
        self._edge_px = edge_px
        self._turn = turn
        self._positives = [_find_positives(field) for field in fields] if prefer_positives else []
        n_positive = np.array([len(found) for found in self._positives], float)
        self._positive_weights = n_positive / n_positive.sum() if n_positive.sum() else None

    def draw(self, n: int, generator: np.random.Generator) -> list[Place]:
        """Draw `n` places."""
        return [self._draw_one(generator, i) for i in range(n)]

    def _draw_one(self, generator: np.random.Generator, i: int) -> Place:
        about_positive = self._positive_weights is not None and i % 2 == 0
        weights = self._positive_weights if about_positive else self._weights
        field = int(generator.choice(len(self._room), p=weights))
        corner = generator.integers(self._room[field])
        if about_positive:
            point = generator.choice(self._positives[field])
            offset = generator.integers(self._edge_px, size=2)
            corner = np.clip(point - offset, 0, self._room[field] - 1)
        n_turns, mirrored = generator.integers((4, 2)) if self._turn else (0, 0)
        return Place(field, int(corner[0]), int(corner[1]), int(n_turns), bool(mirrored))


def cut_windows(
    fields: Sequence[ScaledField], places: Sequence[Place], edge_px: int
) -> torch.Tensor:
    """Cut windows out of all planes: ``(n, planes, edge_px, edge_px)``."""
    windows = []
    for place in places:
        ends = place.y + edge_px, place.x + edge_px
        window = fields[place.field].planes[:, place.y : ends[0], place.x : ends[1]]
        if place.is_mirrored:
            window = window.flip(2)
        windows.append(window.rot90(place.n_turns, (1, 2)))
    return torch.stack(windows)


def vary(pixels: torch.Tensor, seed: int) -> torch.Tensor:
    """Vary contrast, brightness, focus and grain of scaled windows ``(n, C, H, W)``.

    Contrast and brightness change alike in all channels, which come from one lamp.
    """
    generator = torch.Generator().manual_seed(seed)
    n = len(pixels)

    def between(low: float, high: float) -> torch.Tensor:
        drawn = torch.rand(n, 1, 1, 1, generator=generator)
        return (low + (high - low) * drawn).to(pixels.device)

    blurred = functional.avg_pool2d(
        functional.pad(pixels, (1, 1, 1, 1), mode="replicate"), 3, stride=1
    )
    varied = torch.lerp(pixels, blurred, between(-_BLUR, _BLUR))
    varied = varied * 2 ** between(-_CONTRAST, _CONTRAST) + between(-_BRIGHTNESS, _BRIGHTNESS)
    noise = torch.randn(pixels.shape, generator=generator).to(pixels.device)
    return varied + noise * _NOISE * between(0, 1).square()


def make_targets(planes: torch.Tensor, block_px: int, positive_area: float) -> torch.Tensor:
    """Say what the network is to answer for windows.

    Parameters
    ----------
    planes
        ``(n, 2, H, W)`` what is positive and what is known, or ``(n, 3, H, W)`` with fluorescence.
    block_px, positive_area
        Edge of a block, and the share of it that makes it positive.

    Returns
    -------
    Tensor, shape ``(n, 2, h, w)`` or ``(n, 66, h, w)``
        As the network answers: whether the block that begins at the cell is positive, the positive
        area of the cell, and the fluorescence of its pixels; NaN where it is not known.
    """
    positive, known = planes[:, 0:1], planes[:, 1:2]
    cell = functional.avg_pool2d(positive, CELL_PX)
    cell_known = functional.avg_pool2d(known, CELL_PX)
    n_cells = block_px // CELL_PX
    area = functional.avg_pool2d(cell, n_cells, stride=1)
    area_known = functional.avg_pool2d(cell_known, n_cells, stride=1)
    block = (area >= positive_area - _ROUNDING).float()
    targets = [
        functional.pad(
            torch.where(area_known >= 1 - _ROUNDING, block, torch.nan),
            (0, n_cells - 1, 0, n_cells - 1),
            value=torch.nan,
        ),
        torch.where(cell_known >= 1 - _ROUNDING, cell, torch.nan),
    ]
    if planes.shape[1] > 2:
        fluorescence = torch.where(known > 0, planes[:, 2:3], torch.nan)
        targets.append(functional.pixel_unshuffle(fluorescence, CELL_PX))
    return torch.cat(targets, 1)


def _find_positives(field: ScaledField) -> NDArray[np.int64]:
    """Return a few hundred evenly spread positive pixels ``(n, 2)``."""
    positive = field.planes[field.n_channels] * field.planes[field.n_channels + 1]
    points = np.argwhere(positive.numpy() > 0)
    return points[:: max(1, len(points) // 500)]
