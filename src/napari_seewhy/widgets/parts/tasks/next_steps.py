"""Buttons that lead from one widget to those that usually come next."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qtpy.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

if TYPE_CHECKING:
    from collections.abc import Mapping

PLUGIN = "napari-seewhy"


class NextSteps(QWidget):
    """Buttons that open other widgets of ours; hidden until there is a next step.

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
        grid = QGridLayout(self)
        grid.setContentsMargins(9, 0, 9, 0)
        grid.addWidget(QLabel("Next:"), 0, 0)
        for i, (name, purpose) in enumerate(widgets.items()):
            button = QPushButton(name)
            button.setToolTip(purpose)
            button.clicked.connect(partial(self._open, name))
            # Three beside each other would be cut off at the usual width of a dock.
            grid.addWidget(button, i // 2, 1 + i % 2)
            grid.setColumnStretch(1 + i % 2, 1)
        self.hide()

    def _open(self, name: str, *_: bool) -> None:
        open_widget(self._viewer, name)


def open_widget(viewer: Any, name: str) -> Any:
    """Open a widget of ours by its name in the manifest, before all others, and return it."""
    dock, widget = viewer.window.add_plugin_dock_widget(PLUGIN, name, tabify=True)
    dock.show()
    dock.raise_()
    return widget
