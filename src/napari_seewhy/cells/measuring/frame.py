"""A frame: one time point with its labels, read a few rows at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.cells.measuring.regions import STRIP_PIXELS
from napari_seewhy.cells.measuring.spots import find_reach, lift_spots
from napari_seewhy.errors import DataError
from napari_seewhy.images import find_measured

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from napari_seewhy.images import CellImage

_N_BANDS = 16
"""In how many places a frame is looked at that is too large to be looked at as a whole."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One time point with its labels.

    Attributes
    ----------
    image
        Axes ``CYX``.
    labels
        What was segmented, shape ``(Y, X)``.
    cell_labels
        Whole cells of the same numbers, same shape, or None.
    """

    image: CellImage
    labels: NDArray[np.int32]
    cell_labels: NDArray[np.int32] | None = None

    @property
    def label_images(self) -> list[NDArray[np.int32]]:
        """The label images there are, nuclei first."""
        return [self.labels] if self.cell_labels is None else [self.labels, self.cell_labels]

    def read_rows(self, channel: int, rows: slice) -> NDArray[Any]:
        """Read some rows of a channel, shape ``(rows, X)``.

        Raises
        ------
        DataError
            If a pixel is not finite.
        """
        pixels: NDArray[Any] = np.asarray(self.image.pixels[channel, rows])
        if pixels.dtype.kind == "f" and not np.isfinite(pixels).all():
            raise DataError(
                f"The channel {self.image.channels[channel]} has pixels that are NaN or infinite; "
                "replace them by numbers before measuring."
            )
        return pixels

    def find_measured(self, channel: int) -> NDArray[np.bool_] | None:
        """Say which pixels ``(Y, X)`` of a channel were measured, None where all were."""
        return find_measured(self.image.pixels[channel], self.image.measured)

    def lift_rows(self, channel: int, rows: slice, width_px: float) -> NDArray[np.float32]:
        """Read some rows of a channel with only its spots left, as if all rows had been read."""
        reach = find_reach(width_px)
        start = max(0, rows.start - reach)
        near = self.read_rows(channel, slice(start, rows.stop + reach))
        return lift_spots(near, width_px)[rows.start - start : rows.stop - start]

    def sample_rows(self) -> Iterator[slice]:
        """Yield all rows in one, or evenly spread bands of them where the frame is very large."""
        height, width = self.image.shape_yx
        n_rows = STRIP_PIXELS // width
        if height <= n_rows:
            yield slice(0, height)
            return
        band = max(1, n_rows // _N_BANDS)
        for top in np.linspace(0, height - band, _N_BANDS).astype(int):
            yield slice(int(top), int(top) + band)
