"""From which brightness on a pixel of the marker is positive, as a person chooses it."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import Field, model_validator

from napari_seewhy.options import Options

ThresholdName: TypeAlias = Literal["otsu", "log-otsu", "control"]


class StainThresholdOptions(Options):
    """From which brightness on a pixel of the marker is positive.

    Examples
    --------
    >>> StainThresholdOptions(threshold=812.5).scope_in_words
    'the same for all images'
    """

    threshold: ThresholdName | float = Field(
        "otsu",
        title="Threshold",
        description="otsu parts dark pixels from bright ones, log-otsu does so by the logarithm "
        "(for a marker that is dim in many cells), control takes what images of a negative control "
        "do not reach, and a number is the threshold itself.",
    )
    threshold_scope: Literal["image", "all"] = Field(
        "image",
        title="Threshold for",
        description="image finds one for each image, all finds one for all together; choose all "
        "where dishes without any positive cell are among them.",
    )
    control: str = Field(
        "",
        title="Negative control",
        description="Images of the marker in cells that have none: a folder, a file or a glob.",
    )
    control_share: float = Field(
        0.999,
        gt=0.5,
        lt=1,
        title="Share of the control",
        description="Share of the pixels of the negative control that lie below the threshold.",
        json_schema_extra={"advanced": True},
    )

    @model_validator(mode="after")
    def _check_control(self) -> StainThresholdOptions:
        if (self.threshold == "control") != bool(self.control):
            raise ValueError(
                "the threshold control and images of a negative control go together; give both or "
                "none"
            )
        return self

    @property
    def is_per_image(self) -> bool:
        """Whether every image has a threshold of its own."""
        return self.threshold in ("otsu", "log-otsu") and self.threshold_scope == "image"

    @property
    def scope_in_words(self) -> str:
        """For which images a threshold holds."""
        return "one for each image" if self.is_per_image else "the same for all images"
