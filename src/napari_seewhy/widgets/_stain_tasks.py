"""What the widgets of virtual staining have the child process do.

A window must not import torch, so what needs it is imported when a task runs, in the child.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from napari_seewhy.blocks.registration import Shift, estimate_shift
from napari_seewhy.blocks.stain import Stainer
from napari_seewhy.progress import Step

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from napari_seewhy.blocks.apply_options import ApplyStainOptions
    from napari_seewhy.blocks.pair_options import StainPairOptions
    from napari_seewhy.blocks.pairs import Pair
    from napari_seewhy.images import CellImage
    from napari_seewhy.progress import Task


class BlockPlace(NamedTuple):
    """Frame, row and column of a block."""

    frame: int
    row: int
    column: int


class BlockHeatmap(NamedTuple):
    """Where the network looked for one block.

    Attributes
    ----------
    place
        The block.
    heatmap
        ``(H, W)``, 0..1, of what the network saw.
    top_left
        Row and column of its first pixel in the field as the network saw it.
    """

    place: BlockPlace
    heatmap: NDArray[np.float32]
    top_left: tuple[int, int]


def explain_block_steps(
    image: CellImage, model: Path, options: ApplyStainOptions, place: BlockPlace
) -> Task[BlockHeatmap]:
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
    from napari_seewhy.staining.explain_block import explain_block

    yield Step(0, 0, "Loading the model")
    stainer = Stainer.open(model, options)
    yield Step(0, 0, "Explaining the block")
    pixels = stainer.choose_phase(image).frame(place.frame).pixels
    found = explain_block(stainer.model, pixels, place.row, place.column, None)
    return BlockHeatmap(place, found.heatmap, found.top_left)


def check_shift_steps(pair: Pair, options: StainPairOptions, frame: int) -> Task[Shift]:
    """Find out whether phase contrast and marker lie on each other.

    Parameters
    ----------
    pair
        Both images.
    options
        Which channels and planes are taken.
    frame
        The time point that is looked at.
    """
    yield Step(0, 0, "Comparing the edges in both images")
    images = pair.read(options)
    t = min(frame, images.n_frames - 1)
    phase, marker = (np.asarray(one.frame(t).pixels) for one in (images.phase, images.marker))
    return estimate_shift(phase, marker[0])
