"""What can be chosen about explaining cells; needs no torch."""

from __future__ import annotations

from pydantic import Field

from napari_seewhy.cells.classifying import ClassifyOptions
from napari_seewhy.explaining import ExplainOptions, HeatmapScale


class ExplainCellsOptions(ClassifyOptions, ExplainOptions):
    """How it is found out where a network looked in the cells of an image."""

    scale: HeatmapScale = Field(
        "all",
        title="Scale",
        description="all: one scale for all cells, so that they can be compared; each: the "
        "strongest place of every cell is 1.",
    )
    rim_px: float = Field(
        5.0,
        gt=0,
        le=1000,
        title="Rim (px)",
        description="Width of the band just outside the nucleus that is counted as its rim.",
    )
    organelle: str = Field(
        "",
        title="Organelle",
        description="Channel of the model whose bright structures, such as the Golgi, are counted "
        "as a region of their own; empty counts none.",
    )
