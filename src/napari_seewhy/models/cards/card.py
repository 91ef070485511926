"""The card of a model: what it takes, what it says, how it was made and how good it is."""

from __future__ import annotations

import math
import numbers
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, Field, PositiveInt, model_validator

from napari_seewhy.models.networks import NetworkOptions
from napari_seewhy.options import Options

SCHEMA_VERSION: Literal[1] = 1
"""Highest version of the card that this program writes and reads."""


def _to_json_value(value: Any) -> Any:
    """Turn tuples into lists, numbers of numpy into Python's, and NaN or infinity into None.

    JSON knows none of them; so a card says the same before it is saved and after it is loaded.
    """
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, dict):
        return {str(key): _to_json_value(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_to_json_value(inner) for inner in value]
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return float(value) if math.isfinite(value) else None
    raise ValueError(f"{value!r} is of type {type(value).__name__}, which JSON does not know")


JsonObject: TypeAlias = Annotated[dict[str, Any], AfterValidator(_to_json_value)]
"""A dict that JSON can hold; NaN becomes None."""


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
    name: str = Field(
        min_length=1, title="Name", description="Name that it was given when trained."
    )
    network: NetworkOptions
    classes: tuple[str, ...] = Field(
        min_length=2, title="Classes", description="What the columns of its answer mean."
    )
    channels: tuple[ChannelCard, ...] = Field(
        min_length=1, title="Channels", description="What it was trained on, in this order."
    )
    size_px: tuple[PositiveInt, PositiveInt] = Field(
        title="Sample size", description="Height and width of a sample in pixels."
    )
    dtype: str = Field(
        pattern=r"^(u?int(8|16|32|64)|float(16|32|64))$",
        title="Pixel type",
        description="Type of the training pixels: uint16 ...",
    )
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
        description="What logits are divided by, so that a confidence is a share of right answers.",
    )
    samples: JsonObject = Field(
        default_factory=dict,
        title="Samples",
        description="How the training samples were made: the verb, and the options of cutting "
        "crops; empty where it is not known.",
    )
    licence: str = Field("", title="Licence", description="Licence of the data it was trained on.")
    data: str = Field("", title="Data", description="What it was trained on.")
    metrics: JsonObject = Field(
        default_factory=dict, title="Metrics", description="How good it is on its report set."
    )
    record: JsonObject = Field(
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
