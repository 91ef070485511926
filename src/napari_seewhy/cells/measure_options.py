"""What can be chosen about measuring."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from napari_seewhy.errors import OptionError
from napari_seewhy.images import ZPlane  # noqa: TC001  (pydantic reads it when the class is made)
from napari_seewhy.options import Options


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
    z_plane: ZPlane = Field(
        "max", title="Z plane", description="Plane of a stack from 0, or max for its projection."
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.ring_width_um is not None and self.ring_width_px is not None:
            raise OptionError(
                f"ring_width_um is {self.ring_width_um} and ring_width_px is "
                f"{self.ring_width_px}; give only one of the two."
            )
        return self

    def ring_width_in_pixels(self, pixel_size_um: float | None) -> float | None:
        """Return the width of the ring in pixels, None for no ring.

        Raises
        ------
        OptionError
            If it is given in micrometres and the image does not say how large its pixels are.
        """
        if self.ring_width_um is None:
            return self.ring_width_px
        if pixel_size_um is None:
            raise OptionError(
                f"ring_width_um is {self.ring_width_um} but the image has no pixel size; "
                "give the pixel size, or ring_width_px."
            )
        return self.ring_width_um / pixel_size_um
