"""Options of finding the measurements that separate classes."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from napari_seewhy.options import Options


class SeparationOptions(Options):
    """Which classes are compared, by which measurements, and how carefully.

    Examples
    --------
    >>> SeparationOptions(of="G2", against="G1").n_folds
    5
    """

    of: str = Field(
        "",
        title="Separate",
        description="The class to separate from the others; empty = the last one.",
    )
    against: str = Field(
        "", title="From", description="The class to compare it with; empty = all other classes."
    )
    features: tuple[str, ...] = Field(
        (),
        title="Measurements",
        description="Columns to compare; empty = all that are measurements of a cell. What was "
        "said by a network, where a cell lies, and its number are no measurements.",
    )
    leave_out: tuple[str, ...] = Field(
        (),
        title="Leave out",
        description="Columns to leave out, such as those of the marker that the classes were made "
        "from.",
    )
    group: str = Field(
        "image",
        title="Keep together",
        description="Column whose values are kept together: cells of one image are either all "
        "learned from or all judged, so that the figures hold for a new image.",
        json_schema_extra={"advanced": True},
    )
    products: bool = Field(
        True,
        title="Products",
        description="Also use the product of both measurements where one of them has values of 0 "
        "or less. Of two positive ones it is always there, as the sum of their logarithms.",
        json_schema_extra={"advanced": True},
    )
    n_paired: int = Field(
        16,
        ge=2,
        le=60,
        title="Measurements to pair",
        description="So many of the best measurements are tried in pairs; 16 make 120 pairs.",
        json_schema_extra={"advanced": True},
    )
    n_folds: int = Field(
        5,
        ge=2,
        le=20,
        title="Folds",
        description="Parts of the cells of which each is judged once by what the others teach.",
        json_schema_extra={"advanced": True},
    )
    max_cells: int = Field(
        10_000,
        ge=100,
        title="Most cells",
        description="Of more cells so many are drawn by chance, each class as often as it is.",
        json_schema_extra={"advanced": True},
    )
    seed: int = Field(
        0,
        ge=0,
        lt=2**32,
        title="Seed",
        description="Another number draws and divides the cells in another way.",
        json_schema_extra={"advanced": True},
    )

    @model_validator(mode="after")
    def _check_classes(self) -> Self:
        if self.of and self.of == self.against:
            raise ValueError(f"{self.of} cannot be told from itself; choose another class")
        return self
