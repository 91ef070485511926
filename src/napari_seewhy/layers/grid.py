"""`Grid`: where the pixels of a layer lie in the world of the viewer."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from napari_seewhy.images import to_um

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from napari_seewhy.images import CellImage

METADATA_KEY = "napari-seewhy"
"""Where in a layer's metadata we keep what we know of it."""

LENT_UNITS = "lent_units"
"""Key of the axes of a layer, counted from the first, whose unit is that of other layers."""


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
    affine
        Homogeneous matrix that is applied to what `scale` and `translate` give: rotation, shear and
        the affine of a layer in one. None where there is none of these.
    """

    axes: str
    scale: tuple[float, ...]
    translate: tuple[float, ...]
    units: tuple[str, ...]
    affine: tuple[tuple[float, ...], ...] | None = None

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
        names = ("scale", "translate", "units", "metadata")
        state = {name: getattr(layer, name) for name in names}
        placed = {"rotate": layer.rotate, "shear": layer.shear, "affine": layer.affine}
        return cls.of_attributes(state | placed, axes)

    @classmethod
    def of_attributes(cls, attributes: Mapping[str, Any], axes: str) -> Self:
        """Return the grid of a layer given by its attributes, as napari hands it to a writer."""
        n = len(axes)
        scale = tuple(float(step) for step in attributes.get("scale", (1.0,) * n))
        translate = tuple(float(place) for place in attributes.get("translate", (0.0,) * n))
        units = (
            known_units(attributes.get("units") or (), attributes.get("metadata", {}))
            or ("pixel",) * n
        )
        return cls(axes, scale, translate, units, _find_affine(attributes, scale, translate))

    def for_labels(self, n_planes: int = 1) -> Self:
        """Return the grid for labels of flattened planes: the same without Z.

        Where there is a T as well, napari would take it for the Z that is gone; so Z stays there,
        as one plane that is as thick as all `n_planes` and is seen at every one of them.
        """
        at = self.axes.find("Z")
        if at < 0:
            return self
        if "T" not in self.axes:
            return self.keep("YX")
        scale, translate = list(self.scale), list(self.translate)
        translate[at] += (n_planes - 1) * scale[at] / 2
        scale[at] *= n_planes
        return replace(self, scale=tuple(scale), translate=tuple(translate))

    def keep(self, axes: str) -> Self:
        """Return the grid of some of the axes: ``YX`` of one flat frame."""
        at = [self.axes.index(axis) for axis in axes]
        affine = self.affine
        if affine is not None:
            # The last row and column are those of the translation.
            rows = (*at, len(self.axes))
            affine = tuple(tuple(affine[i][j] for j in rows) for i in rows)
        return type(self)(
            axes,
            tuple(self.scale[i] for i in at),
            tuple(self.translate[i] for i in at),
            tuple(self.units[i] for i in at),
            affine,
        )

    def attributes(self) -> dict[str, Any]:
        """Return what a napari layer is told of its grid."""
        placed = {} if self.affine is None else {"affine": np.array(self.affine)}
        return placed | {
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
        edges = self._edges_um("YX")
        if edges is None:
            return None
        height, width = np.linalg.norm(edges, axis=0)
        # Of the area of a parallelogram: both edges may be mirrored, turned or sheared.
        cosine = float(edges[:, 0] @ edges[:, 1]) / (height * width)
        return math.sqrt(height * width * math.sqrt(1 - cosine**2))

    @property
    def z_step_um(self) -> float | None:
        """Distance of the planes in micrometres, None without Z or where its unit is no length."""
        edges = self._edges_um("Z") if "Z" in self.axes else None
        return None if edges is None else float(np.linalg.norm(edges))

    def _edges_um(self, axes: str) -> NDArray[np.float64] | None:
        """Where one pixel along each of `axes` leads in the world, one column each."""
        columns = [self.axes.index(axis) for axis in axes]
        edges = (np.eye(len(self.axes)) * self.scale)[:, columns]
        if self.affine is not None:
            edges = np.array(self.affine)[:-1, :-1] @ edges
        lengths = [to_um(1.0, unit) for unit in self.units]
        is_crossed = (edges != 0).any(axis=1)
        if any(lengths[at] is None for at in (*columns, *np.flatnonzero(is_crossed))):
            return None
        in_um: NDArray[np.float64] = edges * np.array([[length or 0.0] for length in lengths])
        return in_um


def known_units(units: Iterable[Any], metadata: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the unit of each axis of a layer, "pixel" where it was only lent one.

    Where one layer is in micrometres and another in pixels, napari gives up units altogether. So
    the window lends a layer of ours the unit of the others, and notes on which axes.
    """
    lent = metadata.get(METADATA_KEY, {}).get(LENT_UNITS, ())
    return tuple("pixel" if i in lent else str(unit) for i, unit in enumerate(units))


def _find_affine(
    attributes: Mapping[str, Any], scale: tuple[float, ...], translate: tuple[float, ...]
) -> tuple[tuple[float, ...], ...] | None:
    """Join what a layer does to its pixels beside `scale` and `translate`."""
    n = len(scale)
    turned, sheared, affine = np.eye(n + 1), np.eye(n), np.eye(n + 1)
    if len(shear := attributes.get("shear", ())):
        sheared[np.triu_indices(n, 1)] = shear
    turned[:n, :n] = attributes.get("rotate", np.eye(n)) @ sheared
    if (given := attributes.get("affine")) is not None:
        affine = np.array(getattr(given, "affine_matrix", given))
    if np.allclose(turned, np.eye(n + 1)) and np.allclose(affine, np.eye(n + 1)):
        return None
    # The layer turns first and moves then; here the move, which is part of the grid, comes first.
    move = np.eye(n + 1)
    move[:n, n] = translate
    joined = affine @ move @ turned @ np.linalg.inv(move)
    return tuple(map(tuple, joined.tolist()))
