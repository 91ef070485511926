"""What a network is to learn from: a sample set, its channels, and its classes."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QFileSystemWatcher, Signal
from qtpy.QtWidgets import QGroupBox, QLabel, QVBoxLayout, QWidget

from napari_seewhy.pages import literal
from napari_seewhy.samples.annotating import sidecar_path
from napari_seewhy.training.fitting import SampleOverview
from napari_seewhy.widgets.parts.forms import Ticks, stack_rows
from napari_seewhy.widgets.parts.samples import SampleFile
from napari_seewhy.widgets.parts.viewer import telling_errors
from napari_seewhy.widgets.train.class_table import ClassTable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_OWN_NAMES: Mapping[str, str] = MappingProxyType({})
NO_SAMPLES = "Choose a sample set first: the file that Crop cells saved."
NO_CLASSES = "No class is known of these samples: use Annotate samples, or crop with a target."


class TrainSamples(QWidget):
    """Asks for the sample set, which of its channels count, and under which names its classes."""

    read = Signal()
    """Another sample set was chosen and could be read."""

    changed = Signal()
    """Another channel was ticked, or a class has another name."""

    def __init__(self, viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.samples: SampleOverview | None = None
        self._file = SampleFile(viewer)
        self._watcher = QFileSystemWatcher(self)
        self._answers = ""
        self._about = QLabel(NO_SAMPLES)
        self._about.setWordWrap(True)
        self._channels = Ticks(
            label="Channels", tooltip="Untick a channel that the network should not see."
        )
        self._classes = ClassTable()
        self._classes_box = QGroupBox("Classes")
        self._lay_out()
        self._file.chosen.connect(self.open)
        self._watcher.directoryChanged.connect(self._on_folder_changed)
        self._classes.changed.connect(self.changed)
        self._channels.changed.connect(self._on_ticked)
        self._refresh()

    @property
    def channels(self) -> tuple[str, ...]:
        """The ticked channels."""
        return self._channels.value

    @property
    def new_names(self) -> dict[str, str]:
        """Class in the file -> name under which it is learned, "" = left out."""
        return self._classes.new_names()

    @property
    def missing(self) -> str:
        """What must be done before a training can begin, "" if nothing."""
        if self.samples is None:
            return NO_SAMPLES
        if not self.samples.classes:
            return NO_CLASSES
        return "" if self.channels else "Tick a channel that the network should learn from."

    def offer_open(self) -> None:
        """Take a sample set that is open in the viewer, where none was chosen yet."""
        self._file.offer_open()

    def open(self, path: Path) -> None:
        """Take another sample set."""
        with telling_errors():
            samples = self.samples = SampleOverview.read(path)
            self._watch(path)
            blocked = self.blockSignals(True)
            self._file.set_path(path)
            self._about.setText(literal(f"{samples.describe()}."))
            self._channels.offer(samples.channels)
            self._channels.value = samples.channels
            self._show_classes(samples)
            self.blockSignals(blocked)
            self._refresh()
            self.read.emit()

    def _on_ticked(self) -> None:
        self.changed.emit()

    def _watch(self, path: Path) -> None:
        """Follow what is answered from now on in Annotate samples."""
        if watched := self._watcher.directories():
            self._watcher.removePaths(watched)
        self._watcher.addPath(str(path.parent))
        self._answers = _read_answers(path)

    def _on_folder_changed(self) -> None:
        """Count the answers of a person at once; what is ticked and named stays so."""
        samples = self.samples
        if samples is None or _read_answers(samples.path) == self._answers:
            return
        with telling_errors():
            self._watch(samples.path)
            self.samples = SampleOverview.read(samples.path)
            self._show_classes(self.samples, self.new_names)
            self._refresh()
            self.changed.emit()

    def _show_classes(self, samples: SampleOverview, names: Mapping[str, str] = _OWN_NAMES) -> None:
        counts = {name: samples.count(name) for name in samples.classes}
        self._classes.set_classes(counts, names)

    def _lay_out(self) -> None:
        box = QGroupBox("Samples")
        samples = QVBoxLayout(box)
        samples.addWidget(self._file)
        samples.addWidget(self._about)
        samples.addWidget(stack_rows(self._channels).native)
        QVBoxLayout(self._classes_box).addWidget(self._classes)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(box)
        layout.addWidget(self._classes_box)

    def _refresh(self) -> None:
        """Show only what the samples have."""
        self._channels.visible = self.samples is not None
        self._classes_box.setVisible(self.samples is not None and bool(self.samples.classes))


def _read_answers(path: Path) -> str:
    """Return what the annotations beside a sample set hold, "" where there are none."""
    sidecar = sidecar_path(path)
    return sidecar.read_text("utf-8") if sidecar.is_file() else ""
