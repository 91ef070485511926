"""Train virtual staining: from pairs of phase contrast and marker to a model in the library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_seewhy.blocks.learning import train_job_steps
from napari_seewhy.widgets.parts.training import TrainDock
from napari_seewhy.widgets.train_stain.form import StainTrainForm
from napari_seewhy.widgets.train_stain.view import StainTrainingView

if TYPE_CHECKING:
    from qtpy.QtWidgets import QWidget

_PURPOSE = (
    "Teaches a network to see in phase contrast which blocks a marker would stain, such as "
    "cardiomyocytes that carry NKX2.5-GFP."
)


class TrainStainWidget(TrainDock):
    """Trains a network to paint a virtual immunostaining."""

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        made_of = (train_job_steps, StainTrainForm, StainTrainingView)
        super().__init__(napari_viewer, "Train virtual staining", _PURPOSE, *made_of, parent)
        self._form.shift.task_row.running_changed.connect(self._refresh)
