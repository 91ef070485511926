"""How it is found out whether drawn samples help; needs no torch."""

from __future__ import annotations

from pydantic import Field

from napari_seewhy.options import Options


class CompareOptions(Options):
    """How training with and without drawn samples is compared."""

    n_folds: int = Field(
        5,
        ge=2,
        le=20,
        title="Folds",
        description="In how many parts the groups are divided; each is judged by networks that "
        "never saw it. Every fold trains a generator and three classifiers.",
    )
    n_per_real: float = Field(
        1.0,
        gt=0,
        le=20,
        title="Drawn per real",
        description="How many samples are drawn for each real one of the class.",
    )
    n_bootstrap: int = Field(
        1000,
        ge=100,
        le=100_000,
        title="Resamplings",
        description="How often groups are resampled to say how much a figure may vary.",
        json_schema_extra={"advanced": True},
    )
