"""What is searched by trying, and for how long; needs neither torch nor Optuna."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import Field

from napari_seewhy.models.running import DeviceOptions
from napari_seewhy.training.fitting import AugmentationName  # noqa: TC001  (pydantic reads the alias)

SearchName: TypeAlias = Literal["nagao", "backbones"]

DEFAULT_TRIALS = 30


class TuneOptions(DeviceOptions):
    """What is searched by trying, and for how long.

    Of the three budgets the one that is used up first ends the search; without any, it is 30
    trials.
    """

    search: SearchName = Field(
        "nagao",
        title="Search",
        description="nagao: stages, filters and dense units of the network of Nagao et al.; "
        "backbones: which of the networks below.",
    )
    backbones: tuple[str, ...] = Field(
        ("small", "resnet18", "mobilenetv3_small_100", "convnext_atto"),
        min_length=1,
        title="Backbones",
        description="Networks to try in the search backbones: small, or any of timm by its name.",
    )
    inputs_px: tuple[int, ...] = Field(
        (),
        title="Input sizes",
        description="Longer edges in pixels to which samples are resized in the search backbones, "
        "such as 64 and 96; not given tries them as they are and enlarged twofold.",
    )
    trials: int | None = Field(
        None,
        ge=1,
        title="Trials",
        description="Trials in the whole study, those of earlier runs and of other computers "
        "included.",
    )
    hours: float | None = Field(
        None, gt=0, le=1000, title="Hours", description="Time for this run, the last training too."
    )
    until: str = Field(
        "",
        pattern=r"^(([01]?\d|2[0-3]):[0-5]\d)?$",
        title="Until",
        description="Clock time such as 07:00 by which the model should be ready.",
    )
    epochs: int = Field(
        20,
        ge=1,
        le=10_000,
        title="Epochs",
        description="Passes over the training samples in one trial, and for the winner.",
    )
    batch_size: int = Field(
        64,
        ge=2,
        title="Batch size",
        description="Samples per step of learning.",
        json_schema_extra={"advanced": True},
    )
    balance: Literal["none", "sampler", "loss"] = Field(
        "sampler",
        title="Balance",
        description="How rare classes are made up for: sampler shows their samples more often, "
        "loss weighs them more.",
        json_schema_extra={"advanced": True},
    )
    augmentation: AugmentationName = Field(
        "cells",
        title="Augmentation",
        description="How samples are varied; how strongly is searched.",
    )
    pruning: Literal["median", "hyperband", "none"] = Field(
        "median",
        title="Pruning",
        description="When a bad trial is given up: median once it is worse than half of the "
        "others at the same epoch.",
        json_schema_extra={"advanced": True},
    )
    seed: int = Field(
        0,
        ge=0,
        lt=2**32,
        title="Seed",
        description="Another number tries other things and gives other random weights.",
    )

    @property
    def most_trials(self) -> int | None:
        """Trials after which the search ends; None where time alone ends it."""
        is_timed = self.hours is not None or bool(self.until)
        return self.trials if self.trials is not None or is_timed else DEFAULT_TRIALS
