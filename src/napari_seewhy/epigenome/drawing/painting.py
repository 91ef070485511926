"""Painting columns and dots with smooth edges, so that less than a pixel still shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_REACH = 2
"""Dots are no larger than so many pixels about their centre."""


def cover_below(height_px: NDArray[np.float64], n_rows: int) -> NDArray[np.float64]:
    """Return the share of each pixel that lies below a height above the lower edge.

    Parameters
    ----------
    height_px
        ``(w,)`` one height per column.
    n_rows
        Height of the panel.

    Returns
    -------
    ndarray, shape ``(n_rows, w)``, 0..1
    """
    floor = np.arange(n_rows - 1, -1, -1, dtype=np.float64)
    return np.clip(height_px[None, :] - floor[:, None], 0, 1)


def blend(
    panel: NDArray[np.float64], color: NDArray[np.float64], cover: NDArray[np.float64]
) -> None:
    """Lay a colour over a panel ``(h, w, 3)`` in place, as densely as `cover` ``(h, w)`` says."""
    panel += cover[:, :, None] * (color - panel)


def blend_dots(
    panel: NDArray[np.float64],
    y: NDArray[np.float64],
    x: NDArray[np.float64],
    colors: NDArray[np.float64],
    radius_px: float = 1.3,
) -> None:
    """Lay round dots over a panel in place; where dots overlap, their colours are averaged.

    So the picture does not depend on the order of the dots.

    Parameters
    ----------
    panel
        ``(h, w, 3)``.
    y, x
        ``(n,)`` centres in pixels; the centre of the first pixel is at 0.
    colors
        ``(n, 3)``.
    radius_px
        Radius, at most 1.5.
    """
    height, width = panel.shape[:2]
    steps = np.arange(-_REACH, _REACH + 1)
    row = np.rint(y).astype(np.int64)[:, None, None] + steps[None, :, None]
    column = np.rint(x).astype(np.int64)[:, None, None] + steps[None, None, :]
    apart = np.hypot(row - y[:, None, None], column - x[:, None, None])
    cover = np.clip(radius_px + 0.5 - apart, 0, 1)
    cover = np.where((row >= 0) & (row < height) & (column >= 0) & (column < width), cover, 0)
    flat = (np.clip(row, 0, height - 1) * width + np.clip(column, 0, width - 1)).ravel()
    ink = np.bincount(flat, cover.ravel(), height * width).reshape(height, width)
    shape = (height, width, 3)
    tinted = np.empty(shape)
    for i in range(3):
        weight = (cover * colors[:, i, None, None]).ravel()
        tinted[:, :, i] = np.bincount(flat, weight, height * width).reshape(height, width)
    has_ink = ink > 0
    cover_all = np.minimum(ink[has_ink], 1)[:, None]
    panel[has_ink] += cover_all * (tinted[has_ink] / ink[has_ink][:, None] - panel[has_ink])
