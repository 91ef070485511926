"""How windows are cut from a genome; needs no torch."""

from __future__ import annotations

from pydantic import Field, model_validator

from napari_seewhy.options import Options


class WindowOptions(Options):
    """How a genome is cut into windows, and which of them teach."""

    window_bp: int = Field(
        131_072, ge=128, title="Window (bp)", description="Length of each window in bases."
    )
    bin_bp: int = Field(
        128,
        ge=1,
        title="Bin (bp)",
        description="Bases per value of the coverage; the window must be a multiple of it.",
    )
    unknown_share: float = Field(
        0.35,
        ge=0,
        le=1,
        title="Most unknown bases",
        description="Windows with a larger share of N are left out.",
    )
    valid: str = Field(
        "",
        title="Stop chromosomes",
        description="Chromosomes, with commas, whose windows say when to stop; where none is "
        "named here and below, every chromosome is divided into stretches: the first 70 % learn, "
        "then 15 % stop, then 15 % report, with one window left out between them.",
    )
    test: str = Field(
        "",
        title="Report chromosomes",
        description="Chromosomes, with commas, whose windows are kept for the report.",
    )
    clip: float = Field(
        60_000.0,
        gt=0,
        le=65_504,
        title="Largest value",
        description="Greater coverage is cut down to it: the file holds half precision.",
        json_schema_extra={"advanced": True},
    )

    @model_validator(mode="after")
    def _check_bins(self) -> WindowOptions:
        if self.window_bp % self.bin_bp:
            raise ValueError(
                f"a window of {self.window_bp} bp is no multiple of bins of {self.bin_bp} bp"
            )
        return self

    def list_chromosomes(self, split: str) -> tuple[str, ...]:
        """Return the chromosomes that were named for "valid" or "test"."""
        named = self.valid if split == "valid" else self.test
        return tuple(name.strip() for name in named.split(",") if name.strip())
