"""Train virtual staining: from pairs of phase contrast and marker to a model in the library."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from napari_seewhy.blocks.learning import train_job_steps
from napari_seewhy.widgets.parts.pictures import html_table
from napari_seewhy.widgets.parts.training import TrainDock, TrainingView
from napari_seewhy.widgets.train_stain.form import StainTrainForm

if TYPE_CHECKING:
    from qtpy.QtWidgets import QWidget

    from napari_seewhy.blocks.learning import StoredStain
    from napari_seewhy.training.learning import TrainStep

_PURPOSE = (
    "Teaches a network to see in phase contrast which blocks a marker would stain, such as "
    "cardiomyocytes that carry NKX2.5-GFP."
)
_NOTHING = "Nothing is trained yet: look at the blocks, and press Train virtual staining."
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


class StainTrainingView(TrainingView):
    """How the training of a virtual stain goes, and how good it is on blocks that were spared."""

    def __init__(self, viewer: Any) -> None:
        super().__init__(viewer, _NOTHING, _NEXT)
        self._figures.setToolTip("On blocks from which the network has not learned.")

    def say_best(self, step: TrainStep) -> str:
        """Return which epoch was the best so far."""
        return f"lowest loss on the stop set after epoch {step.best_epoch}"

    def describe(self, trained: StoredStain) -> str:
        """Return the figures of the blocks that said when to stop, and pairs that were left out."""
        rows = [
            [name, f"{trained.scores[key]:.3f}"]
            for key, name in _NAMES.items()
            if key in trained.scores
        ]
        n = trained.scores.get("n_blocks", 0)
        said = (
            html_table([f"{n:,} blocks not learned from", "value"], rows) + _NOTE if rows else _NONE
        )
        return said + "".join(
            f"<p>{escape(name)} was left out: {escape(why)}</p>" for name, why in trained.left_out
        )


class TrainStainWidget(TrainDock):
    """Trains a network to paint a virtual immunostaining."""

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        made_of = (train_job_steps, StainTrainForm, StainTrainingView)
        super().__init__(napari_viewer, "Train virtual staining", _PURPOSE, *made_of, parent)
        self._form.shift.task_row.running_changed.connect(self._refresh)
