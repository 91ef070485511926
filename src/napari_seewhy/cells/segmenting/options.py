"""What can be chosen about segmenting."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from napari_seewhy.errors import OptionError
from napari_seewhy.images import ZPlane  # noqa: TC001  (pydantic reads it when the class is made)
from napari_seewhy.models.running import DeviceOptions


class SegmentOptions(DeviceOptions):
    """How nuclei, and cells about them, are found.

    Raises
    ------
    OptionError
        If a length is given both in micrometres and in pixels, or a field is out of its bounds.

    Examples
    --------
    >>> SegmentOptions(diameter_um=12.0, cells="expand").method
    'nuclei'
    """

    method: str = Field(
        "nuclei",
        title="Method",
        description="What finds the nuclei: the network nuclei, the threshold otsu, or where they "
        "are installed cellpose and stardist.",
    )
    channel: str = Field(
        "0", title="Nuclear channel", description="Name of the channel, or its number from 0."
    )
    diameter_um: float | None = Field(
        None,
        gt=0,
        title="Diameter (µm)",
        description="Usual diameter of a nucleus in micrometres; empty = taken from the image.",
    )
    diameter_px: float | None = Field(
        None,
        gt=0,
        title="Diameter (px)",
        description="Usual diameter of a nucleus in pixels; empty = taken from the image.",
    )
    smoothing_px: float = Field(
        0.7,
        ge=0,
        le=20,
        title="Smoothing (px)",
        description="Width (sigma) of the blur before the threshold; more bridges grain and gaps.",
    )
    threshold: Literal["otsu", "local"] = Field(
        "local",
        title="Threshold",
        description="One for the whole image (otsu), or also above the surroundings (local).",
    )
    splitting: float = Field(
        0.5,
        ge=0,
        le=1,
        title="Splitting",
        description="How readily touching nuclei are cut apart: 0 never, 1 at the slightest waist.",
    )
    min_area_px: int | None = Field(
        None,
        ge=0,
        title="Smallest area (px)",
        description="Objects with fewer pixels are dropped; empty = a tenth of a usual nucleus.",
    )
    min_confidence: float = Field(
        0.4,
        ge=0,
        le=1,
        title="Least confidence",
        description="Method nuclei: objects of which the network is less sure are dropped.",
        json_schema_extra={"advanced": True},
    )
    drop_border: bool = Field(
        False,
        title="Drop at border",
        description="Leave out nuclei that touch the edge of the image, as they may be cut off.",
    )
    z_plane: ZPlane = Field(
        "max", title="Z plane", description="Plane of a stack from 0, or max for its projection."
    )
    model: str = Field(
        "",
        title="Model",
        description="Network of the method: a file, or a name in the library (for cellpose and "
        "stardist one of theirs); empty = the usual one.",
    )
    cells: Literal["none", "expand", "watershed"] = Field(
        "none",
        title="Whole cells",
        description="Grow cells from nuclei: by a distance (expand) or in a channel (watershed).",
    )
    cell_channel: str = Field(
        "",
        title="Cell channel",
        description="Channel that fills the cell, for the watershed: its name or number.",
    )
    cell_distance_um: float | None = Field(
        None,
        gt=0,
        title="Cell distance (µm)",
        description="How far a cell may reach beyond its nucleus, in micrometres; empty = usual.",
    )
    cell_distance_px: float | None = Field(
        None,
        gt=0,
        title="Cell distance (px)",
        description="How far a cell may reach beyond its nucleus, in pixels; empty = expand by "
        "half a nucleus, watershed without limit.",
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        for length in ("diameter", "cell_distance"):
            um, px = getattr(self, f"{length}_um"), getattr(self, f"{length}_px")
            if um is not None and px is not None:
                raise OptionError(
                    f"{length}_um is {um} and {length}_px is {px}; give only one of the two."
                )
        if self.cells == "watershed" and not self.cell_channel:
            raise OptionError(
                "cells is 'watershed' but cell_channel is empty; say which channel fills the cell, "
                "or use cells='expand'."
            )
        return self
