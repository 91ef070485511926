"""What can be chosen about applying and judging a virtual immunostaining; needs no torch."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from napari_seewhy.blocks.pairing import check_planes
from napari_seewhy.models.running import DeviceOptions


class JudgeStainOptions(DeviceOptions):
    """What counts as positive, and how the efficiency is made of it."""

    cut: float | None = Field(
        None,
        ge=0,
        le=1,
        title="Cut",
        description="Probability from which a block counts as positive; the model's own if not "
        "given.",
    )
    efficiency: Literal["sum", "count"] = Field(
        "sum",
        title="Efficiency by",
        description="sum adds up the probabilities of all blocks, count counts those above the "
        "cut.",
    )
    rescale: bool = Field(
        False,
        title="Rescale",
        description="Bring fields of another pixel size to that of the model; else they are "
        "refused.",
    )


class ApplyStainOptions(JudgeStainOptions):
    """How a virtual immunostaining is painted.

    Examples
    --------
    >>> ApplyStainOptions(channels=("0",), stride_px=16).cut is None
    True
    """

    channels: tuple[str, ...] = Field(
        (),
        title="Channels of phase contrast",
        description="Names or numbers, in the order of the model; found by their names if not "
        "given.",
    )
    planes: str = Field(
        "",
        title="Planes",
        description="Numbers of the focal planes, from 0 and parted by commas, in the order of the "
        "model; all if not given.",
        json_schema_extra={"advanced": True},
    )
    stride_px: int | None = Field(
        None,
        ge=1,
        title="Stride (px)",
        description="From one block to the next; a whole block if not given, smaller for a finer "
        "map.",
    )

    _check_planes = field_validator("planes")(check_planes)
