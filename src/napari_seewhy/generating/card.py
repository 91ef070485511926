"""Generators: the card of one, and how it is read from its file."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple, TypeAlias

from pydantic import Field, PositiveInt, model_validator

from napari_seewhy.models.cards import BaseCard, Description, DtypeName, SizePx, size_in_words
from napari_seewhy.models.files import load_network

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.generating.picture_network import PictureNetwork

Limits: TypeAlias = tuple[float, float]


class GeneratorCard(BaseCard):
    """The description of a generator; written into the header of its file."""

    kind: ClassVar[str] = "generator"
    does: ClassVar[str] = "draws more samples of one class"
    key: ClassVar[str] = "napari-seewhy generator"

    class_name: str = Field(title="Class", description="Which class its pictures are of.")
    channels: tuple[str, ...] = Field(
        min_length=1, title="Channels", description="Names of the channels of a picture."
    )
    limits: tuple[Limits, ...] = Field(
        title="Limits",
        description="Darkest and brightest of each channel; no picture goes beyond.",
    )
    size_px: tuple[SizePx, SizePx] = Field(
        title="Size", description="Height and width of a picture in pixels."
    )
    dtype: DtypeName = Field(title="Pixel type", description="Type of the pixels: uint8 ...")
    width: int = Field(
        ge=1,
        le=1024,
        title="Width",
        description="Feature maps at half the resolution of a picture.",
    )
    n_noise: int = Field(
        ge=1,
        le=4096,
        title="Noise",
        description="How many random numbers one picture is drawn from.",
    )
    n_samples: PositiveInt = Field(
        title="Samples", description="How many real pictures it learned from."
    )

    @model_validator(mode="after")
    def _check_limits(self) -> GeneratorCard:
        if len(self.limits) != len(self.channels):
            raise ValueError(
                f"there are {len(self.limits)} limits for {len(self.channels)} channels; give one "
                "pair each"
            )
        return self

    def build(self) -> PictureNetwork:
        """Build the network with fresh weights."""
        from napari_seewhy.generating.picture_network import PictureNetwork

        return PictureNetwork(
            len(self.channels), self.size_px, width=self.width, n_noise=self.n_noise
        )

    def describe(self) -> Description:
        """Say of which class its pictures are, and how large."""
        size = size_in_words(self.size_px)
        rows = (
            ("Class", self.class_name),
            ("Channels", ", ".join(self.channels)),
            ("Sample", size),
        )
        sentence = f"Draws samples of {self.class_name}."
        return Description(self.class_name, sentence, self.channels, size, rows=rows)


class PictureGenerator(NamedTuple):
    """A network that draws pictures of one class, and its card."""

    network: PictureNetwork
    card: GeneratorCard


def load_generator(path: Path) -> PictureGenerator:
    """Read a generator, its network on the CPU; nothing in the file is run.

    Raises
    ------
    FileError
        As `load_network`.
    """
    return PictureGenerator(*load_network(path, GeneratorCard))
