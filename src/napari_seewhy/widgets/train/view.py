"""How a training goes and how good its model is; what can be done with one that was stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QUrl, Signal
from qtpy.QtGui import QDesktopServices
from qtpy.QtWidgets import QPushButton

from napari_seewhy.widgets.parts.training import TrainingView
from napari_seewhy.widgets.train.evaluation_card import EvaluationCard

if TYPE_CHECKING:
    from napari_seewhy.training.fitting import Trained, TrainJob
    from napari_seewhy.training.learning import TrainStep
    from napari_seewhy.widgets.parts.viewer import ThemeColors

_NOTHING = "Nothing is trained yet: choose samples, look at the plan, and press Train classifier."
_IF_STOPPED = ": continue it later, or finish with it now"
_OF_EPOCH = (
    ": there the loss on the stop set was lowest. The figures below are of the report set, which "
    "has had no say in this"
)
_NEXT = {
    "Classify cells": "Have the model say the class of every cell of an image.",
    "Annotate samples": "Look at the samples of which the model is unsure, and correct them.",
}


class ClassTrainingView(TrainingView):
    """How the training of a classifier goes, its evaluation, and what to do if it was stopped."""

    finish_clicked = Signal()

    def __init__(self, viewer: Any) -> None:
        super().__init__(viewer, _NOTHING, _NEXT, if_stopped=_IF_STOPPED, of_epoch=_OF_EPOCH)
        self._trained: Trained | None = None
        self._card = EvaluationCard()
        self._finish_button = QPushButton("Finish with the best so far")
        self._finish_button.setToolTip(
            "Judges the best network so far and puts it into the library."
        )
        self._page_button = QPushButton("Open the whole report")
        self._page_button.setToolTip("Opens a page with all figures and plots in the browser.")
        self._page_button.hide()
        self._buttons.addWidget(self._finish_button, 1)
        above_curves = self._layout.indexOf(self.curves)
        self._layout.insertWidget(above_curves, self._card)
        self._layout.insertWidget(above_curves + 1, self._page_button)
        self._finish_button.clicked.connect(self.finish_clicked)
        self._page_button.clicked.connect(self._on_page_clicked)

    def begin(self, job: TrainJob) -> None:
        """Show that a training has begun."""
        super().begin(job)
        self._trained = None
        self._card.set_evaluation(None)
        self._page_button.hide()

    def finish(self, trained: Trained) -> None:
        """Show how good the finished model is."""
        super().finish(trained)
        self._trained = trained
        self._card.set_evaluation(trained.evaluation)
        self._page_button.show()

    def count_classes(self, job: TrainJob) -> int:
        """Return how many classes chance chooses from."""
        return len(job.classes.classes)

    def say_best(self, step: TrainStep) -> str:
        """Return the metric of the stop set now, and which epoch was the best so far."""
        return (
            f"{step.metric.replace('_', ' ')} on the stop set {step.stop_metric:.2f}, lowest loss "
            f"after epoch {step.best_epoch}"
        )

    def set_colors(self, colors: ThemeColors) -> None:
        """Follow napari's theme."""
        super().set_colors(colors)
        self._card.set_colors(colors)

    def _on_page_clicked(self) -> None:
        if self._trained is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._trained.page)))
