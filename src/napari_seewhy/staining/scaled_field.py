"""`ScaledField`: a field as the network takes it, its channels brought to one scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch

from napari_seewhy.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.images import Box, Pixels
    from napari_seewhy.staining.stain_field import StainField

_STRIP_PX = 2**24
"""Pixels that are loaded at once while levels are measured."""


class Levels(NamedTuple):
    """What becomes 0, and what is one unit, in each channel ``(C,)``."""

    middle: NDArray[np.float64]
    unit: NDArray[np.float64]

    def apply(self, pixels: NDArray[Any]) -> NDArray[np.float32]:
        """Scale pixels ``(C, Y, X)``."""
        middle, unit = (values[:, None, None].astype(np.float32) for values in self)
        return (pixels.astype(np.float32) - middle) / unit


def measure_levels(
    phase: Pixels, name: str = "The field", known: NDArray[np.bool_] | None = None
) -> Levels:
    """Measure mean and spread of each channel over the whole field, strip by strip.

    Every field is scaled by its own: exposure and gain differ from day to day, and mean and spread
    of many pixels hardly change when a field is moved a little.

    Parameters
    ----------
    phase
        ``(C, Y, X)``, numpy or dask.
    name
        Of the field, for what is said where it cannot be used.
    known
        ``(Y, X)``: the pixels that count; None takes all.

    Raises
    ------
    DataError
        If a pixel is NaN or infinite, or a channel is the same everywhere.
    """
    n_channels, height, width = phase.shape
    sums = np.zeros((2, n_channels))
    n_rows = max(1, _STRIP_PX // (n_channels * width))
    for start in range(0, height, n_rows):
        strip = np.asarray(phase[:, start : start + n_rows]).astype(np.float64)
        if known is not None:
            strip *= known[start : start + n_rows]
        sums += np.stack([strip.sum(axis=(1, 2)), np.square(strip).sum(axis=(1, 2))])
    middle, square = sums / (height * width if known is None else max(1, int(known.sum())))
    if not np.isfinite(sums).all():
        raise DataError(
            f"{name} holds NaN or infinite pixels; replace them by numbers, for instance with "
            "numpy.nan_to_num."
        )
    spread = np.sqrt(np.maximum(square - middle**2, 0))
    if (spread <= 1e-6 * np.abs(middle)).any():
        flat = np.flatnonzero(spread <= 1e-6 * np.abs(middle)).tolist()
        raise DataError(
            f"{name} is the same everywhere in channel {flat}, so there is nothing to see; choose "
            "another channel or field."
        )
    return Levels(middle, spread)


@dataclass(frozen=True, slots=True, eq=False)
class ScaledField:
    """A field, or a piece of one, ready to be learned from.

    Attributes
    ----------
    planes
        ``(C + 2, Y, X)`` float32, or ``(C + 3, Y, X)`` with fluorescence: the scaled channels,
        what is positive (0 or 1), what is known (0 or 1), and the scaled fluorescence.
    n_channels
        How many of them go into the network.
    """

    planes: torch.Tensor
    n_channels: int

    @property
    def shape_px(self) -> tuple[int, int]:
        """Height and width."""
        return self.planes.shape[1], self.planes.shape[2]

    def cut(self, box: Box) -> ScaledField:
        """Return a piece of it."""
        return ScaledField(self.planes[:, *box], self.n_channels)


def scale_field(field: StainField, fluorescence: Levels | None) -> ScaledField:
    """Bring a field to the scale of the network, which its known part alone decides.

    Parameters
    ----------
    field
        Any.
    fluorescence
        Levels of the marker, None where its brightness is not learned.
    """
    known = np.ones(field.shape_px, bool) if field.known is None else field.known
    box = find_box(known)
    levels = measure_levels(field.phase[:, *box], field.name, known[box])
    planes = [levels.apply(field.phase), field.positive[None], known[None]]
    if fluorescence is not None and field.marker is not None:
        planes.append(fluorescence.apply(field.marker[None]))
    joined = np.concatenate([plane.astype(np.float32) for plane in planes])
    return ScaledField(torch.from_numpy(joined), len(field.phase))


def find_box(known: NDArray[np.bool_]) -> Box:
    """Return the smallest rectangle that holds all that is known; empty where nothing is."""
    edges = [np.flatnonzero(known.any(axis=axis)) for axis in (1, 0)]
    rows, columns = (
        slice(int(edge[0]), int(edge[-1]) + 1) if len(edge) else slice(0) for edge in edges
    )
    return rows, columns
