"""What can be chosen about simulated tracks of chromatin and methylation."""

from __future__ import annotations

from pydantic import Field

from napari_seewhy.options import Options


class TracksOptions(Options):
    """How many genes and compounds are simulated, and what the compounds do."""

    n_genes: int = Field(
        200, ge=1, le=20_000, title="Genes", description="Number of genes; no two are near."
    )
    n_compounds: int = Field(
        2, ge=1, le=99, title="Compounds", description="Number of treated samples."
    )
    suppressed: float = Field(
        0.45,
        ge=0,
        le=1,
        title="Suppressed",
        description="Share of the genes a compound suppresses.",
    )
    induced: float = Field(
        0.2, ge=0, le=1, title="Induced", description="Share of the genes a compound induces."
    )
    depth: float = Field(
        1.0, gt=0, le=100, title="Depth", description="Reads of the control; 1 is shallow."
    )
    seed: int = Field(0, ge=0, title="Seed", description="The same seed gives the same tracks.")
