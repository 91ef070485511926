"""How a segmenter is trained; needs no torch."""

from __future__ import annotations

from typing import Self

from pydantic import Field, field_validator, model_validator

from napari_seewhy.nuclei.learning.augment_options import PictureAugmentOptions
from napari_seewhy.training.learning import (
    Averaging,
    LearningRate,
    LoopOptions,
    Patience,
    WeightDecay,
)


class SegmenterOptions(LoopOptions):
    """How a network is trained to find nuclei."""

    epochs: int = Field(
        200,
        ge=1,
        le=10_000,
        title="Epochs",
        description="How often the network is judged; between, it learns from as many batches as "
        "said below.",
    )
    n_batches: int = Field(
        60,
        ge=1,
        le=100_000,
        title="Batches",
        description="Batches per epoch, whatever the number of images.",
    )
    batch_size: int = Field(
        16,
        ge=2,
        title="Batch size",
        description="Cut-outs per batch; if memory is short it is done in parts.",
        json_schema_extra={"advanced": True},
    )
    edge_px: int = Field(
        192,
        ge=32,
        le=2048,
        title="Cut-out (px)",
        description="Height and width of a cut-out in pixels as the network sees them; a multiple "
        "of 16.",
        json_schema_extra={"advanced": True},
    )
    learning_rate: LearningRate = 3e-3
    weight_decay: WeightDecay = 0.02
    averaging: Averaging = 0.995
    patience: Patience = 100
    channel: str = Field(
        "0",
        title="Channel",
        description="Name of the channel with the nuclei, or its number from 0.",
    )
    hold_out: int = Field(
        0,
        ge=0,
        title="Hold out",
        description="Set every so-manieth image aside, in the order of the names and counted from "
        "the second; they are never opened. 0 sets none aside.",
    )
    stop_share: float = Field(
        0.1,
        ge=0,
        le=0.5,
        title="Stop share",
        description="Share of the other images that are not learned from but say when to stop.",
        json_schema_extra={"advanced": True},
    )
    augment: PictureAugmentOptions = Field(
        PictureAugmentOptions(),
        title="Variation",
        description="How the cut-outs are varied.",
        json_schema_extra={"advanced": True},
    )
    data: str = Field("", title="Data", description="What it is trained on, for its card.")
    licence: str = Field(
        "", title="Licence", description="Licence of that data, such as CC0-1.0, for its card."
    )

    @field_validator("edge_px")
    @classmethod
    def _check_edge(cls, edge_px: int) -> int:
        if edge_px % 16:
            raise ValueError("must be a multiple of 16")
        return edge_px

    @field_validator("hold_out")
    @classmethod
    def _check_hold_out(cls, every: int) -> int:
        if every == 1:
            raise ValueError("every image would be set aside; choose 0 for none, or 2 and more")
        return every

    @model_validator(mode="after")
    def _check_batch(self) -> Self:
        if self.batch_size < self.n_devices:
            raise ValueError(
                f"a batch of {self.batch_size} holds no cut-out for each of the {self.n_devices} "
                "devices; choose a larger batch"
            )
        return self

    def for_fine_tuning(self) -> Self:
        """Return gentler and shorter training where nothing else was chosen."""
        gentle = {"epochs": 20, "n_batches": 20, "learning_rate": 3e-4, "averaging": 0.98}
        return self.change(
            **{name: value for name, value in gentle.items() if name not in self.model_fields_set}
        )
