"""How replicates are compared; needs no torch."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from napari_seewhy.options import Options


class CompareReplicatesOptions(Options):
    """Where a change counts, and from which q-value on.

    Raises
    ------
    OptionError
        If nothing is left beside the start of a gene to compare it with.
    """

    chromatin_bp: int = Field(
        1500, ge=50, title="Chromatin", description="Reach about the start of a gene, both sides."
    )
    methylation_bp: int = Field(
        1000, ge=50, title="Methylation", description="The same for the CpG sites."
    )
    reach_bp: int = Field(
        4500,
        ge=100,
        le=1_000_000,
        title="Surroundings",
        description="How far the surroundings reach. A change counts only where it exceeds theirs: "
        "one of the whole window is no change of the gene.",
    )
    depth: Literal["median", "total", "none"] = Field(
        "median",
        title="Depth",
        description="What makes samples comparable: the median ratio over windows of 1 kb, the "
        "ratio of all signal, or nothing.",
    )
    min_reads: int = Field(
        1, ge=1, title="Fewest reads", description="Sites of text files with fewer are left out."
    )
    q: float = Field(
        0.05, gt=0, lt=1, title="q", description="Share of false discoveries that is accepted."
    )

    @model_validator(mode="after")
    def _check_reach(self) -> Self:
        if self.reach_bp <= max(self.chromatin_bp, self.methylation_bp):
            raise ValueError("the surroundings must reach farther than what is compared with them")
        return self
