"""What can be chosen about measuring."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from napari_seewhy.errors import OptionError
from napari_seewhy.images import ZPlane
from napari_seewhy.options import Options

DEFAULT_SPOT_WIDTH_PX = 15.0
"""Width of the widest spot where none is given."""


class MeasureOptions(Options):
    """What is measured of every object.

    Raises
    ------
    OptionError
        If a length is given both in micrometres and in pixels, or a field is out of its bounds.

    Examples
    --------
    >>> MeasureOptions(ring_width_um=2.0).ring_width_in_pixels(0.5)
    4.0
    """

    ring_width_um: float | None = Field(
        None,
        gt=0,
        title="Ring width (µm)",
        description="Width of the band outside the nucleus that is measured; empty = no band.",
    )
    ring_width_px: float | None = Field(
        None,
        gt=0,
        title="Ring width (px)",
        description="Width of the band outside the nucleus that is measured; empty = no band.",
    )
    background: Literal["local", "field", "none"] = Field(
        "local",
        title="Background",
        description="What is taken off for the integrated intensity: the background about the "
        "cell (local), one level for the whole picture (field), or nothing is integrated (none).",
    )
    background_size_px: int = Field(
        256,
        ge=16,
        title="Background square (px)",
        description="Side of the squares in which the background is taken; larger than a few "
        "cells, smaller than the unevenness of the light.",
    )
    texture: bool = Field(
        False,
        title="Texture",
        description="Also measure contrast, homogeneity, correlation and entropy of every channel.",
    )
    texture_levels: int = Field(
        16,
        ge=2,
        le=64,
        title="Grey levels",
        description="Number of levels that intensities are sorted into for the texture.",
    )
    spot_channels: tuple[str, ...] = Field(
        (),
        title="Spot channels",
        description="Channels with spots or organelle fragments to count, by name or number.",
    )
    spot_width_um: float | None = Field(
        None,
        gt=0,
        title="Spot width (µm)",
        description="Width of the widest spot or fragment, in micrometres; empty = 15 pixels.",
    )
    spot_width_px: float | None = Field(
        None,
        gt=0,
        title="Spot width (px)",
        description="Width of the widest spot or fragment, in pixels; empty = 15 pixels.",
    )
    spot_threshold_factor: float = Field(
        1.0,
        gt=0,
        le=10,
        title="Spot threshold",
        description="Multiplies the brightness from which a pixel belongs to a spot; below 1 also "
        "faint spots are found, and bright ones grow.",
    )
    spot_min_area_px: int = Field(
        4, ge=1, title="Smallest spot (px)", description="Spots with fewer pixels are not counted."
    )
    z_plane: ZPlane = Field(
        "max", title="Z plane", description="Plane of a stack from 0, or max for its projection."
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        for length in ("ring_width", "spot_width"):
            um, px = getattr(self, f"{length}_um"), getattr(self, f"{length}_px")
            if um is not None and px is not None:
                raise OptionError(
                    f"{length}_um is {um} and {length}_px is {px}; give only one of the two."
                )
        return self

    def ring_width_in_pixels(self, pixel_size_um: float | None) -> float | None:
        """Return the width of the ring in pixels, None for no ring.

        Raises
        ------
        OptionError
            If it is given in micrometres and the image does not say how large its pixels are.
        """
        return self._in_pixels("ring_width", pixel_size_um)

    def spot_width_in_pixels(self, pixel_size_um: float | None) -> float:
        """Return the width of the widest spot in pixels.

        Raises
        ------
        OptionError
            If it is given in micrometres and the image does not say how large its pixels are.
        """
        return self._in_pixels("spot_width", pixel_size_um) or DEFAULT_SPOT_WIDTH_PX

    def _in_pixels(self, length: str, pixel_size_um: float | None) -> float | None:
        um: float | None = getattr(self, f"{length}_um")
        px: float | None = getattr(self, f"{length}_px")
        if um is None:
            return px
        if pixel_size_um is None:
            raise OptionError(
                f"{length}_um is {um} but the image has no pixel size; "
                f"give the pixel size, or {length}_px."
            )
        return um / pixel_size_um
