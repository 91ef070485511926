"""How a training goes and how good its model is; what can be done with one that was stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QUrl, Signal
from qtpy.QtGui import QDesktopServices
from qtpy.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from napari_seewhy.pages import literal
from napari_seewhy.training.learning import TrainStep
from napari_seewhy.widgets.parts.tasks import NextSteps, Pace
from napari_seewhy.widgets.parts.training import Curves
from napari_seewhy.widgets.train.evaluation_card import EvaluationCard

if TYPE_CHECKING:
    from napari_seewhy.progress import Step
    from napari_seewhy.training.fitting import Trained, TrainJob
    from napari_seewhy.widgets.parts.viewer import ThemeColors

NOTHING = "Nothing is trained yet: choose samples, look at the plan, and press Train classifier."
STOPPED = (
    "Stopped. The best network so far is kept, but is not in the library yet: continue it later, "
    "or finish with it now."
)
_NEXT = {
    "Classify cells": "Have the model say the class of every cell of an image.",
    "Annotate samples": "Look at the samples of which the model is unsure, and correct them.",
}


class TrainingView(QWidget):
    """Curves while a training runs, its evaluation afterwards, and what to do if it was stopped."""

    go_on_clicked = Signal()
    finish_clicked = Signal()

    def __init__(self, viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._n_epochs = 0
        self._pace = Pace()
        self._trained: Trained | None = None
        self._sentence = QLabel(NOTHING)
        self._sentence.setWordWrap(True)
        self._curves = Curves()
        self._card = EvaluationCard()
        self._go_on_button = QPushButton("Continue")
        self._go_on_button.setToolTip("Continues with the training where it was stopped.")
        self._finish_button = QPushButton("Finish with the best so far")
        self._finish_button.setToolTip(
            "Judges the best network so far and puts it into the library."
        )
        self._page_button = QPushButton("Open the whole report")
        self._page_button.setToolTip("Opens a page with all figures and plots in the browser.")
        self._next = NextSteps(viewer, _NEXT)

        self._stopped = QWidget()
        buttons = QHBoxLayout(self._stopped)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.addWidget(self._go_on_button)
        buttons.addWidget(self._finish_button, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        parts = (self._sentence, self._stopped, self._card, self._page_button, self._curves)
        for part in (*parts, self._next):
            layout.addWidget(part)
        for part in (self._stopped, self._page_button, self._curves):
            part.hide()
        self._go_on_button.clicked.connect(self.go_on_clicked)
        self._finish_button.clicked.connect(self.finish_clicked)
        self._page_button.clicked.connect(self._on_page_clicked)

    def begin(self, job: TrainJob) -> None:
        """Show that a training has begun."""
        self._n_epochs, self._pace, self._trained = job.options.epochs, Pace(), None
        self._sentence.setText(literal(f"Training {job.name} ..."))
        self._curves.begin(len(job.classes.classes), self._n_epochs)
        self._card.set_evaluation(None)
        for part in (self._page_button, self._stopped, self._next):
            part.hide()
        self._curves.show()

    def add(self, step: Step) -> None:
        """Show a step of the running training."""
        if isinstance(step, TrainStep):
            self._curves.add(step, self._n_epochs)
            said = [step.message, self._pace.say_left(step), _say_best(step)]
            self._sentence.setText(literal("; ".join(part for part in said if part) + "."))
        else:
            self._sentence.setText(literal(f"{step.message} ..."))

    def stop(self, *, can_go_on: bool) -> None:
        """Show that the training was stopped, and whether a network is kept."""
        self._sentence.setText(
            STOPPED if can_go_on else "Stopped before the first epoch was over; nothing is kept."
        )
        self._stopped.setVisible(can_go_on)

    def finish(self, trained: Trained) -> None:
        """Show how good the finished model is."""
        self._trained = trained
        said = (
            f"The model {trained.path.stem} is in the library, as it was after epoch "
            f"{trained.best_epoch} of {len(trained.history)}: there the loss on the stop set was "
            "lowest. The figures below are of the report set, which has had no say in this."
        )
        self._sentence.setText(literal(said))
        self._curves.finish(trained.history, trained.best_epoch)
        self._card.set_evaluation(trained.evaluation)
        self._page_button.show()
        self._next.show()

    def set_colors(self, colors: ThemeColors) -> None:
        """Follow napari's theme."""
        self._curves.set_colors(colors)
        self._card.set_colors(colors)

    def _on_page_clicked(self) -> None:
        if self._trained is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._trained.page)))


def _say_best(step: TrainStep) -> str:
    if not step.best_epoch:
        return ""
    return (
        f"{step.metric.replace('_', ' ')} on the stop set {step.stop_metric:.2f}, lowest loss "
        f"after epoch {step.best_epoch}"
    )
