"""How a training on DNA goes, beside what needs no network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from napari_seewhy.sequence.learning import BaselineStep
from napari_seewhy.training.learning import TrainStep
from napari_seewhy.widgets.parts.pictures import html_table
from napari_seewhy.widgets.parts.tasks import NextSteps, Pace
from napari_seewhy.widgets.parts.training import Curves

if TYPE_CHECKING:
    from napari_seewhy.progress import Step
    from napari_seewhy.sequence.learning import DnaTrainJob, StoredReader
    from napari_seewhy.widgets.parts.viewer import ThemeColors

NOTHING = "Nothing is trained yet: choose windows, and press Train on DNA."
STOPPED = "Stopped. The best network so far is kept, but is not in the library yet."
STOPPED_EARLY = "Stopped before the first epoch was over; nothing is kept."
_NEXT = {"Read DNA": "Read a stretch of a genome with the model."}
_PARTS = (("learn", "#56b4e9"), ("stop", "#e69f00"), ("report", "#009e73"))


class DnaTrainingView(QWidget):
    """The split, curves while a training runs, its figures afterwards."""

    go_on_clicked = Signal()

    def __init__(self, viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._n_epochs, self._linear = 0, 0.0
        self._pace = Pace()
        self._sentence, self._split, self._figures = QLabel(NOTHING), QLabel(), QLabel()
        for label in (self._sentence, self._split, self._figures):
            label.setWordWrap(True)
        self._split.setToolTip("How many windows teach, say when to stop, and are reported on.")
        self._go_on_button = QPushButton("Continue")
        self._go_on_button.setToolTip("Continues with the training where it was stopped.")
        self.curves = Curves(metric="pearson")
        self._next = NextSteps(viewer, _NEXT)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        below = (self._split, self._go_on_button, self._figures, self.curves, self._next)
        for part in (self._sentence, *below):
            layout.addWidget(part)
        for part in (self._split, self._go_on_button, self._figures, self.curves):
            part.hide()
        self._go_on_button.clicked.connect(self.go_on_clicked)

    def begin(self, job: DnaTrainJob) -> None:
        """Show that a training has begun."""
        self._n_epochs, self._pace = job.options.epochs, Pace()
        self._sentence.setText(f"Training {job.name} ...")
        self.curves.begin(2, self._n_epochs)
        for part in (self._go_on_button, self._figures, self._next, self._split):
            part.hide()
        self.curves.show()

    def add(self, step: Step) -> None:
        """Show a step of the running training."""
        if isinstance(step, BaselineStep):
            self._linear = step.pearson
            self.curves.set_baseline(step.pearson)
            self._split.setText(_draw_split(step.counts))
            self._split.show()
        if not isinstance(step, TrainStep):
            self._sentence.setText(f"{step.message} ...")
            return
        self.curves.add(step, self._n_epochs)
        best = f"best after epoch {step.best_epoch}" if step.best_epoch else ""
        said = [step.message, self._pace.say_left(step), best]
        self._sentence.setText("; ".join(part for part in said if part) + ".")

    def stop(self, *, can_go_on: bool) -> None:
        """Show that the training was stopped, and whether a network is kept."""
        self._sentence.setText(STOPPED if can_go_on else STOPPED_EARLY)
        self._go_on_button.setVisible(can_go_on)

    def finish(self, trained: StoredReader) -> None:
        """Show how good the finished model is."""
        self._sentence.setText(
            f"The model {trained.path.stem} is in the library, as it was after epoch "
            f"{trained.best_epoch} of {len(trained.history)}."
        )
        self.curves.finish(trained.history, trained.best_epoch)
        rows = [
            ["network", f"{trained.metrics['pearson']:.3f}"],
            ["linear model of words of five letters", f"{self._linear:.3f}"],
        ]
        words = ", ".join(trained.words[:6])
        said = f"<p>First words: {words}</p>" if words else ""
        self._figures.setText(html_table(["stop windows", "mean r"], rows) + said)
        self._figures.show()
        self._next.show()

    def set_colors(self, colors: ThemeColors) -> None:
        """Follow napari's theme."""
        self.curves.set_colors(colors)


def _draw_split(counts: tuple[int, int, int]) -> str:
    """Return a bar of one coloured part per kind of window, as wide as they are many."""
    total = max(sum(counts), 1)
    cells = "".join(
        f'<td bgcolor="{color}" width="{round(100 * n / total)}%" align="center">'
        f'<span style="color:#000000">{n:,} {name}</span></td>'
        for n, (name, color) in zip(counts, _PARTS, strict=True)
        if n
    )
    return f'<table width="100%" cellspacing="0" cellpadding="3"><tr>{cells}</tr></table>'
