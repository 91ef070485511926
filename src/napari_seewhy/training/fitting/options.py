"""How a network is trained; needs no torch."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from napari_seewhy.training.fitting.augment_options import (
    AUGMENTATIONS,
    AugmentationName,
    AugmentOptions,
)
from napari_seewhy.training.learning import LoopOptions


class TrainOptions(LoopOptions):
    """How a network is trained to classify samples."""

    balance: Literal["none", "sampler", "sources", "loss"] = Field(
        "sampler",
        title="Balance",
        description="How rare classes are made up for: sampler shows their samples more often, "
        "sources also those of rare classes that were merged into one, loss weighs them more.",
    )
    augmentation: AugmentationName = Field(
        "cells",
        title="Augmentation",
        description="How samples are varied: cells and blocks may lie any way round, a picture of "
        "a gene may not.",
    )
    augment: AugmentOptions | None = Field(
        None,
        title="Exact augmentation",
        description="Replaces the augmentation chosen by name.",
        json_schema_extra={"advanced": True},
    )
    focal: float = Field(
        0.0,
        ge=0,
        le=5,
        title="Focal loss",
        description="How much less samples weigh that are classified correctly, so that the hard "
        "ones of a rare class are not drowned; 0 is off, 2 usual (Lin et al. 2017).",
        json_schema_extra={"advanced": True},
    )
    label_smoothing: float = Field(
        0.05,
        ge=0,
        lt=1,
        title="Label smoothing",
        description="How much the targets are doubted, so that the network is not too sure.",
        json_schema_extra={"advanced": True},
    )
    mixup: float = Field(
        0.0,
        ge=0,
        le=2,
        title="Mixup",
        description="Strength of blending two samples and their targets into one; 0 is off, 0.2 "
        "gentle.",
        json_schema_extra={"advanced": True},
    )

    def choose_augmentation(self) -> AugmentOptions:
        """Return the exact augmentation, or the one chosen by name."""
        return self.augment or AUGMENTATIONS[self.augmentation]
