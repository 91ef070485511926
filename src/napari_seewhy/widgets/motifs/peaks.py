"""Motifs under peaks that were sent or read from a BED file, against random stretches near by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QComboBox, QFormLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from napari_seewhy.errors import DataError
from napari_seewhy.genome.lists import GeneMatch, keep_classes
from napari_seewhy.pages import literal
from napari_seewhy.sequence.motifs import (
    SHIPPED_MATRICES,
    PeakOptions,
    enrich_peaks_steps,
    find_under_peaks_steps,
)
from napari_seewhy.widgets.parts.folders import FolderLine
from napari_seewhy.widgets.parts.forms import OptionsForm
from napari_seewhy.widgets.parts.pictures import CellsTable, save_table
from napari_seewhy.widgets.parts.tasks import TaskRow
from napari_seewhy.widgets.parts.viewer import telling_errors

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.genome.lists import GeneList
    from napari_seewhy.sequence.motifs import UnderPeaks
    from napari_seewhy.widgets.parts.tasks import ViewerState

_PURPOSE = (
    "Tests which motifs lie under peaks of attention more often than under random stretches near "
    "by. <i>Send peaks to ...</i> in <i>Inspect gene pictures</i> and <i>Read DNA</i> brings them "
    "here; seewhy epigenome explain writes them as a file (genes_peaks.bed)."
)
_COLUMNS = ("motif", "fold", "p", "q", "arithmetic", "matrix")
_HIDDEN = ("species", "p_value", "pseudocount", "min_aligned_bp", "seed")


class PeaksView(QWidget):
    """Asks for peaks and a genome, and shows the motifs under them."""

    def __init__(self, state: ViewerState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.found: UnderPeaks | None = None
        self._sent: GeneList | None = None
        self._before: tuple[GeneList | None, Path | None] = None, None
        self.peaks = FolderLine("Peaks, such as genes_peaks.bed", files="Peaks (*.bed)")
        self.genome = FolderLine(
            "The genome that the peaks are of, not gzipped",
            files="FASTA (*.fa *.fasta *.fna *.fas);;All files (*)",
        )
        self.only = QComboBox()
        self.only.setEditable(True)
        self.only.lineEdit().setPlaceholderText("all peaks")
        self.only.setToolTip(
            "Tests the peaks of one class alone; of a file, those with this part in their name."
        )
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
        layout.addStretch(0)
        self.peaks.changed.connect(self._on_file)
        self.genome.changed.connect(self._refresh)
        self.task_row.run_clicked.connect(self.run)
        self.save_button.clicked.connect(self._on_save)
        self._refresh()

    def receive(self, peaks: GeneList, entry: str) -> str:
        """Take the intervals of some genes as peaks; answer of how many genes one is known.

        Raises
        ------
        DataError
            If of none.
        """
        matched = tuple(one.identifier for one in peaks.placed.genes)
        unknown = tuple(one.identifier for one in peaks.genes if one.end is None)
        why = "no peak is known of them" if unknown else ""
        answer = GeneMatch(len(peaks.genes), matched, unknown, why).describe(entry)
        if not matched:
            raise DataError(f"{answer} Send genes with peaks.")
        self._before = self._sent, self.peaks.path
        self._take(peaks)
        return answer

    def undo(self) -> None:
        """Return to the peaks that were there before the last ones came."""
        sent, path = self._before
        if sent is None:
            self.peaks.set_path(path)
        else:
            self._take(sent)

    def run(self) -> None:
        """Test the motifs that come with the program."""
        with telling_errors():
            only, options = self.only.currentText().strip(), self.form.options()
            if self._sent is None:
                of_file = (SHIPPED_MATRICES, self.genome.path, self.peaks.path, only, options)
                self.task_row.run(enrich_peaks_steps, *of_file, on_result=self._on_found)
                return
            peaks = keep_classes(self._sent, [only]) if only else self._sent
            job = (SHIPPED_MATRICES, self.genome.path, peaks.intervals, options)
            self.task_row.run(find_under_peaks_steps, *job, on_result=self._on_found)

    def _take(self, peaks: GeneList) -> None:
        self.peaks.set_path(None)
        self._sent = peaks
        self.only.addItems(list(dict.fromkeys(one.gene_class for one in peaks.placed.genes)))
        self.only.setCurrentText("")
        self.peaks.say_instead(f"{len(peaks.intervals):,} sent: {peaks.name}")
        self._refresh()

    def _on_file(self) -> None:
        """Test the peaks of a file, and no longer those that were sent."""
        self._sent = None
        self.only.clear()
        self._refresh()

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
        has_peaks = self._sent is not None or self.peaks.path is not None
        self.task_row.set_missing(missing if has_peaks else "Send peaks here, or choose a file.")
        for part in (self.said, self.table, self.save_button):
            part.setVisible(self.found is not None)
        if self.found is not None:
            self.said.setText(literal(" ".join(self.found.notes)))
