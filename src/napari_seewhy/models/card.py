"""The card of a model: what it takes, what it says, how it was made and how good it is."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from napari_seewhy.models.network_options import NetworkOptions
from napari_seewhy.options import Options

SCHEMA_VERSION = 1


class ChannelCard(Options):
    """One channel that a model was trained on."""

    name: str = Field(title="Name", description="Name of the channel in the training samples.")
    mean: float = Field(title="Mean", description="Mean intensity of the training samples.")
    std: float = Field(gt=0, title="Spread", description="Standard deviation of the same.")
    low: float = Field(title="Low", description="1st percentile of the training samples.")
    high: float = Field(title="High", description="99th percentile of the training samples.")


class ModelCard(Options):
    """What a model says of itself; written into the header of its file.

    Everything that prediction needs stands here, so that a model file needs no other file.
    """

    schema_version: Literal[1] = SCHEMA_VERSION
    name: str = Field(min_length=1, title="Name", description="Name in the library.")
    network: NetworkOptions
    classes: tuple[str, ...] = Field(
        min_length=2, title="Classes", description="What the columns of its answer mean."
    )
    channels: tuple[ChannelCard, ...] = Field(
        min_length=1, title="Channels", description="What it was trained on, in this order."
    )
    size_px: tuple[int, int] = Field(
        title="Sample size", description="Height and width of a sample in pixels."
    )
    dtype: str = Field(title="Pixel type", description="Type of the training pixels: uint16 ...")
    pixel_size_um: float | None = Field(
        None, gt=0, title="Pixel size", description="Edge of a pixel in micrometres, if known."
    )
    object_px: float | None = Field(
        None,
        gt=0,
        title="Object size",
        description="Median diameter of what stands out in the training samples, in pixels.",
    )
    temperature: float = Field(
        1.0,
        gt=0,
        title="Temperature",
        description="What logits are divided by, so that a confidence means a share of right answers.",
    )
    licence: str = Field("", title="Licence", description="Licence of the data it was trained on.")
    data: str = Field("", title="Data", description="What it was trained on.")
    metrics: dict[str, Any] = Field(
        default_factory=dict, title="Metrics", description="How good it is on its report set."
    )
    record: dict[str, Any] = Field(
        default_factory=dict, title="Record", description="How it was trained."
    )

    @model_validator(mode="after")
    def _check_names(self) -> ModelCard:
        for what, names in (("classes", self.classes), ("channels", self.channel_names)):
            if len(set(names)) != len(names):
                raise ValueError(f"the {what} {names} must have different names")
        return self

    @property
    def channel_names(self) -> tuple[str, ...]:
        """Names of the channels, in order."""
        return tuple(channel.name for channel in self.channels)
