"""The keys of the list of genes, over the picture too."""

from __future__ import annotations

import contextlib
import weakref
from functools import partial
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject, Qt

from napari_seewhy.widgets.parts.viewer import at_end_of, follow

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_seewhy.widgets.inspect.layers import InspectLayers
    from napari_seewhy.widgets.inspect.view import InspectView

_NAMES = {
    "I": Qt.Key.Key_I,
    "S": Qt.Key.Key_S,
    "N": Qt.Key.Key_N,
    "0": Qt.Key.Key_0,
    "Right": Qt.Key.Key_Right,
    "Left": Qt.Key.Key_Left,
    "Space": Qt.Key.Key_Space,
    "Backspace": Qt.Key.Key_Backspace,
}
"""What napari calls the keys that the list takes."""


class PictureKeys(QObject):
    """Takes the keys of the list over the canvas, while the list and its gene are in sight.

    Where a layer is selected that is not of the gene, such as points that are being placed, the
    keys are left to napari; so is a key to which somebody else has given a meaning.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    layers
        Those of the gene.
    view
        Whose keys these are.
    """

    def __init__(self, viewer: Any, layers: InspectLayers, view: InspectView) -> None:
        super().__init__(view)
        self._viewer = viewer
        self._layers = layers
        self._view = view
        self._bound: dict[str, Callable[[Any], None]] = {}
        view.seen_changed.connect(self._refresh)
        for changed in (viewer.layers.events.inserted, viewer.layers.events.removed):
            follow(changed, self._refresh)
        follow(viewer.layers.selection.events.changed, self._refresh)
        # The viewer may outlive the widget, and knows it weakly alone.
        at_end_of(self, partial(_let_go, weakref.ref(viewer), self._bound))
        self._refresh()

    def _refresh(self, *_: Any) -> None:
        if not (self._view.isVisible() and self._layers.are_looked_at()):
            _let_go(weakref.ref(self._viewer), self._bound)
        elif not self._bound:
            for name, key in _NAMES.items():
                press = _presser(weakref.ref(self._view), key)
                with contextlib.suppress(ValueError):  # it has a meaning already
                    self._viewer.bind_key(name, press)
                    self._bound[name] = press


def _presser(view: weakref.ReferenceType[InspectView], key: Qt.Key) -> Callable[[Any], None]:
    def press(_: Any) -> None:
        """Inspect gene pictures: as over the list."""
        if (alive := view()) is not None:
            alive.press(key)

    return press


def _let_go(viewer: weakref.ReferenceType[Any], bound: dict[str, Callable[[Any], None]]) -> None:
    """Give the keys back, but not those to which somebody has given another meaning since."""
    if (alive := viewer()) is None:
        return
    while bound:
        name, press = bound.popitem()
        found = alive.bind_key(name, None)
        if found is not None and found is not press:
            alive.bind_key(name, found)
