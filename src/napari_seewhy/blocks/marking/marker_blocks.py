"""What the real marker says of the blocks of a field, to be shown beside what a network says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.blocks.counting import (
    Efficiency,
    call_blocks,
    estimate_efficiency,
    measure_blocks,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.staining import BlockGrid


@dataclass(frozen=True, slots=True, eq=False)
class MarkerBlocks:
    """The blocks of one or several frames, as the real marker shows them.

    Attributes
    ----------
    area
        ``(h, w)`` or ``(T, h, w)``: share of each block that is above the threshold.
    called
        The same shape: 1 where that is enough, 0 where not; NaN where the marker is not known.
    efficiencies
        Share of positive blocks, one per frame.
    """

    area: NDArray[np.float32]
    called: NDArray[np.float32]
    efficiencies: tuple[Efficiency, ...]


def find_marker_blocks(
    marker: NDArray[Any],
    level: float,
    grid: BlockGrid,
    least_area: float,
    known: NDArray[np.bool_] | None = None,
) -> MarkerBlocks:
    """Say of every block whether the marker is there.

    Parameters
    ----------
    marker
        ``(Y, X)`` or ``(T, Y, X)``.
    level
        A pixel above it is positive.
    grid
        The blocks.
    least_area
        Share of a block that must be positive for the block to be so.
    known
        ``(Y, X)``: pixels that count; None takes all.

    Raises
    ------
    DataError
        If the field is smaller than a block.

    Examples
    --------
    >>> from napari_seewhy.staining.grid import BlockGrid
    >>> marker = np.zeros((64, 64))
    >>> marker[:32, :16] = 9
    >>> found = find_marker_blocks(marker, 5.0, BlockGrid(32, 32), 0.5)
    >>> found.called.tolist(), found.efficiencies[0].value
    ([[1.0, 0.0], [0.0, 0.0]], 0.25)
    """
    frames = marker.reshape(-1, *marker.shape[-2:])
    area = np.stack([measure_blocks(frame > level, grid, known) for frame in frames])
    called = call_blocks(area, least_area)
    efficiencies = tuple(estimate_efficiency(frame) for frame in called)
    if marker.ndim == 2:
        return MarkerBlocks(area[0], called[0], efficiencies)
    return MarkerBlocks(area, called, efficiencies)
