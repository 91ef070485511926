"""Segmenters: the card of one, and how it is read from its file."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from pydantic import Field, PositiveFloat, model_validator

from napari_seewhy.errors import OptionError
from napari_seewhy.models.cards import NOT_MEASURED, BaseCard, Description
from napari_seewhy.models.files import load_network
from napari_seewhy.nuclei.maps import NOMINAL_PX
from napari_seewhy.options import Options

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn

    from napari_seewhy.nuclei.network import NucleiNetwork


class ConfidenceCard(Options):
    """How the evidence for a nucleus is weighed; the logistic function of the sum is the chance.

    The usual weights are for a network of which too few mistakes are known to find its own.
    """

    inside: float = Field(
        0.7,
        title="Inside",
        description="Weight of the logit of the mean probability of its pixels.",
    )
    size: float = Field(
        1.5,
        title="Size",
        description="Weight of the logarithm of its area against that of a usual nucleus.",
    )
    stray: float = Field(
        -0.9,
        title="Stray",
        description="Weight of how far its pixels vote beside its centre, in pixels.",
    )
    bias: float = Field(2.3, title="Bias", description="What is added.")


class SegmenterCard(BaseCard):
    """The description of a segmenter; written into the header of its file.

    Its metric ``average_precision`` maps the overlap (IoU) that counts as found to the precision.
    """

    kind: ClassVar[str] = "segmenter"
    does: ClassVar[str] = "finds nuclei in images"
    key: ClassVar[str] = "napari-seewhy segmenter"

    nominal_px: PositiveFloat = Field(
        title="Nominal diameter",
        description="Pictures with larger usual nuclei are made smaller until they have this "
        "diameter in pixels.",
    )
    diameters_px: tuple[PositiveFloat, PositiveFloat, PositiveFloat] = Field(
        title="Diameters",
        description="5th percentile, median and 95th percentile of the diameters of the training "
        "nuclei, in pixels of their images.",
    )
    background: tuple[float, float, float] = Field(
        title="Background",
        description="5th percentile, median and 95th percentile over the training images of the "
        "median intensity, once each image is scaled so that its 1st percentile is 0 and its "
        "99.8th is 1. It is low where bright nuclei lie on a dark background.",
    )
    confidence: ConfidenceCard = Field(
        ConfidenceCard(), title="Confidence", description="How sure one may be of a nucleus."
    )

    @model_validator(mode="after")
    def _check_order(self) -> SegmenterCard:
        for what, values in (("diameters", self.diameters_px), ("background", self.background)):
            if list(values) != sorted(values):
                raise ValueError(f"the {what} {values} must rise")
        return self

    def build(self) -> NucleiNetwork:
        """Build the network with fresh weights.

        Raises
        ------
        OptionError
            If it was trained at another scale than images are brought to now.
        """
        from napari_seewhy.nuclei.network import NucleiNetwork

        if self.nominal_px != NOMINAL_PX:
            raise OptionError(
                f"it was trained on nuclei of up to {self.nominal_px:g} px, and this program shows "
                f"them with up to {NOMINAL_PX:g} px; retrain it."
            )
        return NucleiNetwork()

    def describe(self) -> Description:
        """Say which nuclei it was trained on, and how well it finds them."""
        width = f"{self.diameters_px[0]:.0f} to {self.diameters_px[2]:.0f} px"
        figures = self.metrics.get("average_precision")
        quality = NOT_MEASURED
        if isinstance(figures, dict):
            quality = ", ".join(
                f"{value:.3f} at IoU {overlap}" for overlap, value in figures.items()
            )
        rows = [("Nuclei", f"{width} in its training"), ("Average precision", quality)]
        split = self.record.get("results", {}).get("split", {})
        names = {"train": "Images learned from", "stop": "To stop by", "held_out": "Held out"}
        rows += [(title, str(len(split[part]))) for part, title in names.items() if split.get(part)]
        sentence = f"Trained on {self.data or 'data that it does not name'}."
        return Description(f"nuclei, {width}", sentence, quality=quality, rows=tuple(rows))


class Segmenter(NamedTuple):
    """A network that finds nuclei, and its card."""

    network: nn.Module
    card: SegmenterCard


def load_segmenter(path: Path) -> Segmenter:
    """Read a segmenter, its network on the CPU and ready to be asked; nothing in the file is run.

    Raises
    ------
    FileError
        As `load_network`.
    """
    return Segmenter(*load_network(path, SegmenterCard))
