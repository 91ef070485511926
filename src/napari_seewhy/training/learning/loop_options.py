"""What holds for the training of any network; needs no torch."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from napari_seewhy.models.running import DeviceOptions

LearningRate: TypeAlias = Annotated[
    float,
    Field(
        gt=0,
        lt=1,
        title="Learning rate",
        description="Largest step of AdamW; 0.001 to 0.003 for small networks, 0.0001 to start "
        "from pretrained weights.",
        json_schema_extra={"advanced": True},
    ),
]
WeightDecay: TypeAlias = Annotated[
    float,
    Field(
        ge=0,
        lt=1,
        title="Weight decay",
        description="Pull of the weights towards 0, which keeps a network simple.",
        json_schema_extra={"advanced": True},
    ),
]
Averaging: TypeAlias = Annotated[
    float,
    Field(
        ge=0,
        lt=1,
        title="Averaging",
        description="How slowly the running average of the weights, which is what is kept, follows "
        "the weights; 0 keeps the weights themselves.",
        json_schema_extra={"advanced": True},
    ),
]
Patience: TypeAlias = Annotated[
    int,
    Field(
        ge=1,
        title="Patience",
        description="Epochs without a lower loss on the stop set after which training ends early.",
        json_schema_extra={"advanced": True},
    ),
]
"""The description of an option that several classes share with different defaults."""


class LoopOptions(DeviceOptions):
    """What holds for the training of any network."""

    epochs: int = Field(
        60, ge=1, le=10_000, title="Epochs", description="Passes over the training samples."
    )
    batch_size: int = Field(
        64,
        ge=2,
        title="Batch size",
        description="Samples per step of learning; if memory is short it is done in parts, with "
        "the same result.",
        json_schema_extra={"advanced": True},
    )
    learning_rate: LearningRate = 2e-3
    weight_decay: WeightDecay = 0.05
    warmup_share: float = Field(
        0.1,
        ge=0,
        lt=1,
        title="Warm-up",
        description="Share of the steps in which the learning rate rises; then it falls to 0.",
        json_schema_extra={"advanced": True},
    )
    averaging: Averaging = 0.99
    patience: Patience = 20
    n_devices: int = Field(
        1,
        ge=1,
        title="GPUs",
        description="How many GPUs share each batch.",
        json_schema_extra={"advanced": True},
    )
    seed: int = Field(
        0,
        ge=0,
        lt=2**32,
        title="Seed",
        description="Another number gives other random weights and orders.",
    )
