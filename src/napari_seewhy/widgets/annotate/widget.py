"""Annotate samples: assign a class to each, with a model's proposals where there is one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qtpy.QtWidgets import QFormLayout, QLabel, QTabWidget, QVBoxLayout, QWidget

from napari_seewhy.models.cards import ModelCard
from napari_seewhy.pages import literal
from napari_seewhy.samples.annotating import AnnotationQueue, Annotations
from napari_seewhy.samples.storing import write_targets_steps
from napari_seewhy.training.fitting import propose_steps
from napari_seewhy.widgets.annotate.pictures import SamplePictures
from napari_seewhy.widgets.annotate.view import AnnotateView
from napari_seewhy.widgets.parts.models import ModelChoice
from napari_seewhy.widgets.parts.pictures import ask_output
from napari_seewhy.widgets.parts.samples import SampleFile, show_sample
from napari_seewhy.widgets.parts.tasks import NextSteps, TaskRow, fill_dock, plain_viewer, state_of
from napari_seewhy.widgets.parts.viewer import follow, telling_errors, theme_colors

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.samples.annotating import Proposals

_NEXT = {"Train classifier": "Train a network on what you answered."}
_PURPOSE = "Assign a class to each sample; a network learns it from you."
_NO_SAMPLES = "Choose a sample set first: the file that Crop cells saved."
_NO_MODEL = "Choose a model to propose classes; without one, go to Annotate."
_MODEL_HELPS = (
    "A model that you trained on a few hundred answers helps with the rest: it proposes a class "
    "for each sample, and those of which it is unsure come first."
)
NO_ANSWERS = "No answers yet that are not in the file."


class AnnotateWidget(QWidget):
    """Shows samples one after the other, takes a person's answers, and writes them when asked."""

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = plain_viewer(napari_viewer)
        self._queue: AnnotationQueue | None = None

        state = state_of(self._viewer)
        self._setup = _Setup(self._viewer)
        self._propose_row = TaskRow(state, "Propose classes")
        self._view = AnnotateView()
        self._write_row = TaskRow(state, "Write targets ...")
        choices, answers = QWidget(), QWidget()
        fill_dock(choices, [self._setup], [self._propose_row])
        self._next = NextSteps(self._viewer, _NEXT)
        fill_dock(answers, [self._view], [self._next, self._write_row])
        self._tabs = QTabWidget()
        self._tabs.addTab(choices, "Samples and model")
        self._tabs.addTab(answers, "Annotate")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.addWidget(self._tabs)

        self._setup.file.chosen.connect(self.open)
        self._setup.model.changed.connect(self._refresh)
        self._view.changed.connect(self._refresh)
        self._propose_row.run_clicked.connect(self.propose)
        self._write_row.run_clicked.connect(self.write)
        for row in (self._propose_row, self._write_row):
            row.running_changed.connect(self._refresh)
        follow(self._viewer.events.theme, self._on_theme_changed)
        self._on_theme_changed()
        self._refresh()
        self._setup.file.offer_open()

    def open(self, path: Path) -> None:
        """Take another sample set, with its earlier answers."""
        with telling_errors():
            queue = AnnotationQueue(Annotations(path))
            self._view.set_samples(queue, SamplePictures(path))
            self._queue = queue
            self._setup.file.set_path(path)
            self._tabs.setCurrentIndex(1)
            self._refresh()
            # The first key answers, with no click before it.
            self._view.setFocus()

    def propose(self) -> None:
        """Have the model look at all samples."""
        model = self._setup.model.path
        if self._queue is not None and model is not None:
            path, show = self._queue.annotations.path, partial(self._on_proposed, self._queue)
            self._propose_row.run(propose_steps, model, path, on_result=show)

    def write(self) -> None:
        """Ask where to, and write the classes into the sample set."""
        if self._queue is None:
            return
        known = self._queue.annotations
        title, patterns = "Write samples with their classes", "Samples (*.h5)"
        with telling_errors():
            path = ask_output(self, title, str(known.path), patterns)
            if path is not None:
                job = (known.path, path, known.target, known.classes)
                written = partial(self._on_written, known)
                self._write_row.run(write_targets_steps, *job, on_result=written)

    def _on_proposed(self, queue: AnnotationQueue, proposals: Proposals) -> None:
        queue.set_proposals(proposals)
        queue.set_order("uncertain")
        self._view.refresh()
        self._tabs.setCurrentIndex(1)
        self._refresh()
        self._view.setFocus()

    def _on_written(self, known: Annotations, path: Path) -> None:
        if path == known.path:
            known.forget()
        self._view.refresh()
        self._refresh()
        self._write_row.show_message(f"{known.n_known:,} classes written in {path.name}.")

    def _on_theme_changed(self) -> None:
        self._view.set_mark_color(theme_colors(self._viewer).mark)

    def _refresh(self) -> None:
        """Make every control, and the viewer's slider, agree with the state."""
        queue = self._queue
        is_running = self._propose_row.is_running or self._write_row.is_running
        self._setup.setEnabled(not is_running)
        self._view.setEnabled(not is_running)
        self._tabs.setTabEnabled(1, queue is not None)
        known = None if queue is None else queue.annotations
        self._propose_row.set_missing(self._setup.missing(known))
        if queue is not None:
            self._write_row.set_missing("" if queue.annotations.n_answers else NO_ANSWERS)
            self._next.setVisible(queue.annotations.n_known > 0)
            show_sample(self._viewer, queue.annotations.path, queue.row)


class _Setup(QWidget):
    """Asks for the sample set, and for a model where there is one."""

    def __init__(self, viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.file = SampleFile(viewer)
        self.model = ModelChoice("no model", ModelCard)
        self.model.setToolTip("A model that looks at all samples and proposes their classes.")
        self._about = _text(_NO_SAMPLES)
        rows = QFormLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addRow(_text(_PURPOSE))
        rows.addRow("Samples", self.file)
        rows.addRow(self._about)
        rows.addRow("Model", self.model)
        rows.addRow(_text(_MODEL_HELPS))

    def missing(self, annotations: Annotations | None) -> str:
        """Say what must be chosen before a model can propose, "" if nothing."""
        self._about.setText(literal(f"{annotations.describe()}.") if annotations else _NO_SAMPLES)
        if annotations is None:
            return _NO_SAMPLES
        return "" if self.model.path else _NO_MODEL


def _text(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    return label
