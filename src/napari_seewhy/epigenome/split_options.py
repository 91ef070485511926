"""What can be chosen about splitting pictures of genes."""

from __future__ import annotations

from pydantic import Field

from napari_seewhy.options import Options


class SplitOptions(Options):
    """How pictures are split into their chromatin and methylation halves."""

    line_px: int | None = Field(
        None,
        ge=1,
        title="Dividing line",
        description="First row of pixels below the line between chromatin and methylation; none "
        "finds it, and stops where it is not found for sure.",
    )
