"""How the training of a virtual stain goes, and what it came to."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from napari_seewhy.pages import literal
from napari_seewhy.training.learning import TrainStep
from napari_seewhy.widgets.parts.pictures import html_table
from napari_seewhy.widgets.parts.tasks import NextSteps, Pace
from napari_seewhy.widgets.parts.training import Curves

if TYPE_CHECKING:
    from napari_seewhy.blocks.learning import StainTrainJob, StoredStain
    from napari_seewhy.progress import Step
    from napari_seewhy.widgets.parts.viewer import ThemeColors

NOTHING = "Nothing is trained yet: look at the blocks, and press Train virtual staining."
STOPPED = "Stopped. The best network so far is kept, but is not in the library yet."
STOPPED_EARLY = "Stopped before the first epoch was over; nothing is kept."
_NEXT = {"Virtual immunostaining": "Stain images of phase contrast with the model."}
_NAMES = {
    "f1": "F1",
    "accuracy": "Accuracy",
    "precision": "Precision",
    "recall": "Recall",
    "roc_auc": "ROC AUC",
    "baseline": "Accuracy of always saying negative",
}
_NOTE = (
    "<p>They also said when to stop, so expect a little less of other dishes; judge the model by "
    "dishes that it has not seen.</p>"
)
_NONE = "<p>Nothing could be spared to judge it by; try it on another field.</p>"


class StainTrainingView(QWidget):
    """Curves while a training runs, its figures afterwards, and continuing if it was stopped."""

    go_on_clicked = Signal()

    def __init__(self, viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._n_epochs = 0
        self._pace = Pace()
        self._sentence = QLabel(NOTHING)
        self._sentence.setWordWrap(True)
        self._figures = QLabel()
        self._figures.setWordWrap(True)
        self._figures.setToolTip("On blocks from which the network has not learned.")
        self._go_on_button = QPushButton("Continue")
        self._go_on_button.setToolTip("Continues with the training where it was stopped.")
        self.curves = Curves()
        self._next = NextSteps(viewer, _NEXT)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for part in (self._sentence, self._go_on_button, self._figures, self.curves, self._next):
            layout.addWidget(part)
        for part in (self._go_on_button, self._figures, self.curves):
            part.hide()
        self._go_on_button.clicked.connect(self.go_on_clicked)

    def begin(self, job: StainTrainJob) -> None:
        """Show that a training has begun."""
        self._n_epochs, self._pace = job.options.epochs, Pace()
        self._sentence.setText(literal(f"Training {job.name} ..."))
        self.curves.begin(2, self._n_epochs)
        for part in (self._go_on_button, self._figures, self._next):
            part.hide()
        self.curves.show()

    def add(self, step: Step) -> None:
        """Show a step of the running training."""
        if not isinstance(step, TrainStep):
            self._sentence.setText(literal(f"{step.message} ..."))
            return
        self.curves.add(step, self._n_epochs)
        best = (
            f"lowest loss on the stop set after epoch {step.best_epoch}" if step.best_epoch else ""
        )
        said = [step.message, self._pace.say_left(step), best]
        self._sentence.setText("; ".join(part for part in said if part) + ".")

    def stop(self, *, can_go_on: bool) -> None:
        """Show that the training was stopped, and whether a network is kept."""
        self._sentence.setText(STOPPED if can_go_on else STOPPED_EARLY)
        self._go_on_button.setVisible(can_go_on)

    def finish(self, trained: StoredStain) -> None:
        """Show how good the finished model is."""
        said = (
            f"The model {trained.path.stem} is in the library, as it was after epoch "
            f"{trained.best_epoch} of {len(trained.history)}."
        )
        self._sentence.setText(literal(said))
        self.curves.finish(trained.history, trained.best_epoch)
        self._figures.setText(_say_figures(trained))
        self._figures.show()
        self._next.show()

    def set_colors(self, colors: ThemeColors) -> None:
        """Follow napari's theme."""
        self.curves.set_colors(colors)


def _say_figures(trained: StoredStain) -> str:
    rows = [
        [name, f"{trained.scores[key]:.3f}"]
        for key, name in _NAMES.items()
        if key in trained.scores
    ]
    n = trained.scores.get("n_blocks", 0)
    said = html_table([f"{n:,} blocks not learned from", "value"], rows) + _NOTE if rows else _NONE
    return said + "".join(
        f"<p>{escape(name)} was left out: {escape(why)}</p>" for name, why in trained.left_out
    )
