"""Putting results into the viewer, each in a layer that stays the same when they come again."""

from __future__ import annotations

import weakref
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from napari.layers import Layer
from qtpy.QtCore import QTimer

from napari_seewhy.layers import LENT_UNITS, METADATA_KEY, known_units
from napari_seewhy.widgets.parts.viewer import align_units, tell_warning

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_seewhy.layers import LayerData


def find_layer(viewer: Any, role: str, parent: str) -> Any | None:
    """Return our layer of this role that was made from the layer named `parent`, None if none."""
    for layer in viewer.layers:
        known = layer.metadata.get(METADATA_KEY, {})
        if known.get("role") == role and known.get("parent") == parent:
            return layer
    return None


def note_correction(layer: Any) -> None:
    """Remember that a person changed what is in a layer, so that no re-run replaces it."""
    known = layer.metadata.get(METADATA_KEY, {})
    layer.metadata = layer.metadata | {METADATA_KEY: known | {"is_corrected": True}}


def put_layer(viewer: Any, data: LayerData, **looks: Any) -> Any:
    """Add a layer, or bring the one of the same role and parent up to date.

    A layer that is there already keeps what a person did to its looks: place in the list, colours,
    opacity, whether it is shown, and its name. One that was corrected by hand, also with napari's
    brush, is set aside instead, and a new one takes its place: corrections are hours of work.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    data
        Its metadata say the role and the parent (name of the layer it was made from).
    looks
        Properties that a new layer gets and an old one keeps, such as ``contour``.

    Returns
    -------
    Layer
        The one in the viewer.
    """
    pixels, attributes, kind = data
    known = attributes["metadata"][METADATA_KEY]
    layer = _find_replaceable(viewer, known["role"], known["parent"])
    if layer is None or layer.ndim != pixels.ndim:
        layer = Layer.create(pixels, attributes, kind)
        # Before napari sees it: it warns in the midst of adding a layer in other units.
        align_units([*viewer.layers, layer])
        viewer.add_layer(layer)
        for name, value in looks.items():
            setattr(layer, name, value)
        if hasattr(layer.events, "paint"):
            layer.events.paint.connect(_on_painted)
        return layer
    layer.data = pixels
    layer.affine = attributes.get("affine", np.eye(layer.ndim + 1))
    names = ["scale", "translate", "axis_labels", "features"]
    if known_units(layer.units, layer.metadata) == attributes.get("units"):
        # What was lent stays, or napari would see other units for a moment, and warn.
        known = {LENT_UNITS: layer.metadata[METADATA_KEY].get(LENT_UNITS, [])} | known
    else:
        names.append("units")
    for name in names:
        if name in attributes:
            setattr(layer, name, attributes[name])
    layer.metadata = layer.metadata | attributes["metadata"] | {METADATA_KEY: known}
    align_units(viewer.layers)
    return layer


def remove_layer(viewer: Any, role: str, parent: str) -> None:
    """Remove our layer of this role made from the layer named `parent`, unless it was corrected."""
    layer = _find_replaceable(viewer, role, parent)
    if layer is not None:
        viewer.layers.remove(layer)


def take_away(viewer: Any, layer: Any) -> None:
    """Remove a layer that only marks something, also while napari removes others.

    A person who deletes all layers has napari go through those that were selected: one that went
    by itself meanwhile would stop it halfway. So it goes when napari is done.
    """
    if layer in viewer.layers.selection:
        QTimer.singleShot(0, partial(_remove, weakref.ref(viewer), weakref.ref(layer)))
    else:
        viewer.layers.remove(layer)


def _remove(viewer: Callable[[], Any], layer: Callable[[], Any]) -> None:
    there, marked = viewer(), layer()
    if there is not None and marked in there.layers:
        there.layers.remove(marked)


def _on_painted(event: Any) -> None:
    note_correction(event.source)


def _find_replaceable(viewer: Any, role: str, parent: str) -> Any | None:
    """Return the layer of this role and parent; one that was corrected is set aside: None."""
    layer = find_layer(viewer, role, parent)
    if layer is None or not layer.metadata[METADATA_KEY].get("is_corrected"):
        return layer
    known = {key: said for key, said in layer.metadata[METADATA_KEY].items() if key != "parent"}
    layer.metadata = layer.metadata | {METADATA_KEY: known}
    layer.name = f"{layer.name}, corrected"
    tell_warning(f"The labels that were corrected by hand are kept as {layer.name!r}.")
    return None
