"""`Maps`: the predictions of the network for every pixel, and their targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import torch

NOMINAL_PX = 24.0
"""Diameter in pixels that is the unit of sizes and vectors."""


class Maps(NamedTuple):
    """What holds for every pixel of pictures as the network sees them, each ``(N, H, W)`` float32.

    Attributes
    ----------
    inside
        Logit of lying in a nucleus.
    touching
        Logit of lying where two nuclei touch: within a pixel of both.
    depth
        Distance to the nearest pixel that is not of the same nucleus, over the greatest such
        distance in this nucleus: 1 in the middle, 0 outside.
    offset_y, offset_x
        Way to the centre of the nucleus, in nominal diameters.
    size
        Binary logarithm of the diameter of the nucleus over the nominal one.
    """

    inside: torch.Tensor
    touching: torch.Tensor
    depth: torch.Tensor
    offset_y: torch.Tensor
    offset_x: torch.Tensor
    size: torch.Tensor


def to_maps(said: torch.Tensor) -> Maps:
    """Name the outputs ``(N, 6, H, W)`` of the network."""
    return Maps(*said.float().unbind(1))
