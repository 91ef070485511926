"""How a network learns to read DNA; needs no torch."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from napari_seewhy.options import Options
from napari_seewhy.training.learning import LoopOptions


class CoverageNetworkOptions(Options):
    """Which network reads DNA."""

    network: Literal["words", "course"] = Field(
        "words",
        title="Network",
        description="words: filters are words of DNA that go along with the coverage, found before "
        "the training and read on both strands; fast on a CPU. course: gated convolutions, as in "
        "the course after Basenji; slower by far.",
    )
    n_words: int = Field(
        24,
        ge=4,
        le=512,
        title="Words",
        description="How many words of DNA the network reads.",
        json_schema_extra={"advanced": True},
    )
    width: int = Field(
        48,
        ge=8,
        le=512,
        title="Width",
        description="Channels of each layer behind the words.",
        json_schema_extra={"advanced": True},
    )
    reach_bins: int = Field(
        64,
        ge=1,
        le=512,
        title="Reach",
        description="Largest step of the layers that look far, in bins: 64 lets a bin of 128 bp "
        "see 27 kb to both sides, 1 holds the network to about 1 kb.",
    )


class CoverageOptions(CoverageNetworkOptions, LoopOptions):
    """How a network learns to predict coverage from DNA."""

    epochs: int = Field(
        30, ge=1, le=10_000, title="Epochs", description="Passes over the training windows."
    )
    batch_size: int = Field(
        2,
        ge=2,
        title="Batch size",
        description="Stretches per step of learning.",
        json_schema_extra={"advanced": True},
    )
    crop_bp: int = Field(
        65_536,
        ge=4096,
        title="Stretch (bp)",
        description="Length of the stretches that are cut from the windows to learn from.",
        json_schema_extra={"advanced": True},
    )
    learning_rate: float = Field(
        4e-3,
        gt=0,
        lt=1,
        title="Learning rate",
        description="Largest step of AdamW.",
        json_schema_extra={"advanced": True},
    )
    weight_decay: float = Field(
        0.01,
        ge=0,
        lt=1,
        title="Weight decay",
        description="Pull of the weights towards 0, which keeps a network simple.",
        json_schema_extra={"advanced": True},
    )
    averaging: float = Field(
        0.98,
        ge=0,
        lt=1,
        title="Averaging",
        description="How slowly the running average of the weights, which is what is kept, follows "
        "the weights; 0 keeps the weights themselves.",
        json_schema_extra={"advanced": True},
    )
    augment: bool = Field(
        True,
        title="Variation",
        description="Read half of the stretches on the other strand, and shift them by a few bases "
        "where the network reads letters.",
    )
    composition: bool = Field(
        True,
        title="Composition",
        description="Add what counts of words of five letters say to the network words, where "
        "that is better on the windows that say when to stop.",
        json_schema_extra={"advanced": True},
    )
    data: str = Field("", title="Data", description="What it is trained on, for its card.")
    licence: str = Field(
        "", title="Licence", description="Licence of that data, such as CC0-1.0, for its card."
    )
