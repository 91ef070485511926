"""Choosing a file of samples: by a dialog, by dropping it, or as it is open in the viewer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QWidget

from napari_seewhy.layers import METADATA_KEY
from napari_seewhy.pages import literal
from napari_seewhy.widgets.parts.tasks import state_of
from napari_seewhy.widgets.parts.viewer import follow

if TYPE_CHECKING:
    from qtpy.QtGui import QDragEnterEvent, QDropEvent

SUFFIXES = (".h5", ".hdf5")
_NONE = "no file yet"


class SampleFile(QWidget):
    """The name of the chosen sample set, and a button to choose another.

    Where none was chosen yet, the one of the widget before is taken, or one that is open in the
    viewer.
    """

    chosen = Signal(object)
    """`Path` of another file."""

    def __init__(self, viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self.path: Path | None = None
        self._label = QLabel(_NONE)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._button = QPushButton("Choose ...")
        self._button.setToolTip(
            "A sample set (.h5), as Crop cells saves it and the command samples import makes it."
        )
        self.setAcceptDrops(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._label, 1)
        row.addWidget(self._button)
        self._button.clicked.connect(self.choose)
        self._state = state_of(viewer)
        follow(viewer.layers.events.inserted, self.offer_open)
        follow(self._state.events.samples, self.offer_open)

    def choose(self) -> None:
        """Ask which file."""
        patterns = " ".join(f"*{suffix}" for suffix in SUFFIXES)
        start = str(self.path.parent) if self.path else ""
        path, _ = QFileDialog.getOpenFileName(
            self, "Choose samples", start, f"Samples ({patterns})"
        )
        if path:
            self.chosen.emit(Path(path))

    def set_path(self, path: Path) -> None:
        """Show the name of a file, which could be read."""
        self.path = self._state.samples = path
        name = path.name if len(path.name) < 30 else f"{path.name[:26]} ..."
        self._label.setText(literal(name))
        self._label.setToolTip(literal(str(path)))

    def offer_open(self) -> None:
        """Take the last sample set, or one open in the viewer, where none was chosen yet."""
        if self.path is None:
            sources = filter(None, map(_source_of, self._viewer.layers))
            if (path := self._state.samples or next(sources, None)) is not None:
                self.chosen.emit(path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take one file of samples."""
        if _dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Choose the dropped file."""
        path = _dropped(event)
        if path is not None:
            self.chosen.emit(path)


def show_sample(viewer: Any, path: Path, row: int) -> None:
    """Move the viewer's slider to a sample, where the samples of this file are open in it."""
    if any(_source_of(layer) == path for layer in viewer.layers):
        viewer.dims.set_current_step(0, row)


def _source_of(layer: Any) -> Path | None:
    """Return the file that a layer of samples was read from, None for another layer."""
    known = layer.metadata.get(METADATA_KEY, {})
    return Path(known["source"]) if known.get("role") == "samples" else None


def _dropped(event: QDropEvent) -> Path | None:
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls()]
    return paths[0] if len(paths) == 1 and paths[0].suffix.lower() in SUFFIXES else None
