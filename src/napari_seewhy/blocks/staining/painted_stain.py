"""A stain painted onto the pixels of its image band by band, for fields too large for memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.staining import paint_blocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.blocks.staining.stained_image import StainedImage


@dataclass(frozen=True, slots=True, eq=False)
class PaintedStain:
    """Probability, or mask, of a stained image as `write_ome_tiff` asks for it: row by row.

    Attributes
    ----------
    stained
        The image.
    is_mask
        Whether positive pixels (1, 0) are painted instead of probabilities.
    """

    stained: StainedImage
    is_mask: bool = False

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """``(T, 1, Y, X)``."""
        return (self.stained.n_frames, 1, *self.stained.shape_yx)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the pixels."""
        return np.dtype(np.uint8 if self.is_mask else np.float32)

    def __getitem__(self, index: tuple[int, int, slice]) -> NDArray[Any]:
        t, _, rows = index
        painted = self._paint_rows(t, rows)
        if not self.is_mask:
            return painted
        with np.errstate(invalid="ignore"):
            return (painted >= self.stained.cut).astype(np.uint8)

    def _paint_rows(self, t: int, rows: slice) -> NDArray[np.float32]:
        stained = self.stained
        if stained.seen_px != stained.shape_yx:
            # Rescaled fields fit into memory.
            return stained.paint(t)[rows]
        block, stride = stained.grid.block_px, stained.grid.stride_px
        n_rows, width = stained.probability.shape[1], stained.shape_yx[1]
        first = max(0, -(-(rows.start - block + 1) // stride))
        first, last = min(first, n_rows - 1), min((rows.stop - 1) // stride, n_rows - 1)
        top, bottom = first * stride, last * stride + block
        part = paint_blocks(
            stained.probability[t, first : last + 1], stained.grid, (bottom - top, width)
        )
        band = np.full((rows.stop - rows.start, width), np.nan, np.float32)
        start, stop = max(top, rows.start), min(bottom, rows.stop)
        band[start - rows.start : max(stop, start) - rows.start] = part[start - top : stop - top]
        return band
