"""Which model reads which stretch of which genome."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from napari_seewhy.errors import SeewhyError
from napari_seewhy.genome import parse_place
from napari_seewhy.models.files import read_any_card
from napari_seewhy.pages import literal
from napari_seewhy.reading import CoverageCard
from napari_seewhy.reading.language import LanguageCard
from napari_seewhy.sequence.painting import find_observed
from napari_seewhy.widgets.parts.folders import FolderLine
from napari_seewhy.widgets.parts.models import ModelChoice
from napari_seewhy.widgets.parts.viewer import telling_errors

if TYPE_CHECKING:
    from napari_seewhy.genome import Interval
    from napari_seewhy.models.cards import BaseCard

KINDS = (CoverageCard, LanguageCard)
_MOST_BP = 2_000_000


class DnaForm(QWidget):
    """Asks for a model, a genome, a stretch of it, and the folder of what was measured."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.genome: Path | None = None
        self._model = ModelChoice("no model", *KINDS)
        self._model.setToolTip(
            "A model that predicts coverage from letters, or a language model, which expects the "
            "next letter."
        )
        self._name = QLabel("none yet")
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._button = QPushButton("Choose ...")
        self._button.setToolTip("The genome, as a FASTA file that is not gzipped.")
        self._place = QLineEdit()
        self._place.setPlaceholderText("chr1:1,001-132,072")
        self._place.setToolTip("The stretch to read; positions count from 1.")
        self._observed = FolderLine(
            "bigWigs of what was measured, called as the tracks of the model", nothing="none"
        )
        self._genes = FolderLine(
            "table of genes (GFF, GTF, BED ...) to show below the coverage",
            nothing="none",
            files="Genes (*.gff* *.gtf* *.bed* *.csv *.tsv *.txt);;All files (*)",
        )
        line = QHBoxLayout()
        line.addWidget(self._name, 1)
        line.addWidget(self._button)
        rows = QFormLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addRow("Model", self._model)
        rows.addRow("Genome", line)
        rows.addRow("Stretch", self._place)
        rows.addRow("Measured", self._observed)
        rows.addRow("Genes", self._genes)
        self._button.clicked.connect(self._choose_genome)
        self._place.textChanged.connect(self.changed)
        self._model.changed.connect(self.changed)
        self._observed.changed.connect(self.changed)
        self._genes.changed.connect(self.changed)

    @property
    def model(self) -> Path | None:
        """File of the chosen model."""
        return self._model.path

    @property
    def missing(self) -> str:
        """What must be done before a stretch can be read, "" if nothing."""
        if self.model is None:
            return "Choose a model."
        if self.genome is None:
            return "Choose a genome."
        try:
            place = parse_place(self._place.text())
        except SeewhyError:
            return "Name a stretch, such as chr1:1,001-132,072."
        if place.end - place.start > _MOST_BP:
            return f"Choose a stretch of up to {_MOST_BP:,} bp."
        return ""

    def place(self) -> Interval:
        """Return the stretch; nothing may be `missing`."""
        return parse_place(self._place.text())

    @property
    def is_language(self) -> bool:
        """Whether the chosen model is a language model."""
        return isinstance(self.card(), LanguageCard)

    def card(self) -> BaseCard | None:
        """Return the description of the chosen model."""
        return None if self.model is None else read_any_card(self.model)

    def observed(self) -> dict[str, Path]:
        """Return the bigWig of each track of the model that was measured."""
        card, folder = self.card(), self._observed.path
        if card is None or folder is None:
            return {}
        return find_observed(folder, getattr(card, "tracks", ()))

    def set_model(self, path: Path) -> None:
        """Choose a model."""
        self._model.choose(path)

    def set_genome(self, path: Path) -> None:
        """Choose a genome."""
        self.genome = path
        self._name.setText(literal(path.name))
        self._name.setToolTip(literal(str(path)))
        self.changed.emit()

    def set_place(self, text: str) -> None:
        """Name the stretch."""
        self._place.setText(text)

    def set_observed(self, folder: Path | None) -> None:
        """Choose the folder of what was measured."""
        self._observed.set_path(folder)

    @property
    def genes(self) -> Path | None:
        """Table of the genes to show; None for none."""
        return self._genes.path

    def set_genes(self, path: Path | None) -> None:
        """Choose the table of genes."""
        self._genes.set_path(path)

    def _choose_genome(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, "Choose a genome", "", "FASTA (*.fa *.fasta *.fna *.fas);;All files (*)"
        )
        if name:
            with telling_errors():
                self.set_genome(Path(name))
