"""New DNA from a language model, with figures beside natural and shuffled DNA."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtWidgets import (
    QFormLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from napari_seewhy.files import write_text
from napari_seewhy.reading.language import GenerateOptions, LanguageCard
from napari_seewhy.sequence.language import write_dna_steps
from napari_seewhy.widgets.parts.forms import OptionsForm
from napari_seewhy.widgets.parts.models import ModelChoice
from napari_seewhy.widgets.parts.pictures import ask_output
from napari_seewhy.widgets.parts.tasks import TaskRow, fill_dock, state_of
from napari_seewhy.widgets.parts.viewer import telling_errors

if TYPE_CHECKING:
    from napari_seewhy.sequence.language import WrittenDna

_PURPOSE = (
    "A language model writes DNA letter by letter. The table says how far it is from a genome: a "
    "small model writes composition and codon rhythm, not genes that work."
)
_COLUMNS = ("drawn", "natural", "shuffled")


class GenerateView(QWidget):
    """Asks for a model, a prompt and options; shows what was written and saves it."""

    def __init__(self, viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.written: WrittenDna | None = None
        purpose = QLabel(_PURPOSE)
        purpose.setWordWrap(True)
        self.model = ModelChoice("no model", LanguageCard)
        self.model.setToolTip("The language model that writes.")
        self.prompt = QLineEdit()
        self.prompt.setPlaceholderText("none")
        self.prompt.setToolTip("Letters that the DNA should follow; the model reads them first.")
        self.options = OptionsForm(GenerateOptions, advanced=("device", "seed"))
        self.figures = QTableWidget(0, len(_COLUMNS))
        self.figures.setHorizontalHeaderLabels(_COLUMNS)
        self.figures.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.figures.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self._warning = QLabel()
        self._warning.setWordWrap(True)
        self._save = QPushButton("Save as FASTA ...")
        self._save.setToolTip("Writes the sequences without the prompt.")
        asked = QWidget()
        rows = QFormLayout(asked)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addRow("Model", self.model)
        rows.addRow("Prompt", self.prompt)
        self.task_row = TaskRow(state_of(viewer), "Generate")
        parts = [purpose, asked, self.options, self.figures, self._warning, self._save]
        fill_dock(self, parts, [self.task_row])
        self.model.changed.connect(self._refresh)
        self._save.clicked.connect(self.save)
        self.task_row.run_clicked.connect(self.run)
        self.task_row.running_changed.connect(self._refresh)
        self._refresh()

    def run(self) -> None:
        """Let the chosen model write."""
        with telling_errors():
            job = (self.model.path, self.prompt.text(), self.options.options())
            self.task_row.run(write_dna_steps, *job, on_result=self._on_written)

    def save(self) -> None:
        """Ask where to, and save the sequences."""
        if self.written is None:
            return
        with telling_errors():
            path = ask_output(self, "Save DNA", "drawn.fa", "FASTA (*.fa)")
            if path is not None:
                write_text(path, self.written.to_fasta())

    def _on_written(self, written: WrittenDna) -> None:
        self.written = written
        rows = written.list_figures()
        self.figures.setRowCount(len(rows))
        self.figures.setVerticalHeaderLabels([words for words, _ in rows])
        for row, (_, shown) in enumerate(rows):
            for column, text in enumerate(shown):
                self.figures.setItem(row, column, QTableWidgetItem(text))
        self._warning.setText(written.warn())
        self.task_row.show_message("")
        self._refresh()

    def _refresh(self, *_: Any) -> None:
        """Make every control agree with the state."""
        self.task_row.set_missing("" if self.model.path else "Choose a language model.")
        for part in (self.figures, self._warning, self._save):
            part.setVisible(self.written is not None)
        self.options.setEnabled(not self.task_row.is_running)
