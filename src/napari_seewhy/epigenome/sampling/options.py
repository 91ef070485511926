"""What can be chosen about making samples of pictures of genes."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeAlias

from pydantic import Field

from napari_seewhy.options import Options

InputKind: TypeAlias = Literal["whole", "chromatin", "methylation", "halves", "tracks"]
"""What of a picture a network sees; "halves" lays both over each other as channels, "tracks" takes
the numbers beside the picture."""


HALVES: tuple[InputKind, ...] = ("chromatin", "methylation")
"""The halves of a picture, the upper one first."""


class PictureInput(Options):
    """What of a picture a network sees, and at which size."""

    input: InputKind = Field(
        "whole",
        title="Input",
        description="The whole picture, its chromatin half, its methylation half, both halves laid "
        "over each other as channels, or the numeric tracks beside the picture.",
    )
    width_px: int | None = Field(
        None,
        ge=8,
        le=2048,
        title="Width",
        description="Width to resize every picture to; none takes that of the first.",
    )
    height_px: int | None = Field(
        None,
        ge=8,
        le=2048,
        title="Height",
        description="Height to resize every picture or half to; none takes that of the first.",
    )


class PictureInputOptions(PictureInput):
    """How pictures of genes become samples."""

    group_by: Literal["gene", "compound", "stretch"] = Field(
        "gene",
        title="Group by",
        description="What must stay together when splitting: the pictures of one gene, of one "
        "compound, or of one stretch of a chromosome.",
    )
    n_stretches: int = Field(
        20,
        ge=2,
        le=1000,
        title="Stretches",
        description="Number of stretches of about equal size; fewer come out where windows overlap "
        "in so many places that there are too few gaps for the borders.",
    )
    labels: Path | None = Field(
        None,
        title="Classes",
        description="Table (.csv) that says the class of each file, or of each gene and compound; "
        "none takes what folders or the table of pictures say.",
    )
    class_column: str = Field(
        "class", min_length=1, title="Class column", description="Column of the class there."
    )
    reader: str = Field(
        "",
        title="Reader",
        description="Whose classes of a review to take; none takes the consensus that it keeps, "
        "and else the class on which its readers agree.",
    )
    only_agreed: bool = Field(
        False,
        title="Only agreed",
        description="Take from a review only what two or more readers agree on, or its consensus.",
    )
    classes: tuple[str, ...] = Field(
        (),
        title="Classes",
        description="In this order; pictures of other classes become unknown. None takes all.",
    )
