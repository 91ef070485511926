"""How samples are varied while a network learns; needs no torch."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import Field

from napari_seewhy.options import Options

AugmentationName: TypeAlias = Literal["cells", "blocks", "gene", "gene-mirrored", "none"]


class AugmentOptions(Options):
    """How samples are varied while a network learns, so that it does not learn them by heart.

    A bound such as 0.1 means that a number is resampled for each sample between its negative and
    itself. What would change the answer must be off: a picture of a gene has a left and a right.
    """

    rotate: bool = Field(
        False,
        title="Rotate",
        description="Turn by any angle; corners are filled by mirroring the picture.",
    )
    flip: bool = Field(False, title="Flip", description="Mirror left and right, up and down.")
    shift_px: float = Field(
        0.0, ge=0, title="Shift (px)", description="Most that a picture is moved, in pixels."
    )
    mirror: bool = Field(
        False,
        title="Mirror",
        description="Mirror left and right alone; for pictures of genes only where all are drawn "
        "in the direction of their strand, so that a mirrored one is a gene too.",
    )
    jitter_px: float = Field(
        0.0,
        ge=0,
        title="Jitter (px)",
        description="Most that a picture is moved to the left or right alone, in pixels.",
    )
    stretch_y: float = Field(
        0.0,
        ge=0,
        lt=1,
        title="Vertical scale",
        description="Most that a picture is made higher or lower alone: 0.1 is a tenth.",
    )
    scale: float = Field(
        0.0,
        ge=0,
        lt=1,
        title="Scale",
        description="Most that a picture is made larger or smaller: 0.1 is a tenth. Objects change "
        "their size and so their integrated intensity.",
    )
    brightness: float = Field(
        0.0,
        ge=0,
        lt=1,
        title="Brightness",
        description="Most that what stands out from the background is made brighter or dimmer: 0.1 "
        "is a tenth. Keep it well below the difference between the classes: DNA doubles "
        "from G1 to G2.",
    )
    noise: float = Field(
        0.0,
        ge=0,
        title="Noise",
        description="Most noise that is added, as a share of the spread of a channel.",
    )
    blur_px: float = Field(
        0.0, ge=0, title="Blur (px)", description="Widest Gaussian blur, as its standard deviation."
    )


_GENE = AugmentOptions(jitter_px=2, stretch_y=0.04, noise=0.1)

AUGMENTATIONS: dict[AugmentationName, AugmentOptions] = {
    "cells": AugmentOptions(
        rotate=True, flip=True, shift_px=2, brightness=0.05, noise=0.05, blur_px=0.3
    ),
    "blocks": AugmentOptions(
        rotate=True, flip=True, shift_px=4, scale=0.1, brightness=0.1, noise=0.1, blur_px=0.5
    ),
    "gene": _GENE,
    "gene-mirrored": _GENE.change(mirror=True),
    "none": AugmentOptions(),
}
"""What suits cells, blocks of a field, and pictures of genes.

Pictures of genes are never rotated or turned upside down, and mirrored only where that was asked.
"""
