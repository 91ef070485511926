"""Buttons that lead from one widget to those that usually come next."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qtpy.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

if TYPE_CHECKING:
    from collections.abc import Mapping

PLUGIN = "napari-seewhy"


class NextSteps(QWidget):
    """A row of buttons that open other widgets of ours; hidden until there is a next step.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    widgets
        Names of widgets in the manifest, and what each is for.
    """

    def __init__(
        self, viewer: Any, widgets: Mapping[str, str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._viewer = viewer
        row = QHBoxLayout(self)
        row.setContentsMargins(9, 0, 9, 0)
        row.addWidget(QLabel("Next:"))
        for name, purpose in widgets.items():
            button = QPushButton(name)
            button.setToolTip(purpose)
            button.clicked.connect(partial(self._open, name))
            row.addWidget(button, 1)
        self.hide()

    def _open(self, name: str, *_: bool) -> None:
        open_widget(self._viewer, name)


def open_widget(viewer: Any, name: str) -> Any:
    """Open a widget of ours by its name in the manifest, before all others, and return it."""
    dock, widget = viewer.window.add_plugin_dock_widget(PLUGIN, name, tabify=True)
    dock.show()
    dock.raise_()
    return widget
