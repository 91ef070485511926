"""How a model is judged; needs no torch."""

from __future__ import annotations

from pydantic import Field

from napari_seewhy.models.running import PredictOptions


class EvaluateOptions(PredictOptions):
    """How a model is judged."""

    n_bootstrap: int = Field(
        1000,
        ge=100,
        le=100_000,
        title="Resamplings",
        description="How often groups are resampled to say how much a figure may vary.",
        json_schema_extra={"advanced": True},
    )
    n_errors: int = Field(
        24,
        ge=0,
        le=200,
        title="Errors to show",
        description="How many of the wrong answers of which the model was most sure are kept.",
    )
    seed: int = Field(
        0, ge=0, lt=2**32, title="Seed", description="Another number draws other resamplings."
    )
