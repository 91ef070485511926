"""Train on DNA: from windows of a genome to a model that predicts their coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_seewhy.sequence.learning import train_dna_job_steps
from napari_seewhy.widgets.parts.training import TrainDock
from napari_seewhy.widgets.train_dna.form import DnaTrainForm
from napari_seewhy.widgets.train_dna.view import DnaTrainingView

if TYPE_CHECKING:
    from qtpy.QtWidgets import QWidget

_PURPOSE = "Teaches a network to predict the coverage of tracks from the letters of a genome."


class TrainDnaWidget(TrainDock):
    """Trains a network that reads DNA."""

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        made_of = (train_dna_job_steps, DnaTrainForm, DnaTrainingView)
        super().__init__(napari_viewer, "Train on DNA", _PURPOSE, *made_of, parent)
