"""Improve the model: train the network further on labels that a person has corrected."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFormLayout, QGroupBox, QLabel, QVBoxLayout, QWidget

from napari_seewhy.cells.segmenting import (
    OVERLAP,
    USUAL_MODEL,
    FineTuned,
    FineTuneJob,
    fine_tune_steps,
    finish_tuning_steps,
)
from napari_seewhy.models.files import ModelLibrary
from napari_seewhy.nuclei import SegmenterOptions
from napari_seewhy.pages import literal
from napari_seewhy.training.learning import TrainStep
from napari_seewhy.widgets.parts.layers import LayerTicks
from napari_seewhy.widgets.parts.tasks import Pace, TrainRow, fill_dock, state_of
from napari_seewhy.widgets.parts.training import NameLine
from napari_seewhy.widgets.parts.viewer import follow, telling_errors
from napari_seewhy.widgets.segment.corrected_layers import can_teach, find_image, read_pair

if TYPE_CHECKING:
    from pathlib import Path

    from qtpy.QtGui import QShowEvent

    from napari_seewhy.progress import Step

_PURPOSE = (
    "Trains the network further on nuclei that you corrected, so that it makes fewer of the same "
    "mistakes in your images. One field will do; all of its nuclei must be right. The network that "
    "you have stays as it is."
)
_NO_LABELS = (
    "Segment an image and correct its nuclei with Tidy cells, or open labels and their image."
)


class FineTuneView(QWidget):
    """Asks for corrected labels and a name, trains in the child process, and says what it brought.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    """

    trained = Signal(object)
    """Path of a new model that is not known to be worse than the one before."""

    def __init__(self, viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._start: Path | None = None
        self._pace = Pace()
        self._job: FineTuneJob | None = None
        self.options = SegmenterOptions()

        purpose = QLabel(_PURPOSE)
        purpose.setWordWrap(True)
        self._layers = LayerTicks(viewer, self._can_teach, describe=self._describe)
        self._begins = QLabel()
        self._begins.setWordWrap(True)
        self._name = NameLine()
        self._result = QLabel()
        self._result.setWordWrap(True)
        self.task_row = TrainRow(state_of(viewer), "Train on my labels")
        fill_dock(self, [purpose, self._lay_out(), self._result], [self.task_row])

        follow(viewer.layers.events.inserted, self._on_inserted)
        for layer in viewer.layers:
            follow(layer.events.metadata, self._layers.reset_choices, self)
        self._layers.changed.connect(self._refresh)
        self._name.textChanged.connect(self._refresh)
        self.task_row.run_clicked.connect(self.train)
        self.task_row.stepped.connect(self._on_step)
        self.task_row.stopped.connect(self._on_stopped)
        self.task_row.running_changed.connect(self._refresh)
        self.set_start(None)

    def set_start(self, path: Path | None) -> None:
        """Say which network is trained further; None is the one that comes with the program."""
        self._start = path
        stem = USUAL_MODEL if path is None else path.stem
        options = self.options.for_fine_tuning()
        n = options.epochs * options.n_batches
        said = (
            f"Begins with the network {stem} and trains {options.epochs} rounds, {n:,} batches of "
            f"{options.batch_size} cut-outs. The time left is shown after the first batches; "
            "Cancel keeps the best network so far."
        )
        self._begins.setText(literal(said))
        self._suggest_name()
        self._refresh()

    def train(self) -> None:
        """Train the network further on the ticked labels."""
        with telling_errors():
            start = self._start or ModelLibrary().find(USUAL_MODEL)
            pairs = tuple(read_pair(self._viewer, layer) for layer in self._layers.value)
            self._job = FineTuneJob(pairs, start, self._name.name, self.options)
            self._pace = Pace()
            self._result.setText("")
            self.task_row.run(fine_tune_steps, self._job, on_result=self._on_trained)

    def _on_stopped(self) -> None:
        """Take the best network so far; stopping that as well leaves all as it was."""
        job, self._job = self._job, None
        if job is not None and job.can_go_on:
            self.task_row.run(finish_tuning_steps, job, on_result=self._on_trained)
            self._result.setText("Stopped; the best network so far is judged and kept.")
        elif job is not None:
            self._result.setText("Stopped before the first round ended; nothing was changed.")

    def _suggest_name(self) -> None:
        stem = USUAL_MODEL if self._start is None else self._start.stem
        self._name.suggest(f"my {stem.removeprefix('my ')}")

    def _lay_out(self) -> QGroupBox:
        box = QGroupBox("What to learn from")
        inside = QVBoxLayout(box)
        inside.addWidget(self._layers.native)
        inside.addWidget(self._begins)
        rows = QFormLayout()
        rows.addRow("Save as", self._name)
        inside.addLayout(rows)
        return box

    def showEvent(self, event: QShowEvent) -> None:
        """Offer what was corrected meanwhile."""
        self._layers.reset_choices()
        super().showEvent(event)

    def _can_teach(self, layer: Any) -> bool:
        return can_teach(self._viewer, layer)

    def _describe(self, layer: Any) -> str:
        image = find_image(self._viewer, layer)
        return "" if image is None else f"Nuclei of {image.name}"

    def _on_inserted(self, event: Any) -> None:
        follow(event.value.events.metadata, self._layers.reset_choices, self)

    def _on_step(self, step: Step) -> None:
        if isinstance(step, TrainStep) and not math.isnan(step.stop_loss):
            left = self._pace.say_left(step)
            said = f"{step.message}; loss {step.stop_loss:.3f}"
            self._result.setText(f"{said}; {left}." if left else f"{said}.")

    def _on_trained(self, tuned: FineTuned) -> None:
        self._result.setText(literal(_sum_up(tuned)))
        self.task_row.show_message(f"{tuned.path.stem} is in the library.")
        self._suggest_name()
        if tuned.is_better:
            self.trained.emit(tuned.path)

    def _find_missing(self) -> str:
        if not self._layers.value:
            return _NO_LABELS
        return self._name.fault

    def _refresh(self) -> None:
        """Make every control agree with the state."""
        for part in (self._layers.native, self._name):
            part.setEnabled(not self.task_row.is_running)
        self.task_row.set_missing(self._find_missing())


def _sum_up(tuned: FineTuned) -> str:
    """Say what a training has brought, as far as that is known."""
    name = tuned.path.stem
    if not tuned.n_judged:
        return (
            f"{name} was trained, but there were too few nuclei to spare some for judging it. Run "
            "it on another image and look whether it is better."
        )
    figures = (
        f"On {tuned.n_judged:,} nuclei that it did not learn from, the agreement with your labels "
        f"is {tuned.after:.0%}; with the old network it was {tuned.before:.0%}. (Nuclei in both "
        f"over nuclei in either, at an overlap of {OVERLAP:g}. These nuclei also said when to "
        "stop, so expect a little less elsewhere.)"
    )
    if tuned.is_better:
        return f"{figures} {name} is chosen for segmenting from now on."
    return (
        f"{figures} So the old network stays chosen; {name} is in the library all the same. Are "
        "all nuclei of the labels right?"
    )
