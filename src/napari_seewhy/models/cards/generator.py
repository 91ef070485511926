"""The card of a generator: which pictures it draws, what from, and how honest they are."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import Field, PositiveInt, model_validator

from napari_seewhy.models.cards.card import JsonObject
from napari_seewhy.options import Options

SCHEMA_VERSION: Literal[1] = 1
"""Highest version of this card that the program writes and reads."""

Limits: TypeAlias = tuple[float, float]


class GeneratorCard(Options):
    """What a generator says of itself; written into the header of its file."""

    schema_version: Literal[1] = SCHEMA_VERSION
    name: str = Field(
        min_length=1, title="Name", description="Name that it was given when trained."
    )
    class_name: str = Field(title="Class", description="Which class its pictures are of.")
    channels: tuple[str, ...] = Field(
        min_length=1, title="Channels", description="Names of the channels of a picture."
    )
    limits: tuple[Limits, ...] = Field(
        title="Limits",
        description="Darkest and brightest of each channel; no picture goes beyond.",
    )
    size_px: tuple[PositiveInt, PositiveInt] = Field(
        title="Size", description="Height and width of a picture in pixels."
    )
    dtype: str = Field(
        pattern=r"^(u?int(8|16|32|64)|float(16|32|64))$",
        title="Pixel type",
        description="Type of the pixels: uint8 ...",
    )
    width: PositiveInt = Field(
        title="Width", description="Feature maps at half the resolution of a picture."
    )
    n_noise: PositiveInt = Field(
        title="Noise", description="How many random numbers one picture is drawn from."
    )
    n_samples: PositiveInt = Field(
        title="Samples", description="How many real pictures it learned from."
    )
    licence: str = Field("", title="Licence", description="Licence of the data it was trained on.")
    data: str = Field("", title="Data", description="What it was trained on.")
    record: JsonObject = Field(
        default_factory=dict, title="Record", description="How it was trained."
    )

    @model_validator(mode="after")
    def _check_limits(self) -> GeneratorCard:
        if len(self.limits) != len(self.channels):
            raise ValueError(
                f"there are {len(self.limits)} limits for {len(self.channels)} channels; give one "
                "pair each"
            )
        return self
