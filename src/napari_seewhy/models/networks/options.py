"""Which network is trained: chosen here, built in `networks`."""

from __future__ import annotations

from pydantic import Field

from napari_seewhy.options import Options

SMALL = "small"
NAGAO = "nagao"
TRACKS = "tracks"
TORCHVISION = ("torchvision/alexnet", "torchvision/squeezenet1_0", "torchvision/squeezenet1_1")
"""Networks of torchvision that timm lacks."""


class NetworkOptions(Options):
    """Which network is trained."""

    backbone: str = Field(
        SMALL,
        title="Network",
        description="small: trains on a CPU in minutes; nagao: that of Nagao et al. 2020; "
        "tracks: for tracks and pictures of genes, runs along the genome; or any network of timm "
        "by its name, such as resnet18; or torchvision/alexnet, torchvision/squeezenet1_0 or "
        "torchvision/squeezenet1_1.",
    )
    dropout: float = Field(
        0.2,
        ge=0,
        lt=1,
        title="Dropout",
        description="Share of features that are left out at random while training.",
    )
    input_px: int | None = Field(
        None,
        ge=8,
        le=1024,
        title="Input size",
        description="Longer edge in pixels to which samples are resized in the network; not given "
        "leaves them as they are. Networks made for photographs see more in larger ones, and take "
        "longer.",
        json_schema_extra={"advanced": True},
    )
    width: int = Field(
        24,
        ge=4,
        le=512,
        title="Width",
        description="Filters of the first stage of small and nagao, where every stage doubles "
        "them; filters of each band of tracks.",
        json_schema_extra={"advanced": True},
    )
    n_stages: int = Field(
        3,
        ge=1,
        le=6,
        title="Stages",
        description="Stages of small, nagao and tracks; every stage halves the picture, or its "
        "width alone in tracks.",
        json_schema_extra={"advanced": True},
    )
    n_bands: int = Field(
        2,
        ge=1,
        le=16,
        title="Bands",
        description="Bands above each other that tracks reads with filters of their own: 2 for "
        "chromatin above methylation.",
        json_schema_extra={"advanced": True},
    )
    kernel_px: int = Field(
        3,
        ge=1,
        le=11,
        title="Kernel",
        description="Edge of the filters of nagao in pixels; odd.",
        json_schema_extra={"advanced": True},
    )
    n_dense: int = Field(
        128,
        ge=8,
        le=4096,
        title="Dense units",
        description="Units of the dense layer of nagao.",
        json_schema_extra={"advanced": True},
    )
    pretrained: bool = Field(
        False,
        title="Start from pretrained weights",
        description="Begin with weights learned on photographs (timm networks only); they are "
        "downloaded once, so this needs the internet.",
        json_schema_extra={"advanced": True},
    )
