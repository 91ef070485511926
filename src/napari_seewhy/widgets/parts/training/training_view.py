"""`TrainingView`: how a training goes, what it came to, and continuing if it was stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from napari_seewhy.pages import literal
from napari_seewhy.training.learning import TrainStep
from napari_seewhy.widgets.parts.tasks import NextSteps, Pace
from napari_seewhy.widgets.parts.training.curves import Curves

if TYPE_CHECKING:
    from napari_seewhy.progress import Step
    from napari_seewhy.widgets.parts.viewer import ThemeColors

_STOPPED = "Stopped. The best network so far is kept, but is not in the library yet{}."
_STOPPED_EARLY = "Stopped before the first epoch was over; nothing is kept."


class TrainingView(QWidget):
    """Curves while a training runs, its figures afterwards.

    A subclass says what is special to one kind of model: `count_classes`, `say_best`, `describe`.

    Parameters
    ----------
    nothing
        What to do before anything is trained.
    then
        Which docks use the model, and what for.
    curves
        Of loss and metric, those of a classifier if not given.
    if_stopped, of_epoch
        What is said behind the sentence of a training that was stopped, and behind the epoch that a
        finished model is of.
    """

    go_on_clicked = Signal()

    def __init__(
        self,
        viewer: Any,
        nothing: str,
        then: dict[str, str],
        curves: Curves | None = None,
        if_stopped: str = "",
        of_epoch: str = "",
    ) -> None:
        super().__init__()
        self.curves = curves or Curves()
        self._n_epochs, self._pace = 0, Pace()
        self._if_stopped, self._of_epoch = if_stopped, of_epoch
        self._sentence, self._figures = QLabel(nothing), QLabel()
        for label in (self._sentence, self._figures):
            label.setWordWrap(True)
        self._go_on_button = QPushButton("Continue")
        self._go_on_button.setToolTip("Continues with the training where it was stopped.")
        self._stopped, self._next = QWidget(), NextSteps(viewer, then)
        self._buttons = QHBoxLayout(self._stopped)
        self._buttons.setContentsMargins(0, 0, 0, 0)
        self._buttons.addWidget(self._go_on_button)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        for part in (self._sentence, self._stopped, self._figures, self.curves, self._next):
            self._layout.addWidget(part)
        for part in (self._stopped, self._figures, self.curves):
            part.hide()
        self._go_on_button.clicked.connect(self.go_on_clicked)

    def begin(self, job: Any) -> None:
        """Show that a training has begun."""
        self._n_epochs, self._pace = job.options.epochs, Pace()
        self._sentence.setText(literal(f"Training {job.name} ..."))
        self.curves.begin(self.count_classes(job), self._n_epochs)
        for part in (self._stopped, self._figures, self._next):
            part.hide()
        self.curves.show()

    def add(self, step: Step) -> None:
        """Show a step of the running training."""
        if not isinstance(step, TrainStep):
            self._sentence.setText(literal(f"{step.message} ..."))
            return
        self.curves.add(step, self._n_epochs)
        best = self.say_best(step) if step.best_epoch else ""
        said = [step.message, self._pace.say_left(step), best]
        self._sentence.setText(literal("; ".join(part for part in said if part) + "."))

    def stop(self, *, can_go_on: bool) -> None:
        """Show that the training was stopped, and whether a network is kept."""
        self._sentence.setText(_STOPPED.format(self._if_stopped) if can_go_on else _STOPPED_EARLY)
        self._stopped.setVisible(can_go_on)

    def finish(self, trained: Any) -> None:
        """Show how good the finished model is."""
        self._sentence.setText(
            literal(
                f"The model {trained.path.stem} is in the library, as it was after epoch "
                f"{trained.best_epoch} of {len(trained.history)}{self._of_epoch}."
            )
        )
        self.curves.finish(trained.history, trained.best_epoch)
        figures = self.describe(trained)
        self._figures.setText(figures)
        self._figures.setVisible(bool(figures))
        self._next.show()

    def count_classes(self, job: Any) -> int:
        """Return how many classes chance chooses from."""
        return 2

    def say_best(self, step: TrainStep) -> str:
        """Return which epoch was the best so far."""
        return f"best after epoch {step.best_epoch}"

    def describe(self, trained: Any) -> str:
        """Return the figures of a finished model as rich text; none where another part has them."""
        return ""

    def set_colors(self, colors: ThemeColors) -> None:
        """Follow napari's theme."""
        self.curves.set_colors(colors)
