"""Thin lines over the image, in a layer of their own that comes and goes.

They are a Vectors layer: in napari 0.9 adding a Shapes layer after another one was removed crashes
some graphics drivers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.layers import METADATA_KEY
from napari_seewhy.widgets.parts.layers.viewer_layers import take_away

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

COLOR = "white"
WIDTH_PX = 1.5
_PLACE = ("scale", "translate", "rotate", "shear", "affine", "units", "axis_labels")


def show_lines(viewer: Any, like: Any, name: str, lines: Sequence[NDArray[np.float64]]) -> None:
    """Show these lines and no others under this name; none takes the layer away.

    Parameters
    ----------
    viewer
        The viewer itself.
    like
        Layer whose pixels the lines are given in.
    name
        Of the layer of lines; it says what they mean.
    lines
        Each ``(N, ndim)``, corners in pixels of `like`.
    """
    layer = next((other for other in viewer.layers if _shows(other) == name), None)
    steps = [np.stack([line[:-1], np.diff(line, axis=0)], axis=1) for line in lines]
    vectors = np.concatenate(steps) if steps else np.zeros((0, 2, 2))
    if layer is not None and (not len(vectors) or layer.ndim != like.ndim):
        take_away(viewer, layer)
        layer = None
    if not len(vectors):
        return
    place = {attribute: getattr(like, attribute) for attribute in _PLACE}
    if layer is None:
        _add(viewer, vectors, name, place)
        return
    layer.data = vectors
    for attribute, value in place.items():
        setattr(layer, attribute, value)


def _add(viewer: Any, vectors: NDArray[np.float64], name: str, place: dict[str, Any]) -> None:
    """Add the layer without taking the selection away from the one a person works on."""
    active = viewer.layers.selection.active
    viewer.add_vectors(
        vectors,
        name=name,
        metadata={METADATA_KEY: {"role": "lines", "shows": name}},
        edge_color=COLOR,
        edge_width=WIDTH_PX,
        vector_style="line",
        **place,
    )
    viewer.layers.selection.active = active


def is_lines(layer: Any) -> bool:
    """Whether a layer holds lines of ours, which come and go by themselves."""
    return bool(_shows(layer))


def _shows(layer: Any) -> str:
    return str(layer.metadata.get(METADATA_KEY, {}).get("shows", ""))
