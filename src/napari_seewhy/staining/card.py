"""Models that stain virtually: the card of one, and how it is read from its file."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from pydantic import Field, PositiveFloat

from napari_seewhy.models.cards import NOT_MEASURED, BaseCard, Description, JsonObject
from napari_seewhy.models.files import load_network
from napari_seewhy.options import Options
from napari_seewhy.staining.stain_options import CELL_PX

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.staining.network import StainNetwork


class CalibrationCard(Options):
    """What is done to the logit of a block so that its probability is a share of positives."""

    slope: float = Field(1.0, gt=0, title="Slope", description="What the logit is multiplied by.")
    bias: float = Field(0.0, title="Bias", description="What is added then.")


class StainCard(BaseCard):
    """The description of a model of virtual immunostaining; stands in the header of its file.

    Its metrics are those of held-out blocks: f1, accuracy, precision, recall, roc_auc and of how
    many blocks, fields and dishes.
    """

    kind: ClassVar[str] = "stain"
    does: ClassVar[str] = "paints a virtual immunostaining"
    key: ClassVar[str] = "napari-seewhy stain"

    network: str = Field(
        min_length=1, title="Network", description="Its network: small, or a name of timm."
    )
    width: int = Field(
        16, ge=1, le=2048, title="Width", description="Filters of the first stage of small."
    )
    channels: tuple[str, ...] = Field(
        min_length=1, title="Channels", description="Names of the channels that it takes, in order."
    )
    block_px: int = Field(
        ge=CELL_PX,
        le=1024,
        multiple_of=CELL_PX,
        title="Block (px)",
        description="Edge of a block that it predicts, in pixels.",
    )
    positive_area: float = Field(
        gt=0,
        le=1,
        title="Positive area",
        description="Share of a block above the marker's threshold that made it positive.",
    )
    cut: float = Field(
        0.5,
        ge=0,
        le=1,
        title="Cut",
        description="Probability from which a block counts as positive: the one with the best F1 "
        "on the stop set.",
    )
    marker: str = Field("", title="Marker", description="Name of the marker.")
    threshold: JsonObject = Field(
        default_factory=dict,
        title="Threshold",
        description="How the marker's threshold was found.",
    )
    pixel_size_um: PositiveFloat | None = Field(
        None, title="Pixel size", description="Edge of a pixel in micrometres, where known."
    )
    has_fluorescence: bool = Field(
        False, title="Predicted fluorescence", description="Whether it predicts that too."
    )
    fluorescence_levels: tuple[float, float] | None = Field(
        None,
        title="Levels of the fluorescence",
        description="Median of the training markers, and what is one unit above it: the predicted "
        "fluorescence is brought to their grey values.",
    )
    calibration: CalibrationCard = Field(
        CalibrationCard(), title="Calibration", description="How its probabilities are set right."
    )

    @property
    def network_name(self) -> str:
        """What its network is called."""
        return self.network

    def build(self) -> StainNetwork:
        """Build the network with fresh weights.

        Raises
        ------
        OptionError
            If this computer's timm does not know it.
        """
        from napari_seewhy.staining.network import StainNetwork, StainShape

        shape = StainShape(
            len(self.channels), self.block_px, self.network, self.width, self.has_fluorescence
        )
        return StainNetwork(shape)

    def describe(self) -> Description:
        """Say which marker it paints, in which blocks, and how well."""
        marker, size_um = self.marker or "a marker that it does not name", self.pixel_size_um
        f1 = self.metrics.get("f1")
        quality = NOT_MEASURED if f1 is None else f"F1 {f1:.3f}"
        rows = (
            ("Network", self.network),
            ("Stains", marker),
            ("Block", f"{self.block_px} px, positive from {self.positive_area:.0%} of its area"),
            ("Channels", ", ".join(self.channels)),
            ("Pixel size", "not known" if size_um is None else f"{size_um:.4g} µm"),
            ("Positive from", f"a probability of {self.cut:.2f}"),
            ("Predicted fluorescence", "yes" if self.has_fluorescence else "no"),
            ("Quality", quality),
        )
        sample = f"{self.block_px} px"
        return Description(marker, f"Stains {marker}.", self.channels, sample, quality, rows)


class StainModel(NamedTuple):
    """A network that stains virtually, and its card."""

    network: StainNetwork
    card: StainCard


def load_stain(path: Path) -> StainModel:
    """Read a model, its network on the CPU and ready to be asked; nothing in the file is run.

    Raises
    ------
    FileError
        As `load_network`.
    """
    return StainModel(*load_network(path, StainCard))
