"""Where a network runs and how exactly it counts, as a person chooses it; needs no torch."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import Field

from napari_seewhy.options import Options

DeviceName: TypeAlias = Literal["auto", "cuda", "mps", "cpu"]
PrecisionName: TypeAlias = Literal["auto", "bf16", "tf32", "fp32"]


class DeviceOptions(Options):
    """Where a network runs and how exactly it counts."""

    device: DeviceName = Field(
        "auto", title="Device", description="auto takes the GPU where there is one."
    )
    precision: PrecisionName = Field(
        "auto",
        title="Precision",
        description="auto answers in float32, so that every computer counts the same, and trains "
        "in bfloat16 where the processor has instructions for it; bf16 is faster there and "
        "rounds, tf32 is between the two on a GPU of NVIDIA.",
        json_schema_extra={"advanced": True},
    )
