"""`Plane`: one plane of an image as the network looks at it, window by window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from napari_seewhy.errors import DataError
from napari_seewhy.nuclei.maps import Maps, to_maps
from napari_seewhy.nuclei.network import STRIDE
from napari_seewhy.nuclei.scale import (
    choose_zoom,
    find_levels,
    resize,
    scale_intensity,
    to_inputs,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import nn

    from napari_seewhy.images import Box, Pixels
    from napari_seewhy.models.running import Runtime

UNIT = 4 * STRIDE
"""Windows begin and end at multiples of this as the network sees them: all share one grid."""

_SAMPLE_PX = 2**22

_AT_ONCE_PX = 2**24
"""Where more pixels than this become fewer for the network, they are read strip by strip."""


@dataclass(frozen=True, slots=True, eq=False)
class Eye:
    """A network and where it runs."""

    network: nn.Module
    runtime: Runtime

    def look(self, scaled: NDArray[np.float32], shape: tuple[int, int]) -> Maps:
        """Return the maps ``(N, *shape)`` of scaled intensities ``(N, Y, X)``, on the CPU."""
        with torch.inference_mode():
            planes = torch.from_numpy(scaled).to(self.runtime.device)
            inputs = self.runtime.place(to_inputs(resize(planes, shape)))
            with self.runtime.autocast():
                said = self.network(inputs)
            return to_maps(said.float().cpu())


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """One plane of an image at a certain zoom.

    Attributes
    ----------
    pixels
        ``(Y, X)``, numpy or dask.
    levels
        Intensities that become 0 and 1.
    unit_px
        How many pixels of the image become `UNIT` pixels for the network.
    """

    pixels: Pixels
    levels: tuple[float, float]
    unit_px: int = UNIT

    @classmethod
    def measure(cls, pixels: Pixels) -> Plane:
        """Find the levels of a plane, from evenly spread pixels where it is large."""
        step = max(1, int(np.sqrt(pixels.size / _SAMPLE_PX)))
        return cls(pixels, find_levels(read_finite(pixels[::step, ::step])))

    def at(self, diameter_px: float) -> Plane:
        """Return the same plane at the zoom that suits a usual nucleus of this diameter."""
        unit_px = max(1, round(UNIT / choose_zoom(diameter_px)))
        # More than all of the plane need not be looked at, however large nuclei are said to be.
        unit_px = min(unit_px, max(UNIT, *self.pixels.shape))
        return Plane(self.pixels, self.levels, unit_px)

    @property
    def zoom(self) -> float:
        """Pixels that the network sees for each pixel of the image."""
        return UNIT / self.unit_px

    def look(self, eye: Eye, *boxes: Box) -> Maps:
        """Return the maps of boxes of one shape; to whole units they are filled up by mirroring.

        Raises
        ------
        DataError
            If a pixel is NaN or infinite.
        """
        read = np.stack([self._read(box) for box in boxes])
        height, width = (-(-(side.stop - side.start) // self.unit_px) * UNIT for side in boxes[0])
        return eye.look(read, (height, width))

    def _read(self, box: Box) -> NDArray[np.float32]:
        """Read a box, filled up to whole units; brought to its size already where it is large."""
        rows, columns = box
        width_px = columns.stop - columns.start
        n_rows = max(1, _AT_ONCE_PX // (width_px * self.unit_px)) * self.unit_px
        if self.unit_px <= UNIT or rows.stop - rows.start <= n_rows:
            return self._read_filled(rows, columns)
        strips = []
        for start in range(rows.start, rows.stop, n_rows):
            # A unit more on each side, for resizing looks a little farther than the strip.
            first = max(rows.start, start - self.unit_px)
            stop = min(rows.stop, start + n_rows)
            last = min(rows.stop, stop + self.unit_px)
            filled = torch.from_numpy(self._read_filled(slice(first, last), columns))[None]
            height, width = (side // self.unit_px * UNIT for side in filled.shape[1:])
            above = (start - first) // self.unit_px * UNIT
            n_seen = -(-(stop - start) // self.unit_px) * UNIT
            strips.append(resize(filled, (height, width))[0, above : above + n_seen])
        seen: NDArray[np.float32] = torch.cat(strips).numpy()
        return seen

    def _read_filled(self, rows: slice, columns: slice) -> NDArray[np.float32]:
        scaled = scale_intensity(read_finite(self.pixels[rows, columns]), self.levels)
        return np.pad(scaled, [(0, -side % self.unit_px) for side in scaled.shape], "symmetric")


def read_finite(pixels: Pixels) -> NDArray[Any]:
    """Load pixels.

    Raises
    ------
    DataError
        If one is NaN or infinite.
    """
    values = np.asarray(pixels)
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise DataError(
            "The channel holds NaN or infinite pixels; replace them by numbers, for instance "
            "with numpy.nan_to_num, before segmenting."
        )
    return values
