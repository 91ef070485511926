"""Where a network runs and how exactly it counts, as a person chooses it; needs no torch."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import Field

from napari_seewhy.options import Options

DeviceName: TypeAlias = Literal["auto", "cuda", "mps", "cpu"]
PrecisionName: TypeAlias = Literal["auto", "bf16", "fp32"]


class DeviceOptions(Options):
    """Where a network runs and how exactly it counts."""

    device: DeviceName = Field(
        "auto", title="Device", description="auto takes the GPU where there is one."
    )
    precision: PrecisionName = Field(
        "auto",
        title="Precision",
        description="auto takes bfloat16 where it is faster, which is timed on the first samples; "
        "choose fp32 for results that another run repeats to the last bit.",
        json_schema_extra={"advanced": True},
    )
