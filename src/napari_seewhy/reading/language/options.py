"""How a language model of a genome is built and learned; needs no torch."""

from __future__ import annotations

from pydantic import Field

from napari_seewhy.models.running import DeviceOptions
from napari_seewhy.options import Options
from napari_seewhy.training.learning import Averaging, LearningRate, LoopOptions, WeightDecay


class LanguageNetworkOptions(Options):
    """Which network corrects the counted contexts."""

    width: int = Field(
        64,
        ge=8,
        le=1024,
        multiple_of=8,
        title="Width",
        description="Channels of each layer, a multiple of 8.",
        json_schema_extra={"advanced": True},
    )
    layers: str = Field(
        "hah",
        pattern=r"^[ha]{1,32}$",
        title="Layers",
        description="Kind of each block: h is a long convolution, a is attention to the last 128 "
        "bases.",
        json_schema_extra={"advanced": True},
    )
    window_bp: int = Field(
        1024,
        ge=256,
        le=131_072,
        multiple_of=128,
        title="Window (bp)",
        description="Length of the stretches that the network learns from; longer sequences are "
        "read in overlapping windows of this length.",
    )


class LanguageOptions(LanguageNetworkOptions, LoopOptions):
    """How a language model learns a genome."""

    epochs: int = Field(
        4, ge=1, le=10_000, title="Epochs", description="Passes over the training letters."
    )
    batch_size: int = Field(
        4,
        ge=2,
        title="Batch size",
        description="Windows per step of learning.",
        json_schema_extra={"advanced": True},
    )
    learning_rate: LearningRate = 3e-3
    weight_decay: WeightDecay = 0.01
    averaging: Averaging = 0.99
    held_out: float = Field(
        0.2,
        gt=0,
        le=0.5,
        title="Held out",
        description="Share at the end of the genome that is kept for the report and never learned "
        "from.",
    )
    data: str = Field("", title="Data", description="What it is trained on, for its card.")
    licence: str = Field(
        "", title="Licence", description="Licence of that data, such as CC0-1.0, for its card."
    )


class GenerateOptions(DeviceOptions):
    """How a language model writes DNA."""

    length_bp: int = Field(
        5000, ge=1, le=1_000_000, title="Length (bp)", description="Letters of each sequence."
    )
    n_sequences: int = Field(
        4, ge=1, le=1024, title="Sequences", description="How many are drawn at once."
    )
    temperature: float = Field(
        1.0,
        gt=0,
        le=10,
        title="Temperature",
        description="1 draws letters as the model expects them; less takes the likeliest more "
        "often.",
    )
    top_k: int = Field(
        4,
        ge=1,
        le=4,
        title="Likeliest letters",
        description="Only so many of the four letters may be drawn at each base.",
        json_schema_extra={"advanced": True},
    )
    seed: int = Field(
        0, ge=0, lt=2**32, title="Seed", description="Another number draws other sequences."
    )
