"""`Grid`: where the pixels of a layer lie in the world of the viewer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from napari_seewhy.images import CellImage

_IN_UM = {
    "micrometer": 1.0,
    "micron": 1.0,
    "um": 1.0,
    "µm": 1.0,
    "μm": 1.0,  # the Greek letter; the line above has the micro sign
    "nanometer": 1e-3,
    "nm": 1e-3,
    "millimeter": 1e3,
    "mm": 1e3,
    "meter": 1e6,
    "m": 1e6,
}
"""Units of length that layers are given in, in micrometres."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Axes of a layer with the distance of their pixels.

    Attributes
    ----------
    axes
        Letters of ``TZYX``, one for each dimension of the layer.
    scale, translate
        Distance of neighbouring pixels, and place of the first one, along each axis.
    units
        Unit of both along each axis: "micrometer" or "pixel" where we make the layer.
    """

    axes: str
    scale: tuple[float, ...]
    translate: tuple[float, ...]
    units: tuple[str, ...]

    @classmethod
    def of_image(cls, image: CellImage) -> Self:
        """Return the grid of each channel of an image."""
        axes = image.axes.replace("C", "")
        sizes = {"Z": image.z_step_um, "Y": image.pixel_size_um, "X": image.pixel_size_um}
        known = [sizes.get(axis) for axis in axes]
        return cls(
            axes=axes,
            scale=tuple(1.0 if size is None else size for size in known),
            translate=(0.0,) * len(axes),
            units=tuple("pixel" if size is None else "micrometer" for size in known),
        )

    @classmethod
    def of_pixel_size(cls, pixel_size_um: float | None, axes: str = "YX") -> Self:
        """Return a grid for pixels of this size in micrometres, None = not known."""
        is_flat = [axis in "YX" and pixel_size_um is not None for axis in axes]
        return cls(
            axes=axes,
            scale=tuple((pixel_size_um or 1.0) if flat else 1.0 for flat in is_flat),
            translate=(0.0,) * len(axes),
            units=tuple("micrometer" if flat else "pixel" for flat in is_flat),
        )

    @classmethod
    def of_layer(cls, layer: Any, axes: str) -> Self:
        """Return the grid of a layer whose axes are known (see `axes_of_layer`)."""
        return cls(
            axes=axes,
            scale=tuple(float(step) for step in layer.scale),
            translate=tuple(float(place) for place in layer.translate),
            units=tuple(str(unit) for unit in layer.units),
        )

    def for_labels(self, n_planes: int = 1) -> Self:
        """Return the grid for labels of flattened planes: the same without Z.

        Where there is a T as well, napari would take it for the Z that is gone; so Z stays there,
        as one plane that is as thick as all `n_planes` and is seen at every one of them.
        """
        at = self.axes.find("Z")
        if at < 0:
            return self
        if "T" not in self.axes:
            return type(self)("YX", self.scale[-2:], self.translate[-2:], self.units[-2:])
        scale, translate = list(self.scale), list(self.translate)
        translate[at] += (n_planes - 1) * scale[at] / 2
        scale[at] *= n_planes
        return type(self)(self.axes, tuple(scale), tuple(translate), self.units)

    def attributes(self) -> dict[str, Any]:
        """Return what a napari layer is told of its grid."""
        return {
            "scale": self.scale,
            "translate": self.translate,
            "units": self.units,
            "axis_labels": tuple(self.axes.lower()),
        }

    @property
    def pixel_size_um(self) -> float | None:
        """Edge of a pixel in micrometres, None where the unit is no length.

        Of pixels that are not square the geometric mean, so that areas stay right.
        """
        edges = [self._length_um(axis) for axis in "YX"]
        return None if None in edges else math.sqrt(math.prod(filter(None, edges)))

    @property
    def z_step_um(self) -> float | None:
        """Distance of the planes in micrometres, None without Z or where its unit is no length."""
        return self._length_um("Z") if "Z" in self.axes else None

    def _length_um(self, axis: str) -> float | None:
        at = self.axes.index(axis)
        factor = _IN_UM.get(self.units[at])
        return None if factor is None else self.scale[at] * factor
