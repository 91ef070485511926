"""The grid in which a layer sees a sample, in whatever order the network keeps it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch

_MOST_PREFIX = 16
"""Tokens before those of the places: class token, distillation token, registers."""

Order: TypeAlias = Literal["NCHW", "NHWC", "NLC"]


@dataclass(frozen=True, slots=True)
class Grid:
    """How the output of a layer is laid out over the sample.

    Attributes
    ----------
    height, width
        Squares into which the layer divides a sample.
    order
        Axes of its output: channels first (most convolutional networks), channels last (Swin), or
        one token per square (ViT).
    n_prefix
        Tokens at the beginning that stand for no place.
    """

    height: int
    width: int
    order: Order
    n_prefix: int = 0

    def apply(self, output: torch.Tensor) -> torch.Tensor:
        """View an output of the layer, or its gradient, as ``(N, C, height, width)``."""
        if self.order == "NCHW":
            return output
        if self.order == "NLC":
            places = output[:, self.n_prefix :]
            output = places.reshape(len(places), self.height, self.width, -1)
        return output.permute(0, 3, 1, 2)


def find_grid(
    shape: Sequence[int], size_px: tuple[int, int], n_prefix: int | None = None
) -> Grid | None:
    """Find out how an output lies over the sample, by the proportions of the sample.

    Parameters
    ----------
    shape
        Of the output, ``(N, ...)``.
    size_px
        Height and width of the sample.
    n_prefix
        How many tokens the network itself says stand for no place, if it says so.

    Returns
    -------
    Grid or None
        None where the output knows no places, or only one.

    Examples
    --------
    >>> find_grid((2, 512, 7, 7), (224, 224))
    Grid(height=7, width=7, order='NCHW', n_prefix=0)
    >>> find_grid((2, 7, 7, 768), (224, 224))
    Grid(height=7, width=7, order='NHWC', n_prefix=0)
    >>> find_grid((2, 197, 192), (224, 224))
    Grid(height=14, width=14, order='NLC', n_prefix=1)
    >>> find_grid((2, 512), (224, 224)) is None
    True
    """
    if len(shape) == 4:
        if _is_view(shape[2], shape[3], size_px):
            return Grid(shape[2], shape[3], "NCHW")
        if _is_view(shape[1], shape[2], size_px):
            return Grid(shape[1], shape[2], "NHWC")
    if len(shape) == 3:
        declared = () if n_prefix is None else (n_prefix,)
        for n in (*declared, *range(_MOST_PREFIX)):
            n_squares = shape[1] - n
            height = round(math.sqrt(max(0, n_squares) * size_px[0] / size_px[1]))
            if (
                height
                and n_squares % height == 0
                and _is_view(height, n_squares // height, size_px)
            ):
                return Grid(height, n_squares // height, "NLC", n)
    return None


def _is_view(height: int, width: int, size_px: tuple[int, int]) -> bool:
    """Whether a grid has the proportions of the sample, but for what halving rounds off."""
    if not 1 < height * width <= size_px[0] * size_px[1]:
        return False
    return abs(height * size_px[1] - width * size_px[0]) < max(size_px)
