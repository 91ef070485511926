"""Train on DNA: from windows to a model of coverage, or from a genome to a language model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from napari_seewhy.sequence.learning import train_dna_job_steps, train_language_job_steps
from napari_seewhy.widgets.parts.training import TrainDock
from napari_seewhy.widgets.train_dna.form import COVERAGE, LANGUAGE, DnaTrainForm
from napari_seewhy.widgets.train_dna.view import DnaTrainingView, LanguageTrainingView

if TYPE_CHECKING:
    from napari_seewhy.widgets.train_dna.form import Lessons

_TITLE = "Train on DNA"
_COVERAGE = "Teaches a network to predict the coverage of tracks from the letters of a genome."
_LANGUAGE = (
    "Teaches a language model which letter comes next in a genome. A model of one genome knows "
    "composition, codon rhythm and repeats, not what a protein needs."
)


class TrainDnaWidget(QWidget):
    """Trains networks that read DNA, a tab for each kind."""

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)

        def ask(lessons: Lessons) -> Any:
            return lambda _: DnaTrainForm(lessons)

        coverage = (_COVERAGE, train_dna_job_steps, ask(COVERAGE), DnaTrainingView)
        language = (_LANGUAGE, train_language_job_steps, ask(LANGUAGE), LanguageTrainingView)
        self.coverage = TrainDock(napari_viewer, _TITLE, *coverage)
        self.language = TrainDock(napari_viewer, _TITLE, *language)
        tabs = QTabWidget()
        tabs.addTab(self.coverage, "Coverage")
        tabs.addTab(self.language, "Language model")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.addWidget(tabs)
