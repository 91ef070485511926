"""How pictures are drawn by a network that learned from real ones; needs no torch."""

from __future__ import annotations

from pydantic import Field

from napari_seewhy.models.running import DeviceOptions


class GeneratorOptions(DeviceOptions):
    """How a network learns from some dozens or hundreds of pictures to draw more of their kind."""

    n_steps: int = Field(
        1000,
        ge=1,
        le=1_000_000,
        title="Steps",
        description="Steps of learning; 1,000 are enough for pictures of 64 x 128 pixels. More "
        "of them give sharper pictures, until the network knows the real ones by heart.",
    )
    batch_size: int = Field(
        8,
        ge=2,
        title="Batch size",
        description="Real pictures, and as many drawn ones, per step.",
        json_schema_extra={"advanced": True},
    )
    learning_rate: float = Field(
        1e-3,
        gt=0,
        lt=1,
        title="Learning rate",
        description="Size of the steps of Adam, of both networks; 0.0002 for training of a night.",
        json_schema_extra={"advanced": True},
    )
    width: int = Field(
        24,
        ge=4,
        le=256,
        title="Width",
        description="Feature maps at half the resolution of the picture; the network that judges "
        "has half as many. Twice as many take up to four times as long.",
        json_schema_extra={"advanced": True},
    )
    n_noise: int = Field(
        64,
        ge=2,
        le=1024,
        title="Noise",
        description="How many random numbers one picture is drawn from.",
        json_schema_extra={"advanced": True},
    )
    averaging: float = Field(
        0.995,
        ge=0,
        lt=1,
        title="Averaging",
        description="How slowly the running average of the weights, which is what draws in the "
        "end, follows the weights.",
        json_schema_extra={"advanced": True},
    )
    shift_share: float = Field(
        0.05,
        ge=0,
        le=0.5,
        title="Shift",
        description="Most that the pictures, real and drawn, are moved to the left or right before "
        "they are judged, as a share of their width. They are never turned, mirrored or moved up "
        "and down.",
        json_schema_extra={"advanced": True},
    )
    brightness: float = Field(
        0.1,
        ge=0,
        le=1,
        title="Brightness",
        description="Most that they are made brighter or darker before they are judged, as a share "
        "of the range of the pixels.",
        json_schema_extra={"advanced": True},
    )
    n_between: int = Field(
        200,
        ge=1,
        title="Steps between checkpoints",
        description="After so many steps all is written to disk, so that a training that was "
        "killed continues from there.",
        json_schema_extra={"advanced": True},
    )
    seed: int = Field(
        0,
        ge=0,
        lt=2**32,
        title="Seed",
        description="Another number gives other random weights and orders.",
    )
