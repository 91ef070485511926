"""What can be chosen about bringing in samples that were made elsewhere."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from napari_seewhy.images import Slices, ZPlane
from napari_seewhy.options import Options


class ImportOptions(Options):
    """What holds for every kind of import."""

    classes: tuple[str, ...] = Field(
        (),
        title="Classes",
        description="Classes, in this order; samples of other classes become "
        "unknown. None takes all.",
    )
    pixel_size_um: float | None = Field(
        None,
        gt=0,
        title="Pixel size (µm)",
        description="Edge of a pixel; none takes what the files say.",
    )


class NpzOptions(ImportOptions):
    """Which arrays of a numpy archive are what."""

    pixels_key: str = Field(
        "pixels", title="Pixels", description="Name of the array of the samples."
    )
    layout: Literal["NCHW", "NHWC", "NHW"] = Field(
        "NCHW",
        title="Order of axes",
        description="Samples, channels, height, width in the order in which the array has them.",
    )
    target_key: str = Field(
        "",
        title="Classes",
        description="Name of the array with one class per sample; none leaves all unknown.",
    )
    group_key: str = Field(
        "",
        title="Groups",
        description="Name of the array with one group per sample; none makes the file one group.",
    )
    channels_key: str = Field(
        "channels",
        title="Channel names",
        description="Name of the array of channel names; where it is not there, channels are "
        "numbered.",
    )


class ImagesOptions(ImportOptions):
    """How image files become samples, one each."""

    group_regex: str = Field(
        "",
        title="Pattern of the group",
        description="Regular expression that finds the group in a file's path, for instance "
        "/(day\\d+)/; none makes every file a group of its own.",
    )
    size_px: int | None = Field(
        None,
        ge=1,
        le=4096,
        title="Size",
        description="Height and width to cut from the middle of each image, mirrored where an "
        "image is smaller; none wants all images to be of one size.",
    )
    z_plane: ZPlane = Field(
        "max", title="Plane", description="Plane of a stack, or the maximum over all planes."
    )
    slices: Slices = Field(
        "",
        title="Slices",
        description="Whether the slices of a stack are planes or times, where its file does not "
        "say so.",
    )


class ImageTableOptions(ImagesOptions):
    """Which columns of a table of image files are what."""

    path_column: str = Field(
        "path",
        min_length=1,
        title="Path",
        description="Column of the file's path, from the table's folder on.",
    )
    class_column: str = Field(
        "class", title="Class", description="Column of the class; none leaves all unknown."
    )
    group_column: str = Field(
        "", title="Group", description="Column of the group; none uses the pattern of the group."
    )
