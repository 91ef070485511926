"""`FolderRow`: a task row that hands on how far every image is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Signal

from napari_seewhy.engine import Stepped
from napari_seewhy.widgets.parts.tasks import TaskRow

if TYPE_CHECKING:
    from napari_seewhy.engine import Event


class FolderRow(TaskRow):
    """A task row that hands on how far every image is."""

    stepped = Signal(object)
    """A `FolderStep`."""

    def _on_event(self, event: Event) -> None:
        super()._on_event(event)
        if isinstance(event, Stepped):
            self.stepped.emit(event.step)
