"""Staining an image, and marking the blocks from which the model has learned."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from napari_seewhy.blocks.counting import measure_blocks
from napari_seewhy.blocks.marking import LearnedBlocks
from napari_seewhy.blocks.staining.model_scale import sample_nearest
from napari_seewhy.blocks.staining.stain import stain_image_steps
from napari_seewhy.files import hash_file
from napari_seewhy.progress import Step

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.blocks.counting import Efficiency
    from napari_seewhy.blocks.staining.options import ApplyStainOptions
    from napari_seewhy.blocks.staining.stained_image import StainedImage
    from napari_seewhy.images import CellImage
    from napari_seewhy.progress import Task


class MarkedStain(NamedTuple):
    """A virtual stain, and from which of its blocks the model has learned.

    Attributes
    ----------
    stained
        The virtual stain.
    learned
        ``(T, h, w)`` bool.
    summed
        Efficiency of each frame by adding up its probabilities.
    """

    stained: StainedImage
    learned: NDArray[np.bool_]
    summed: tuple[Efficiency, ...]


def stain_marked_steps(
    image: CellImage, name: str, model: Path, options: ApplyStainOptions
) -> Task[MarkedStain]:
    """Stain an image, and find out from which of its blocks the model has learned.

    Parameters
    ----------
    image
        Phase contrast.
    name
        Of the image, as a training on it knew it: that of its file, or of its layer.
    model
        File of the model.
    options
        How it is stained.
    """
    stained = yield from stain_image_steps(image, model, options)
    yield Step(0, 0, "Looking whether the model has learned from it")
    learned = _find_learned(image, name, stained)
    yield Step(0, 0, "Estimating the efficiency")
    return MarkedStain(stained, learned, tuple(stained.efficiencies()))


def _find_learned(image: CellImage, name: str, stained: StainedImage) -> NDArray[np.bool_]:
    """Say which blocks hold pixels that the model has learned from, in all frames."""
    learned = np.zeros(stained.probability.shape, bool)
    known, path = LearnedBlocks.of(stained.card), Path(image.source)
    # A training on open layers has read no file, so that only the name tells.
    is_known = bool(known.hashes) and path.is_file()
    if is_known and hash_file(path) not in known.hashes:
        return learned
    for t, blocks in enumerate(learned):
        pixels = np.zeros(stained.shape_yx, bool)
        known.paint((name, f"{name} t={t}"), pixels, is_known=is_known)
        blocks[:] = measure_blocks(sample_nearest(pixels, stained.seen_px), stained.grid) > 0
    return learned
