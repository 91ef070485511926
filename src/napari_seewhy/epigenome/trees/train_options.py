"""Which network suits pictures of genes and how it is trained: other defaults; needs no torch."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from napari_seewhy.models.networks import TRACKS, NetworkOptions
from napari_seewhy.training.fitting import AugmentationName, TrainOptions


class GeneNetworkOptions(NetworkOptions):
    """Which network is trained on pictures of genes: see `TrackNetwork`."""

    backbone: str = Field(
        TRACKS,
        title="Network",
        description="tracks: made for tracks and pictures of genes, runs along the genome; small, "
        "nagao, or any network of timm by its name, such as resnet18.",
    )
    n_stages: int = Field(
        2,
        ge=1,
        le=6,
        title="Stages",
        description="How often the width is halved (tracks), or the picture (small, nagao).",
        json_schema_extra={"advanced": True},
    )


class GeneTrainOptions(TrainOptions):
    """How a network is trained on pictures of genes."""

    epochs: int = Field(
        16, ge=1, le=10_000, title="Epochs", description="Passes over the training samples."
    )
    patience: int = Field(
        6,
        ge=1,
        title="Patience",
        description="Epochs without a lower loss on the stop set after which training ends early.",
        json_schema_extra={"advanced": True},
    )
    balance: Literal["none", "sampler", "sources", "loss"] = Field(
        "sources",
        title="Balance",
        description="How rare classes are made up for: sampler shows their samples more often, "
        "sources also those of rare classes that were merged into one, loss weighs them more.",
    )
    augmentation: AugmentationName = Field(
        "gene",
        title="Augmentation",
        description="gene moves the locus a little; gene-mirrored mirrors too, where all pictures "
        "are drawn in the direction of their strand.",
    )
