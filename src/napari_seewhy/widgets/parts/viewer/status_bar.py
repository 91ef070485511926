"""The status bar while the mouse is over a picture of ours: what the point under it stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject, QTimer

from napari_seewhy.widgets.parts.viewer.following import follow

if TYPE_CHECKING:
    from collections.abc import Callable


class StatusBar(QObject):
    """Replaces what napari's status bar says of the pixel under the mouse.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    describe
        Says what is under the mouse; "" leaves the bar as it is.
    parent
        Whose it is.
    """

    def __init__(self, viewer: Any, describe: Callable[[], str], parent: QObject) -> None:
        super().__init__(parent)
        self._viewer, self._describe = viewer, describe
        self._is_saying = False
        follow(viewer.events.status, self._on_status)

    def _on_status(self, _: Any) -> None:
        if not self._is_saying:
            # napari writes into the bar after this call.
            QTimer.singleShot(0, self._say)

    def _say(self) -> None:
        status, said = self._viewer.status, self._describe()
        if not said or not isinstance(status, dict):
            return
        self._is_saying = True
        try:
            self._viewer.status = status | {"coordinates": said}
        finally:
            self._is_saying = False
