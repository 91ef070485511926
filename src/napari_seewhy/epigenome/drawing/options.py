"""What can be chosen about drawing pictures of genes."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from napari_seewhy.options import Options


class DrawOptions(Options):
    """How one picture per gene is drawn from its tracks.

    Raises
    ------
    OptionError
        If the window cannot be cut into whole bins, or a field is out of its bounds.
    """

    reach_bp: int = Field(
        5000,
        ge=100,
        le=1_000_000,
        title="Reach (bp)",
        description="How far the window goes to both sides of the start of a gene.",
    )
    width_px: int = Field(
        200, ge=32, le=2048, title="Width (px)", description="Width of both panels."
    )
    half_height_px: int = Field(
        64, ge=16, le=1024, title="Height of a half (px)", description="Height of each panel."
    )
    mirror: bool = Field(
        True,
        title="Mirror minus strand",
        description="Draw genes of the minus strand mirrored, so that upstream is always left.",
    )
    scale: Literal["sqrt", "linear"] = Field(
        "sqrt",
        title="Scale of chromatin",
        description="Heights as their square root, on which counting noise is even, or as they "
        "are.",
    )
    top: float | None = Field(
        None,
        gt=0,
        title="Top of chromatin",
        description="Signal that fills the panel, the same in all pictures; none takes it from the "
        "genes of the first control.",
    )
    depth: Literal["median", "total", "none"] = Field(
        "median",
        title="Depth",
        description="What makes treated and control comparable: the median ratio over windows of "
        "1 kb, the ratio of all signal, or nothing.",
    )
    smoothing_bp: int = Field(
        300,
        ge=1,
        title="Smoothing (bp)",
        description="Width (standard deviation) of the average that the difference curves show.",
    )
    bin_bp: int = Field(
        100, ge=1, title="Bins (bp)", description="Width of a bin of the numeric tracks."
    )
    min_reads: int = Field(
        1,
        ge=1,
        title="Fewest reads",
        description="Text files of methylation: sites with fewer reads are left out.",
    )
    join_transcripts: bool = Field(
        False,
        title="Join transcripts",
        description="Genes in a BED: draw one picture of lines that share exons on one strand, as "
        "the transcripts of a gene do, named after the longest.",
    )
    axes: bool = Field(
        True,
        title="Axes",
        description="Draw name and axes about the panels; they are cut away before training.",
    )
    n_workers: int = Field(
        0,
        ge=0,
        le=256,
        title="Processes",
        description="Pictures drawn at once; 0 takes one per processor core.",
        json_schema_extra={"advanced": True},
    )

    @model_validator(mode="after")
    def _check_bins(self) -> Self:
        if (2 * self.reach_bp) % self.bin_bp:
            raise ValueError(
                f"a window of {2 * self.reach_bp:,} bp cannot be cut into bins of {self.bin_bp} bp"
            )
        return self

    @property
    def n_bins(self) -> int:
        """Number of bins of the numeric tracks."""
        return 2 * self.reach_bp // self.bin_bp
