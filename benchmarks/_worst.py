"""Pictures of what goes wrong: each image as it is, with the true outlines, with those found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from skimage.segmentation import find_boundaries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from _nuclei import NucleiImage

EDGE_PX = 240
GAP_PX = 6
N_COLUMNS = 2
TRUE, FOUND = (230, 159, 0), (86, 180, 233)
"""Orange and sky blue of Okabe and Ito."""


def draw_worst(pairs: Sequence[tuple[NucleiImage, NDArray[np.int32]]]) -> Image.Image:
    """Draw images and what was found in them, two in a row, from left to right."""
    tiles = [_draw_one(image, found) for image, found in pairs]
    tiles += [np.full_like(tiles[0], 255)] * (-len(tiles) % N_COLUMNS)
    rows = [
        np.concatenate(tiles[start : start + N_COLUMNS], axis=1)
        for start in range(0, len(tiles), N_COLUMNS)
    ]
    return Image.fromarray(np.concatenate(rows))


def _draw_one(image: NucleiImage, found: NDArray[np.int32]) -> NDArray[np.uint8]:
    """Draw the brightest square of an image thrice: plain, with true and with found outlines."""
    edge = min(EDGE_PX, *image.pixels.shape)
    box = _find_square(image.truth > 0, edge)
    low, high = np.percentile(image.pixels, (1, 99.8))
    scaled = ((image.pixels[box].astype(float) - low) / max(high - low, 1)).clip(0, 1)
    plain = np.repeat((255 * np.sqrt(scaled)).astype(np.uint8)[..., None], 3, axis=2)
    panels = []
    for labels, color in ((None, TRUE), (image.truth, TRUE), (found, FOUND)):
        panel = np.asarray(Image.fromarray(plain).resize((EDGE_PX, EDGE_PX))).copy()
        if labels is not None:
            large = Image.fromarray(labels[box]).resize(
                (EDGE_PX, EDGE_PX), Image.Resampling.NEAREST
            )
            panel[find_boundaries(np.asarray(large), mode="inner")] = color
        panels.append(np.pad(panel, ((0, GAP_PX), (0, GAP_PX), (0, 0)), constant_values=255))
    return np.concatenate(panels, axis=1)


def _find_square(mask: NDArray[np.bool_], edge: int) -> tuple[slice, slice]:
    """Return the square of a grid of steps of half an edge that holds most of a mask."""
    steps = [range(0, length - edge + 1, max(edge // 2, 1)) for length in mask.shape]
    top, left = max(
        ((top, left) for top in steps[0] for left in steps[1]),
        key=lambda at: mask[at[0] : at[0] + edge, at[1] : at[1] + edge].sum(),
    )
    return slice(top, top + edge), slice(left, left + edge)
