"""Train classifier: from a sample set to a model in the library, with how good it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_seewhy.training.fitting import finish_early_steps, train_steps
from napari_seewhy.widgets.parts.tasks import state_of
from napari_seewhy.widgets.parts.training import TrainDock
from napari_seewhy.widgets.parts.viewer import theme_colors
from napari_seewhy.widgets.train.form import TrainForm
from napari_seewhy.widgets.train.view import ClassTrainingView

if TYPE_CHECKING:
    from qtpy.QtWidgets import QWidget

_PURPOSE = "Trains a network to classify your cells."


class TrainWidget(TrainDock):
    """Trains a network to tell the classes of a sample set apart, and judges it."""

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        made_of = (train_steps, TrainForm, ClassTrainingView)
        super().__init__(napari_viewer, "Train classifier", _PURPOSE, *made_of, parent)
        self._view.finish_clicked.connect(self.finish_early)

    def finish_early(self) -> None:
        """Finish with the best network of the training that was stopped."""
        if self._job is not None:
            self._run(self._job, finish_early_steps)

    def _on_trained(self, trained: Any) -> None:
        super()._on_trained(trained)
        state_of(self._viewer).model = trained.path

    def _on_theme_changed(self) -> None:
        super()._on_theme_changed()
        self._form.plan_view.set_warning_color(theme_colors(self._viewer).mark)
