"""How samples are shared out among training, stopping and reporting."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from napari_seewhy.options import Options


class SplitOptions(Options):
    """Three sets: one to learn from, one to stop by, one to report on."""

    stop_share: float = Field(
        0.15,
        gt=0,
        lt=1,
        title="Share for stopping",
        description="Share of the samples that says when to stop and how sure to be.",
    )
    report_share: float = Field(
        0.2,
        gt=0,
        lt=1,
        title="Share for reporting",
        description="Share of the samples that is touched once, at the end, to say how good the "
        "model is.",
    )
    by: Literal["group", "sample"] = Field(
        "group",
        title="Split by",
        description="group keeps all samples of a field, well or day on one side, so that the "
        "figures hold for new ones; sample tears them apart, and the figures may be too good.",
    )
    seed: int = Field(
        0, ge=0, lt=2**32, title="Seed", description="Another number gives another split."
    )

    @model_validator(mode="after")
    def _check_shares(self) -> Self:
        if self.train_share < 0.01:
            raise ValueError(
                "the shares for stopping and reporting leave nothing to learn from; lower them"
            )
        return self

    @property
    def train_share(self) -> float:
        """Share of the samples that is learned from."""
        return 1 - self.stop_share - self.report_share

    @property
    def shares(self) -> tuple[float, float, float]:
        """Shares to learn from, to stop by, to report on."""
        return self.train_share, self.stop_share, self.report_share
