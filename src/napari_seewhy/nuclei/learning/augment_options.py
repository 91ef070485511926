"""How pictures of nuclei are varied while a network learns from them; needs no torch."""

from __future__ import annotations

from pydantic import Field

from napari_seewhy.options import Options


class PictureAugmentOptions(Options):
    """How strongly pictures are varied; 0 is off."""

    scale: float = Field(
        1.0,
        ge=0,
        le=3,
        title="Scale",
        description="Zoom by up to this power of two, either way; small zooms are the likelier.",
    )
    stretch: float = Field(
        0.2,
        ge=0,
        le=1,
        title="Stretch",
        description="The same for one direction against the other.",
    )
    brightness: float = Field(
        0.5, ge=0, le=3, title="Brightness", description="Brighter or darker by a power of two."
    )
    gamma: float = Field(
        0.6, ge=0, le=2, title="Gamma", description="Bend the intensities by a power of two."
    )
    offset: float = Field(
        0.1, ge=0, le=1, title="Offset", description="Lift or lower the background by this much."
    )
    noise: float = Field(
        0.08, ge=0, le=1, title="Noise", description="Most grain, against the brightest nuclei."
    )
    blur_px: float = Field(1.0, ge=0, le=10, title="Blur (px)", description="Widest blur (sigma).")
    shade: float = Field(
        0.3,
        ge=0,
        le=2,
        title="Shade",
        description="Brightness differs across the picture by up to this.",
    )
    inverted: float = Field(
        0.03, ge=0, le=1, title="Inverted", description="Share of pictures with dark nuclei."
    )
    empty: float = Field(
        0.03, ge=0, le=1, title="Empty", description="Share of pictures of noise with no nucleus."
    )
