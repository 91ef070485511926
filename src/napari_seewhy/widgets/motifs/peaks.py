"""Motifs under the peaks of a BED file, against random stretches near by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QFormLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from napari_seewhy.pages import literal
from napari_seewhy.sequence.motifs import SHIPPED_MATRICES, PeakOptions, enrich_peaks_steps
from napari_seewhy.widgets.parts.folders import FolderLine
from napari_seewhy.widgets.parts.forms import OptionsForm
from napari_seewhy.widgets.parts.pictures import CellsTable, save_table
from napari_seewhy.widgets.parts.tasks import TaskRow
from napari_seewhy.widgets.parts.viewer import telling_errors

if TYPE_CHECKING:
    from napari_seewhy.sequence.motifs import UnderPeaks
    from napari_seewhy.widgets.parts.tasks import ViewerState

_PURPOSE = (
    "Tests which motifs lie under peaks of attention more often than under random stretches near "
    "by. seewhy epigenome explain writes the peaks (genes_peaks.bed)."
)
_COLUMNS = ("motif", "fold", "p", "q", "arithmetic", "matrix")
_HIDDEN = ("species", "p_value", "pseudocount", "min_aligned_bp", "seed")


class PeaksView(QWidget):
    """Asks for peaks and a genome, and shows the motifs under them."""

    def __init__(self, state: ViewerState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.found: UnderPeaks | None = None
        self.peaks = FolderLine("Peaks, such as genes_peaks.bed", files="Peaks (*.bed)")
        self.genome = FolderLine(
            "The genome that the peaks are of, not gzipped",
            files="FASTA (*.fa *.fasta *.fna *.fas);;All files (*)",
        )
        self.only = QLineEdit()
        self.only.setPlaceholderText("all peaks")
        self.only.setToolTip("Tests the peaks with this part in their name alone: induction.")
        self.form = OptionsForm(PeakOptions, hidden=_HIDDEN)
        self.task_row = TaskRow(state, "Test peaks")
        self.said, purpose = QLabel(), QLabel(_PURPOSE)
        for label in (self.said, purpose):
            label.setWordWrap(True)
        self.table = CellsTable()
        self.table.setToolTip("Ctrl+C copies the rows that are selected.")
        self.save_button = QPushButton("Save table ...")
        self.save_button.setToolTip("Saves all tested motifs (.csv).")
        rows = QFormLayout()
        rows.addRow("Peaks", self.peaks)
        rows.addRow("Genome", self.genome)
        rows.addRow("Class", self.only)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(purpose)
        layout.addLayout(rows)
        for part in (self.form, self.said):
            layout.addWidget(part)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.save_button)
        self.peaks.changed.connect(self._refresh)
        self.genome.changed.connect(self._refresh)
        self.task_row.run_clicked.connect(self.run)
        self.save_button.clicked.connect(self._on_save)
        self._refresh()

    def run(self) -> None:
        """Test the motifs that come with the program."""
        with telling_errors():
            job = (SHIPPED_MATRICES, self.genome.path, self.peaks.path, self.only.text().strip())
            options = self.form.options()
            self.task_row.run(enrich_peaks_steps, *job, options, on_result=self._on_found)

    def _on_found(self, found: UnderPeaks) -> None:
        self.found = found
        n = int((found.table["q"] < 0.05).sum())
        self.task_row.show_message(f"{n:,} of {len(found.table):,} motifs have q below 0.05.")
        self.table.set_cells(found.table[list(_COLUMNS)])
        self._refresh()

    def _on_save(self) -> None:
        if self.found is not None:
            save_table(self, "Save motifs under peaks", "under_peaks.csv", self.found.table)

    def _refresh(self) -> None:
        """Make every control agree with the state."""
        missing = "" if self.genome.path else "Choose the genome."
        self.task_row.set_missing(missing if self.peaks.path else "Choose peaks.")
        for part in (self.said, self.table, self.save_button):
            part.setVisible(self.found is not None)
        if self.found is not None:
            self.said.setText(literal(" ".join(self.found.notes)))
