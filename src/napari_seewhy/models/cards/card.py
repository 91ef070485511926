"""The card of a classifier: what it takes, what it says, how it was made and how good it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import Field, model_validator

from napari_seewhy.models.cards.base import (
    NOT_MEASURED,
    BaseCard,
    Description,
    DtypeName,
    JsonObject,
    SizePx,
    size_in_words,
)
from napari_seewhy.models.networks import NetworkOptions
from napari_seewhy.options import Options

if TYPE_CHECKING:
    from torch import nn


class ChannelCard(Options):
    """One channel that a model was trained on."""

    name: str = Field(title="Name", description="Name of the channel in the training samples.")
    mean: float = Field(title="Mean", description="Mean intensity of the training samples.")
    std: float = Field(gt=0, title="Spread", description="Standard deviation of the same.")
    low: float = Field(title="Low", description="1st percentile of the training samples.")
    high: float = Field(title="High", description="99th percentile of the training samples.")


class ModelCard(BaseCard):
    """The description of a classifier; written into the header of its file.

    Everything that prediction needs stands here, so that a model file needs no other file.
    """

    kind: ClassVar[str] = "classifier"
    does: ClassVar[str] = "classifies samples"
    key: ClassVar[str] = "napari-seewhy model"

    network: NetworkOptions
    classes: tuple[str, ...] = Field(
        min_length=2, title="Classes", description="What the columns of its answer mean."
    )
    channels: tuple[ChannelCard, ...] = Field(
        min_length=1, title="Channels", description="What it was trained on, in this order."
    )
    size_px: tuple[SizePx, SizePx] = Field(
        title="Sample size", description="Height and width of a sample in pixels."
    )
    dtype: DtypeName = Field(
        title="Pixel type", description="Type of the training pixels: uint16 ..."
    )
    pixel_size_um: float | None = Field(
        None, gt=0, title="Pixel size", description="Edge of a pixel in micrometres, if known."
    )
    object_px: float | None = Field(
        None,
        gt=0,
        title="Object size",
        description="Median diameter of what stands out in the training samples, in pixels.",
    )
    temperature: float = Field(
        1.0,
        gt=0,
        title="Temperature",
        description="What logits are divided by, so that a confidence is a share of right answers.",
    )
    samples: JsonObject = Field(
        default_factory=dict,
        title="Samples",
        description="How the training samples were made: the verb, and the options of cutting "
        "crops; empty where it is not known.",
    )

    @model_validator(mode="after")
    def _check_names(self) -> ModelCard:
        for what, names in (("classes", self.classes), ("channels", self.channel_names)):
            if len(set(names)) != len(names):
                raise ValueError(f"the {what} {names} must have different names")
        return self

    @property
    def channel_names(self) -> tuple[str, ...]:
        """Names of the channels, in order."""
        return tuple(channel.name for channel in self.channels)

    @property
    def network_name(self) -> str:
        """What its network is called."""
        return self.network.backbone

    def build(self) -> nn.Module:
        """Build the network with fresh weights; nothing is downloaded for them."""
        from napari_seewhy.models.networks import build_network

        options = self.network.change(pretrained=False)
        return build_network(options, len(self.channels), len(self.classes), self.size_px)

    def describe(self) -> Description:
        """Describe which classes it separates, on which samples, and how well."""
        classes, size_um = ", ".join(self.classes), self.pixel_size_um
        rows = [
            ("Network", self.network.backbone),
            ("Classes", classes),
            ("Sample", size_in_words(self.size_px)),
            ("Pixels", self.dtype),
            ("Pixel size", "not known" if size_um is None else f"{size_um:.4g} µm"),
        ]
        for one in self.channels:
            range_ = f"{one.low:.4g} to {one.high:.4g} (98 % of pixels)"
            rows.append((f"Channel {one.name}", range_))
        rows.append(("Balanced accuracy", self._quality))
        rows += [("Alarm", str(alarm)) for alarm in self.metrics.get("alarms", ())]
        return Description(
            classes,
            f"Classes: {classes}.",
            self.channel_names,
            size_in_words(self.size_px),
            self._quality,
            tuple(rows),
        )

    @property
    def _quality(self) -> str:
        figure = self.metrics.get("balanced_accuracy")
        if not isinstance(figure, dict):
            return NOT_MEASURED
        return f"{figure['value']:.3f} ({figure['low']:.3f} to {figure['high']:.3f})"
