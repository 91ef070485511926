"""Explaining a block of an image: where the network looked when it called it positive or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from napari_seewhy.blocks.staining.model_scale import find_zoom, rescale_phase
from napari_seewhy.blocks.staining.stain import Stainer
from napari_seewhy.progress import Step
from napari_seewhy.staining import BlockGrid

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from napari_seewhy.blocks.staining.options import ApplyStainOptions
    from napari_seewhy.images import CellImage
    from napari_seewhy.progress import Task


class BlockPlace(NamedTuple):
    """Frame, row and column of a block."""

    frame: int
    row: int
    column: int


class ExplainedBlock(NamedTuple):
    """Where the network looked for one block.

    Attributes
    ----------
    place
        The block.
    heatmap
        ``(H, W)``, 0..1, over all that the block can see.
    top_left
        Row and column of its first pixel in the field as the network saw it.
    probability
        What the network says of the block.
    """

    place: BlockPlace
    heatmap: NDArray[np.float32]
    top_left: tuple[int, int]
    probability: float

    def describe(self) -> str:
        """Say which block it is and what is said of it."""
        frame = f" in frame {self.place.frame}" if self.place.frame else ""
        return (
            f"Block in row {self.place.row}, column {self.place.column}{frame}: positive with "
            f"{self.probability:.0%}. Bright: what speaks for it."
        )


def explain_block_steps(
    image: CellImage, model: Path, options: ApplyStainOptions, place: BlockPlace
) -> Task[ExplainedBlock]:
    """Show where the network looked for one block.

    Parameters
    ----------
    image
        The whole image.
    model
        File of the model.
    options
        How it was stained.
    place
        The block.
    """
    from napari_seewhy.staining import explain_block

    yield Step(0, 0, "Loading the model")
    stainer = Stainer.open(model, options)
    yield Step(0, 0, "Looking at the block")
    card, name = stainer.card, image.source or "The image"
    pixels = stainer.choose_phase(image).frame(place.frame).pixels
    zoom = find_zoom(card, image.pixel_size_um, name, rescale=options.rescale)
    if zoom != 1:
        pixels = rescale_phase(pixels, zoom, name)
    grid = BlockGrid(card.block_px, options.stride_px or card.block_px)
    found = explain_block(stainer.model, pixels, place.row, place.column, grid)
    return ExplainedBlock(place, found.heatmap, (found.top, found.left), found.probability)
