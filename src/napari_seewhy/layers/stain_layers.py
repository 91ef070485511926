"""Virtual immunostaining on its way to napari: one pixel of these layers is one block of a field.

Blocks are not painted onto every pixel that they cover: a layer of blocks has pixels as large as
the stride, at the place of the blocks. So a huge field stays small, a pixel that is pointed at says
what the network said of that block, and a threshold acts at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.layers.coloring import TRANSPARENT
from napari_seewhy.layers.grid import METADATA_KEY
from napari_seewhy.layers.heatmaps import heatmap_layer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from napari_seewhy.layers.grid import Grid
    from napari_seewhy.layers.to_layers import LayerData
    from napari_seewhy.staining import BlockGrid

PROBABILITY = "probability per block, not intensity"
STAIN = "virtual stain"
POSITIVE = "positive blocks"
TARGET = "target blocks"
FLUORESCENCE = "predicted fluorescence"
DIFFERENCE = "difference of blocks"
"""Roles of the layers, which are named "<role> (<image>)"."""

BLOCK = "block"
"""What the heatmap of a block stands in place of a class; its role is "heatmap block"."""

# Okabe & Ito 2008: orange is found on grey, green and magenta alike.
_POSITIVE_COLOR = (0.902, 0.624, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class StainPlace:
    """Where the results of staining one image belong.

    Attributes
    ----------
    image_name
        Name of the image.
    grid
        Of its flat frames: that of the image, made `for_labels`.
    blocks
        How its frames are cut into blocks.
    known
        What else should stand in the metadata: parent, model, options ...
    px_per_seen
        Pixels of the image per pixel that the network saw, along y and x; 1 but for rescaling.
    """

    image_name: str
    grid: Grid
    blocks: BlockGrid
    known: dict[str, Any] = field(default_factory=dict)
    px_per_seen: tuple[float, float] = (1.0, 1.0)

    def seen_grid(self) -> Grid:
        """Return the grid of the pixels that the network saw."""
        # The pixels 0 to n - 1, which are seen as one, have their centre at (n - 1) / 2.
        middles = [(n - 1) / 2 for n in self.px_per_seen]
        return _resample(self.grid, self.px_per_seen, middles)

    def block_grid(self) -> Grid:
        """Return the grid of layers with one pixel per block.

        Examples
        --------
        >>> from napari_seewhy.layers.grid import Grid
        >>> from napari_seewhy.staining.grid import BlockGrid
        >>> place = StainPlace("A01", Grid.of_pixel_size(0.5), BlockGrid(32, 16))
        >>> place.block_grid().scale, place.block_grid().translate
        ((8.0, 8.0), (7.75, 7.75))
        """
        stride, middle = self.blocks.stride_px, (self.blocks.block_px - 1) / 2
        return _resample(self.seen_grid(), (stride, stride), (middle, middle))


def probability_layer(probability: NDArray[np.float32], place: StainPlace) -> LayerData:
    """Turn what the network says of every block into a layer, 0 to 1.

    Parameters
    ----------
    probability
        ``(h, w)`` or ``(T, h, w)``: that a block is positive.
    place
        Where it belongs.
    """
    looks = {"colormap": "viridis", "contrast_limits": (0.0, 1.0), "blending": "translucent"}
    return _block_layer(probability, place, PROBABILITY, looks | {"visible": False})


def stain_layer(probability: NDArray[np.float32], place: StainPlace, color: str) -> LayerData:
    """Turn the same into a picture that looks like the immunostaining, to be laid over the image.

    Parameters
    ----------
    probability
        ``(h, w)`` or ``(T, h, w)``.
    place
        Where it belongs.
    color
        Name of a colormap of napari, such as that of the real marker.
    """
    looks = {"colormap": color, "contrast_limits": (0.0, 1.0), "blending": "additive"}
    return _block_layer(
        probability, place, STAIN, looks | {"interpolation2d": "linear", "opacity": 0.7}
    )


def positive_layer(
    positive: NDArray[np.bool_], place: StainPlace, role: str = POSITIVE
) -> LayerData:
    """Turn the mask of positive blocks into a Labels layer: 1 = positive, in orange.

    Parameters
    ----------
    positive
        ``(h, w)`` or ``(T, h, w)``.
    place
        Where it belongs.
    role
        `POSITIVE` for what a network found, `TARGET` for what it is to learn.
    """
    colors = {0: TRANSPARENT, 1: _POSITIVE_COLOR, None: TRANSPARENT}
    looks = {"colormap": colors, "opacity": 0.35}
    data, attributes, _ = _block_layer(positive.astype(np.uint8), place, role, looks)
    return data, attributes, "labels"


def fluorescence_layer(fluorescence: NDArray[np.float32], place: StainPlace) -> LayerData:
    """Turn the predicted fluorescence of every pixel into a layer; it is no probability.

    Parameters
    ----------
    fluorescence
        ``(Y, X)`` or ``(T, Y, X)``.
    place
        Where it belongs.
    """
    looks = {"colormap": "cyan", "blending": "additive", "visible": False}
    return _layer(fluorescence, place, FLUORESCENCE, looks, place.grid)


def difference_layer(
    probability: NDArray[np.float32], area: NDArray[np.float32], place: StainPlace
) -> LayerData:
    """Show where the virtual stain says more than the real marker (red), and where less (blue).

    Parameters
    ----------
    probability
        ``(h, w)`` or ``(T, h, w)``: that a block is positive.
    area
        The same shape: share of each block that is positive in the real marker.
    place
        Where it belongs.
    """
    looks = {"colormap": "coolwarm", "contrast_limits": (-1.0, 1.0), "blending": "translucent"}
    return _block_layer((probability - area).astype(np.float32), place, DIFFERENCE, looks)


def block_heatmap_layer(
    heatmap: NDArray[np.float32], top_left: tuple[int, int], place: StainPlace
) -> LayerData:
    """Lay what the network looked at for one block over the image, in the window that it saw.

    Parameters
    ----------
    heatmap
        ``(H, W)``, 0..1, one pixel per pixel that the network saw.
    top_left
        Row and column of its first pixel in the field; negative where it begins outside.
    place
        Where it belongs.
    """
    there = _resample(place.seen_grid().keep("YX"), (1, 1), top_left)
    data, attributes, kind = heatmap_layer(
        heatmap, BLOCK, image_name=place.image_name, grid=there, known=place.known
    )
    # Light added to the grey of phase contrast would be white; and the window is worth seeing.
    return data, attributes | {"blending": "translucent", "opacity": 0.6}, kind


def _resample(grid: Grid, factors: Sequence[float], first: Sequence[float]) -> Grid:
    """Return a grid whose pixels are larger by `factors`, the first of them centred on `first`."""
    sizes, starts = grid.scale[-2:], grid.translate[-2:]
    return replace(
        grid,
        scale=(*grid.scale[:-2], *(n * size for n, size in zip(factors, sizes, strict=True))),
        translate=(
            *grid.translate[:-2],
            *(start + at * size for start, at, size in zip(starts, first, sizes, strict=True)),
        ),
    )


def _block_layer(
    values: NDArray[Any], place: StainPlace, role: str, looks: dict[str, Any]
) -> LayerData:
    return _layer(values, place, role, looks, place.block_grid())


def _layer(
    values: NDArray[Any], place: StainPlace, role: str, looks: dict[str, Any], grid: Grid
) -> LayerData:
    # A time series of stacks has its flat planes as one thick plane; see `Grid.for_labels`.
    pixels = values[:, None] if "Z" in grid.axes and values.ndim == 3 else values
    attributes = grid.attributes() | looks
    known = place.known | {"role": role, "axes": grid.axes}
    attributes |= {"name": f"{role} ({place.image_name})", "metadata": {METADATA_KEY: known}}
    return pixels, attributes, "image"
