"""What is asked of a network when it should explain itself; needs no torch."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import Field

from napari_seewhy.models.running import PredictOptions

MethodName: TypeAlias = Literal["grad-cam", "grad-cam++", "xgrad-cam", "eigen-cam", "layer-cam"]


class ExplainOptions(PredictOptions):
    """How it is found out where a network looked."""

    method: MethodName = Field(
        "grad-cam",
        title="Method",
        description="grad-cam is the usual one; grad-cam++ shows several places better; xgrad-cam "
        "counts places where a channel is active; layer-cam is finer; eigen-cam asks for no class.",
    )
    of: str = Field(
        "",
        title="Class",
        description="Class whose reasons are shown; empty takes for every sample the class that "
        "the network says.",
    )
    layer: str = Field(
        "",
        title="Layer",
        description="Layer of the network whose view is shown; empty takes the deepest one that "
        "is fine enough to resolve places.",
        json_schema_extra={"advanced": True},
    )
