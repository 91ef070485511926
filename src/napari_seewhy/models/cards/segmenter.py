"""The card of a segmenter: what it was trained on, at which sizes it works, how good it is."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, PositiveFloat, model_validator

from napari_seewhy.models.cards.card import JsonObject
from napari_seewhy.options import Options

SCHEMA_VERSION: Literal[1] = 1
"""Highest version of this card that the program writes and reads."""


class ConfidenceCard(Options):
    """How the evidence for a nucleus is weighed; the logistic function of the sum is the chance.

    The usual weights are for a network of which too few mistakes are known to find its own.
    """

    inside: float = Field(
        0.7,
        title="Inside",
        description="Weight of the logit of the mean probability of its pixels.",
    )
    size: float = Field(
        1.5,
        title="Size",
        description="Weight of the logarithm of its area against that of a usual nucleus.",
    )
    stray: float = Field(
        -0.9,
        title="Stray",
        description="Weight of how far its pixels vote beside its centre, in pixels.",
    )
    bias: float = Field(2.3, title="Bias", description="What is added.")


class SegmenterCard(Options):
    """What a segmenter says of itself; written into the header of its file."""

    schema_version: Literal[1] = SCHEMA_VERSION
    name: str = Field(
        min_length=1, title="Name", description="Name that it was given when trained."
    )
    nominal_px: PositiveFloat = Field(
        title="Nominal diameter",
        description="Pictures with larger usual nuclei are made smaller until they have this "
        "diameter in pixels.",
    )
    diameters_px: tuple[PositiveFloat, PositiveFloat, PositiveFloat] = Field(
        title="Diameters",
        description="5th percentile, median and 95th percentile of the diameters of the training "
        "nuclei, in pixels of their images.",
    )
    background: tuple[float, float, float] = Field(
        title="Background",
        description="5th percentile, median and 95th percentile over the training images of the "
        "median intensity, once each image is scaled so that its 1st percentile is 0 and its "
        "99.8th is 1. It is low where bright nuclei lie on a dark background.",
    )
    confidence: ConfidenceCard = Field(
        ConfidenceCard(), title="Confidence", description="How sure one may be of a nucleus."
    )
    licence: str = Field("", title="Licence", description="Licence of the data it was trained on.")
    data: str = Field("", title="Data", description="What it was trained on.")
    metrics: JsonObject = Field(
        default_factory=dict,
        title="Metrics",
        description="How good it is on images that were held out: "
        "average_precision maps the overlap (IoU) that counts as found to the precision.",
    )
    record: JsonObject = Field(
        default_factory=dict, title="Record", description="How it was trained."
    )

    @model_validator(mode="after")
    def _check_order(self) -> SegmenterCard:
        for what, values in (("diameters", self.diameters_px), ("background", self.background)):
            if list(values) != sorted(values):
                raise ValueError(f"the {what} {values} must rise")
        return self
