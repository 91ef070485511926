"""Which images of phase contrast and of a marker belong together, and what is taken of them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from napari_seewhy.blocks.pairing.place_options import PlaceOptions
from napari_seewhy.blocks.pairing.planes import check_planes
from napari_seewhy.images import Declared, Slices
from napari_seewhy.options import Options

_REGION = r"-?\d*:-?\d*,-?\d*:-?\d*"


class ImagePairOptions(Options):
    """Which images belong together, and which channels and planes of them are taken."""

    phase: str = Field(
        "",
        title="Phase contrast",
        description='Images of phase contrast: a folder, a file or a glob such as "*_phase.tif".',
    )
    marker: str = Field(
        "",
        title="Marker",
        description="Images of the marker at the same places; if not given, the marker is a "
        "channel of the images of phase contrast.",
    )
    phase_channel: str = Field(
        "",
        title="Channels of phase contrast",
        description="Names or numbers, parted by commas; if not given, all but that of the marker.",
    )
    marker_channel: str = Field(
        "",
        title="Channel of the marker",
        description="Its name or number; may be left out where there is one channel only.",
    )
    planes: str = Field(
        "",
        title="Planes",
        description="Numbers of the focal planes, from 0 and parted by commas, each of which "
        "becomes an input of the network; all if not given.",
        json_schema_extra={"advanced": True},
    )
    slices: Slices = Field(
        "",
        title="Slices",
        description="Whether the slices of a stack are planes or times, where its file does not "
        "say so.",
        json_schema_extra={"advanced": True},
    )
    not_measured: Path | None = Field(
        None,
        title="Not measured",
        description="Mask that is not 0 where nothing was measured, or a folder of masks named as "
        "the images of phase contrast; nothing is learned or judged there.",
        json_schema_extra={"advanced": True},
    )
    match: str = Field(
        "",
        title="Name of the place",
        description="Regular expression whose first bracketed part is the same in the paths of "
        "both images of a pair; if not given, what the wildcards of both globs stand for.",
        json_schema_extra={"advanced": True},
    )

    _check_planes = field_validator("planes")(check_planes)

    @property
    def declared(self) -> Declared:
        """What a person says of the images."""
        mask = self.not_measured
        return Declared(self.slices, None if mask is None else mask.expanduser().absolute())


class StainPairOptions(PlaceOptions, ImagePairOptions):
    r"""Which images belong together, and what is taken of them.

    Examples
    --------
    >>> options = StainPairOptions(phase="*_phase.tif", marker="*_gfp.tif", dish=r"(dish\d+)")
    >>> options.change(region=":,0:512").box
    (slice(None, None, None), slice(0, 512, None))
    """

    region: str = Field(
        "",
        title="Region",
        description="Rows and columns of each field that are learned from or judged by, as in "
        "0:1024,0:512; the whole field if not given, which always gives the threshold.",
        json_schema_extra={"advanced": True},
    )
    registration: Literal["check", "correct", "ignore"] = Field(
        "check",
        title="Shift between the images",
        description="check refuses pairs whose images are shifted against each other, correct "
        "moves the marker back, ignore takes them as they are.",
    )

    @field_validator("region")
    @classmethod
    def _check_region(cls, region: str) -> str:
        import re

        compact = region.replace(" ", "")
        if compact and not re.fullmatch(_REGION, compact):
            raise ValueError("give rows and columns as in 0:1024,0:512, or :,512: for the rest")
        return compact

    @property
    def box(self) -> tuple[slice, slice]:
        """Rows and columns that are used."""
        if not self.region:
            return slice(None), slice(None)
        rows, columns = (
            slice(*(int(end) if end else None for end in edge.split(":")))
            for edge in self.region.split(",")
        )
        return rows, columns
