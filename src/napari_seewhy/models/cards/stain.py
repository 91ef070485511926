"""The card of a model that stains virtually: its blocks, its marker, how good it is."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, PositiveFloat, PositiveInt

from napari_seewhy.models.cards.card import JsonObject
from napari_seewhy.options import Options

SCHEMA_VERSION: Literal[1] = 1
"""Highest version of this card that the program writes and reads."""


class CalibrationCard(Options):
    """What is done to the logit of a block so that its probability is a share of positives."""

    slope: float = Field(1.0, gt=0, title="Slope", description="What the logit is multiplied by.")
    bias: float = Field(0.0, title="Bias", description="What is added then.")


class StainCard(Options):
    """What a model of virtual immunostaining says of itself; stands in the header of its file."""

    schema_version: Literal[1] = SCHEMA_VERSION
    name: str = Field(
        min_length=1, title="Name", description="Name that it was given when trained."
    )
    network: str = Field(
        min_length=1, title="Network", description="Its network: small, or a name of timm."
    )
    width: PositiveInt = Field(
        16, title="Width", description="Filters of the first stage of small."
    )
    channels: tuple[str, ...] = Field(
        min_length=1, title="Channels", description="Names of the channels that it takes, in order."
    )
    block_px: PositiveInt = Field(
        title="Block (px)", description="Edge of a block that it tells of, in pixels."
    )
    positive_area: float = Field(
        gt=0,
        le=1,
        title="Positive area",
        description="Share of a block above the marker's threshold that made it positive.",
    )
    cut: float = Field(
        0.5,
        ge=0,
        le=1,
        title="Cut",
        description="Probability from which a block counts as positive: the one with the best F1 "
        "on the stop set.",
    )
    marker: str = Field("", title="Marker", description="Name of the marker.")
    threshold: JsonObject = Field(
        default_factory=dict,
        title="Threshold",
        description="How the marker's threshold was found.",
    )
    pixel_size_um: PositiveFloat | None = Field(
        None, title="Pixel size", description="Edge of a pixel in micrometres, where known."
    )
    has_fluorescence: bool = Field(
        False, title="Predicted fluorescence", description="Whether it predicts that too."
    )
    fluorescence_levels: tuple[float, float] | None = Field(
        None,
        title="Levels of the fluorescence",
        description="Median of the training markers, and what is one unit above it: the predicted "
        "fluorescence is brought to their grey values.",
    )
    calibration: CalibrationCard = Field(
        CalibrationCard(), title="Calibration", description="How its probabilities are set right."
    )
    licence: str = Field("", title="Licence", description="Licence of the data it was trained on.")
    data: str = Field("", title="Data", description="What it was trained on.")
    metrics: JsonObject = Field(
        default_factory=dict,
        title="Metrics",
        description="How good it is on blocks that were held out: f1, accuracy, precision, "
        "recall, roc_auc and of how many blocks, fields and dishes.",
    )
    record: JsonObject = Field(
        default_factory=dict, title="Record", description="How it was trained."
    )
