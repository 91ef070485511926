"""Scores of changes by a language model, beside simpler ones, what was measured, and others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtWidgets import QComboBox, QFormLayout, QLabel, QLineEdit, QPushButton, QWidget

from napari_seewhy.reading.language import LanguageCard
from napari_seewhy.sequence.language import ScoreOptions, list_columns, score_changes_steps
from napari_seewhy.widgets.parts.folders import FolderLine
from napari_seewhy.widgets.parts.forms import OptionsForm
from napari_seewhy.widgets.parts.models import ModelChoice
from napari_seewhy.widgets.parts.pictures import html_table, html_warnings, save_table
from napari_seewhy.widgets.parts.tasks import TaskRow, fill_dock, state_of
from napari_seewhy.widgets.parts.viewer import follow, telling_errors, theme_colors
from napari_seewhy.widgets.read_dna.heatmap import show_heatmap

if TYPE_CHECKING:
    from napari_seewhy.sequence.language import Scores

_PURPOSE = (
    "Scores substitutions of amino acids, or variants of DNA: how much less probable the sequence "
    "becomes to a language model. BLOSUM62 and codon usage, which know no genome, stand beside it."
)
_SEQUENCES = "Sequences (*.fa *.fasta *.fna *.fas *.gb *.gbk *.gz);;All files (*)"
_TABLES = "Tables (*.csv *.tsv *.txt);;All files (*)"
_CHANGES = "Changes (*.csv *.tsv *.txt *.vcf *.gz);;All files (*)"
_NOTHING = "nothing"
_SHOWN = {"model": "the model", "blosum62": "BLOSUM62"}


class ScoreView(QWidget):
    """Asks for a model, a sequence and changes; shows agreement, and a layer of amino acids."""

    def __init__(self, viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self.scores: Scores | None = None
        purpose = QLabel(_PURPOSE)
        purpose.setWordWrap(True)
        self.model = ModelChoice("no model", LanguageCard)
        self.model.setToolTip("The language model that scores.")
        self.sequence = FolderLine(
            "coding sequence of the protein, or the genome of variants", files=_SEQUENCES
        )
        self.changes = QLineEdit()
        self.changes.setPlaceholderText("H24A, L55P")
        self.changes.setToolTip(
            "Substitutions, or one variant such as chr1:1,234 A>G; both count from 1."
        )
        self.table = FolderLine(
            "substitutions in a column called mutant, with what was measured; or a VCF",
            nothing="none",
            files=_CHANGES,
        )
        self.measured = QComboBox()
        self.measured.setToolTip("Column of the table that all scores are compared with.")
        self.elsewhere = FolderLine(
            "scores that another program, such as ESM or Evo, gave to the same changes",
            nothing="none",
            files=_TABLES,
        )
        self.options = OptionsForm(
            ScoreOptions,
            hidden=("measured", "others"),
            advanced=("context_bp", "seed", "device"),
        )
        asked = QWidget()
        rows = QFormLayout(asked)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addRow("Model", self.model)
        rows.addRow("Sequence", self.sequence)
        rows.addRow("Changes", self.changes)
        rows.addRow("Table", self.table)
        rows.addRow("Measured", self.measured)
        rows.addRow("Made elsewhere", self.elsewhere)
        self.said = QLabel()
        self.said.setWordWrap(True)
        self.shown = QComboBox()
        self.shown.setToolTip("Which score the layer shows: amino acids from top to bottom.")
        self._layer_line = QWidget()
        line = QFormLayout(self._layer_line)
        line.setContentsMargins(0, 0, 0, 0)
        line.addRow("Layer shows", self.shown)
        self._save = QPushButton("Save table ...")
        self._save.setToolTip("Saves all scores (.csv).")
        self.task_row = TaskRow(state_of(viewer), "Score")
        parts = [purpose, asked, self.options, self.said, self._layer_line, self._save]
        fill_dock(self, parts, [self.task_row])
        self._connect()
        self._on_table()

    def _connect(self) -> None:
        for part in (self.model, self.sequence, self.options):
            part.changed.connect(self._refresh)
        self.changes.textChanged.connect(self._refresh)
        self.table.changed.connect(self._on_table)
        self.shown.activated.connect(self._show_layer)
        self._save.clicked.connect(self._on_save)
        self.task_row.run_clicked.connect(self.run)
        self.task_row.running_changed.connect(self._refresh)
        follow(self._viewer.events.theme, self._refresh)

    def run(self) -> None:
        """Score what is named, and what stands in the table."""
        with telling_errors():
            text = self.changes.text()
            # A variant holds a comma and a blank; substitutions are parted by them.
            given = [text.strip()] if ">" in text else text.replace(",", " ").split()
            options = self.options.options(measured=self.measured.currentData() or "")
            job = (self.model.path, self.sequence.path, options, given, self.table.path)
            self.task_row.run(
                score_changes_steps, *job, self.elsewhere.path, on_result=self._on_scored
            )

    def _on_scored(self, scores: Scores) -> None:
        self.scores = scores
        self.shown.clear()
        for column in scores.list_grids():
            self.shown.addItem(_SHOWN.get(column, column), column)
        self.task_row.show_message("")
        self._show_layer()
        self._refresh()

    def _show_layer(self, *_: Any) -> None:
        """Show a score of substitutions as amino acids over places."""
        column = self.shown.currentData()
        if self.scores is None or column is None or self.sequence.path is None:
            return
        # All scores over the same places, so that their layers lie on each other.
        grid, places = self.scores.to_grid(column), self.scores.table["place"]
        first, last = int(places.min()), int(places.max())
        values = grid.reindex(columns=range(first, last + 1)).to_numpy("float32")
        name = f"{self.shown.currentText()}: {self.sequence.path.stem} by amino acid"
        show_heatmap(self._viewer, name, values, "".join(grid.index), first, track=column)

    def _on_table(self) -> None:
        self.measured.clear()
        self.measured.addItem(_NOTHING, "")
        with telling_errors():
            path = self.table.path
            for name in [] if path is None else list_columns(path):
                self.measured.addItem(name, name)
        self._refresh()

    def _on_save(self) -> None:
        if self.scores is not None:
            save_table(self, "Save scores", "scores.csv", self.scores.table)

    def _describe(self) -> str:
        scores = self.scores
        if scores is None:
            return ""
        if scores.agreement is None:
            return f"<p>{scores.describe()}</p>"
        rows = [
            [str(row.score), f"{row.spearman:.3f}", f"{row.n:,}"]
            for row in scores.agreement.itertuples()
        ]
        table = html_table(["Spearman with what was measured", "rho", "n"], rows)
        return table + html_warnings(scores.warn(), theme_colors(self._viewer).mark)

    def _missing(self) -> str:
        if self.model.path is None:
            return "Choose a language model."
        if self.sequence.path is None:
            return "Choose a coding sequence or a genome."
        is_some = self.changes.text().strip() or self.table.path or self.options["every"].value
        return "" if is_some else "Name changes, choose a table, or tick every substitution."

    def _refresh(self, *_: Any) -> None:
        """Make every control agree with the state."""
        self.task_row.set_missing(self._missing())
        self.measured.setEnabled(self.measured.count() > 1)
        self.said.setText(self._describe())
        for part in (self.said, self._save):
            part.setVisible(self.scores is not None)
        self._layer_line.setVisible(self.shown.count() > 0)
