"""How virtual immunostaining is learned; needs no torch."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from napari_seewhy.training.learning import LoopOptions

CELL_PX = 8
"""The network answers for cells of this edge; the blocks are made of whole ones."""

SMALL = "small"


class StainOptions(LoopOptions):
    """How a network is trained to stain virtually."""

    block_px: int = Field(
        32,
        ge=CELL_PX,
        le=256,
        title="Block (px)",
        description="Edge of a block in pixels of the field; a multiple of 8, such as 16 to 128.",
    )
    positive_area: float = Field(
        0.25,
        gt=0,
        le=1,
        title="Positive area",
        description="Share of a block that must be above the marker's threshold for the block to "
        "be positive.",
    )
    network: str = Field(
        SMALL,
        title="Network",
        description="small: trains on a CPU in minutes; or a network of timm that gives a map, by "
        "its name, such as resnet18.",
    )
    width: int = Field(
        16,
        ge=8,
        le=512,
        title="Width",
        description="Filters of the first stage of small.",
        json_schema_extra={"advanced": True},
    )
    epochs: int = Field(
        40,
        ge=1,
        le=10_000,
        title="Epochs",
        description="How often the network is judged; between, it learns from as many windows as "
        "said below.",
    )
    n_windows: int = Field(
        96,
        ge=1,
        le=1_000_000,
        title="Windows",
        description="Windows per epoch, whatever the number of fields.",
    )
    window_blocks: int = Field(
        8,
        ge=1,
        le=64,
        title="Window (blocks)",
        description="Edge of a window in blocks: all its blocks are learned at once.",
        json_schema_extra={"advanced": True},
    )
    batch_size: int = Field(
        8,
        ge=2,
        title="Batch size",
        description="Windows per step of learning; if memory is short it is done in parts.",
        json_schema_extra={"advanced": True},
    )
    balance: Literal["none", "windows", "loss"] = Field(
        "none",
        title="Balance",
        description="How rare positives are made up for: windows shows places with positives more "
        "often, loss weighs them more. The probabilities are set right afterwards.",
    )
    augment: bool = Field(
        True,
        title="Variation",
        description="Turn and mirror the windows, and vary brightness, contrast, focus and grain.",
    )
    stop_share: float = Field(
        0.2,
        ge=0,
        le=0.5,
        title="Stop share",
        description="Share of the dishes, or of the field where there is but one, that is not "
        "learned from but says when to stop and sets the threshold.",
        json_schema_extra={"advanced": True},
    )
    predicted_fluorescence: bool = Field(
        False,
        title="Predicted fluorescence",
        description="Learn also to predict the brightness of the marker in every pixel, which "
        "takes longer; never mixed up with the probability of a block.",
    )
    marker_name: str = Field(
        "", title="Marker", description="Name of the marker, such as NKX2.5, for the model's card."
    )
    data: str = Field("", title="Data", description="What it is trained on, for its card.")
    licence: str = Field(
        "", title="Licence", description="Licence of that data, such as CC0-1.0, for its card."
    )

    @field_validator("block_px")
    @classmethod
    def _check_block(cls, block_px: int) -> int:
        if block_px % CELL_PX:
            raise ValueError(f"must be a multiple of {CELL_PX}")
        return block_px

    @model_validator(mode="after")
    def _check_batch(self) -> Self:
        if self.batch_size < self.n_devices:
            raise ValueError(
                f"a batch of {self.batch_size} holds no window for each of the {self.n_devices} "
                "devices; choose a larger batch"
            )
        return self
