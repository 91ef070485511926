"""Conserved motifs: sites in aligned promoters, the rules that keep them, and what chance keeps."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from napari_seewhy.errors import DataError
from napari_seewhy.genome.lists import GeneList, ListedGene
from napari_seewhy.pages import literal
from napari_seewhy.sequence.motifs import (
    Search,
    list_too_short,
    search_steps,
    tabulate_conserved,
    write_conserved,
    write_scan,
)
from napari_seewhy.widgets.motifs.form import MotifForm
from napari_seewhy.widgets.motifs.peaks import PeaksView
from napari_seewhy.widgets.motifs.rules import RuleSwitches
from napari_seewhy.widgets.motifs.strip import LEGEND, AlignmentStrip
from napari_seewhy.widgets.parts.forms import tame
from napari_seewhy.widgets.parts.genes import UNDER_PEAKS, SendGenes
from napari_seewhy.widgets.parts.pictures import (
    CellsTable,
    ask_figure,
    write_figure,
)
from napari_seewhy.widgets.parts.tasks import TaskRow, fill_dock, plain_viewer, state_of
from napari_seewhy.widgets.parts.viewer import follow, telling_errors, theme_colors

if TYPE_CHECKING:
    import pandas as pd

    from napari_seewhy.sequence.motifs import ConserveOptions

_PURPOSE = (
    "Finds motifs of transcription factors in aligned promoters, and keeps those that are "
    "conserved between species."
)
_COLUMNS = ("motif", "base", "strand", "score", "p")


class ConservedMotifsWidget(QWidget):
    """Searches promoters for motifs and judges which are conserved."""

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = plain_viewer(napari_viewer)
        self.search: Search | None = None
        self._table: pd.DataFrame | None = None
        self._inputs: list[Path] = []
        self._background: tuple[str, ...] = ()
        self._sites: np.ndarray[Any, Any] = np.zeros(0, np.int64)
        self.form, self.rules, self.strip = MotifForm(), RuleSwitches(), AlignmentStrip()
        self.task_row = TaskRow(state_of(self._viewer).beside, "Find motifs")
        self.said, purpose, legend = QLabel(), QLabel(_PURPOSE), QLabel(LEGEND)
        for label in (self.said, purpose, legend):
            label.setWordWrap(True)
        self.promoter = QComboBox()
        tame(self.promoter)
        self.promoter.setToolTip("Which promoter the strip shows.")
        self.table = CellsTable()
        self.table.setToolTip("Click a site to see its letters and the logo of its motif.")
        self.save_button = QPushButton("Save ...")
        self.save_button.setToolTip("Saves sites and rules (.csv), kept sites (.bed, .gff3).")
        self.figure_button = QPushButton("Save figure ...")
        self.figure_button.setToolTip("Saves the strip as it is in sight (.svg, .png, .pdf).")
        self.send = SendGenes(self._viewer, without=["Conserved motifs"])
        self.send.give = self._give
        shown = QWidget()
        results = QVBoxLayout(shown)
        results.setContentsMargins(0, 0, 0, 0)
        for part in (self.said, self.rules, self.promoter, self.strip, legend):
            results.addWidget(part)
        results.addWidget(self.table, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.save_button)
        buttons.addWidget(self.figure_button)
        results.addLayout(buttons)
        results.addWidget(self.send)
        self.under_peaks = PeaksView(state_of(self._viewer).beside)
        choices, found, peaks = QWidget(), QWidget(), QWidget()
        fill_dock(peaks, [self.under_peaks], [self.under_peaks.task_row], is_filled=True)
        fill_dock(choices, [purpose, self.form], [self.task_row])
        fill_dock(found, [shown], [], is_filled=True)
        self._tabs = QTabWidget()
        self._tabs.addTab(choices, "Promoters")
        self._tabs.addTab(found, "Sites")
        self._tabs.addTab(peaks, "Under peaks")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.addWidget(self._tabs)
        self._connect()
        self._on_theme_changed()
        self._refresh()

    def _connect(self) -> None:
        self.form.changed.connect(self._refresh)
        self.task_row.run_clicked.connect(self.run)
        self.task_row.running_changed.connect(self._refresh)
        self.rules.changed.connect(self._judge)
        self.promoter.currentIndexChanged.connect(self._on_promoter)
        self.table.picked.connect(self._on_picked)
        self.save_button.clicked.connect(self._on_save)
        self.figure_button.clicked.connect(self._on_figure)
        follow(self._viewer.events.theme, self._on_theme_changed)

    def run(self) -> None:
        """Search the promoters."""
        with telling_errors():
            options, source = self.form.options(), self.form.source()
            job = (self.form.matrices_path(), source, options)
            inputs = (job[0], *source.files, source.genome, source.annotation)
            self._inputs = [path for path in inputs if path is not None]
            self._background = self.form.background
            self.task_row.run(search_steps, *job, on_result=partial(self._on_found, options))

    def receive_genes(self, genes: GeneList, entry: str) -> str:
        """Search the promoters of some genes alone, or look under their peaks."""
        is_peaks = entry == UNDER_PEAKS
        self._tabs.setCurrentIndex(2 if is_peaks else 0)
        return (self.under_peaks.receive if is_peaks else self._keep)(genes, entry)

    def undo_genes(self, entry: str) -> None:
        """Search all promoters again, or take the peaks that were there before."""
        if entry == UNDER_PEAKS:
            self.under_peaks.undo()
        else:
            self.form.keep_genes(None)

    def _keep(self, genes: GeneList, entry: str) -> str:
        found = self.form.keep_genes(genes)
        if found is not None:
            return found.describe(entry)
        return f"{entry}: {len(genes.ids):,} received; Find motifs says how many have a promoter."

    def _on_found(self, options: ConserveOptions, search: Search) -> None:
        self.search = search
        options = options.change(species=search.found.scan.species)
        self.rules.setVisible(len(options.species) > 1)
        self._background = self._background or search.alignments.names
        self.rules.show_run(search.found, options)
        self._judge()
        short = list_too_short(search.found.scan, search.matrices)
        said = f"{len(search.found.is_kept):,} sites in {search.found.scan.species[0]}."
        if short:
            said += f" {len(short):,} matrices cannot reach the p-value, such as {short[0]}."
        if search.match is not None:
            said += f" {search.match.describe('Promoters')}"
        self.task_row.show_message(said)
        self._tabs.setCurrentIndex(1)

    def _judge(self) -> None:
        """Apply the rule that is switched on."""
        if self.search is None:
            return
        found = self.search.found.judge(self.rules.options())
        self.search = self.search._replace(found=found)
        self.rules.show_counts(found)
        table = tabulate_conserved(found, self.search.matrices, self.search.alignments)
        self._sites = np.flatnonzero(found.is_kept)
        self._table = table[found.is_kept].reset_index(drop=True)
        others = [name for name in table if str(name).startswith(("motif ", "identity "))]
        self.table.set_cells(self._table[[*_COLUMNS, *others, "matrix", "promoter"]])
        self._offer_promoters()
        self._on_promoter()
        self._refresh()

    def _offer_promoters(self) -> None:
        if self.search is None or self._table is None:
            return
        counts = self._table["promoter"].value_counts()
        names = self.search.alignments.names
        chosen = max(self.promoter.currentIndex(), 0)
        blocked = self.promoter.blockSignals(True)
        self.promoter.clear()
        self.promoter.addItems([f"{name}: {counts.get(name, 0):,} kept" for name in names])
        self.promoter.setCurrentIndex(min(chosen, len(names) - 1))
        self.promoter.blockSignals(blocked)

    def _on_promoter(self, *_: int) -> None:
        if self.search is not None:
            self.strip.show_promoter(self.search, max(self.promoter.currentIndex(), 0))

    def _on_picked(self, row: int) -> None:
        if self.search is None:
            return
        site = int(self._sites[row])
        hits = self.search.found.scan.hits[0]
        starts = self.search.alignments.starts
        promoter = int(np.searchsorted(starts, hits.first[site], side="right")) - 1
        self.promoter.setCurrentIndex(promoter)
        self.strip.go_to(site, self.search.matrices[hits.matrix[site]])

    def _give(self) -> GeneList:
        """Return the genes whose promoters have a kept site."""
        if self.search is None or self._table is None or self._table.empty:
            raise DataError("No site is kept; find motifs, or choose another rule.")
        names = dict.fromkeys(self._table["promoter"])
        options = self.rules.options()
        return GeneList(
            name=f"conserved motifs, {options.rule}",
            genes=tuple(ListedGene(identifier=name) for name in names),
            species=self.search.found.scan.species[0],
            background=self._background,
            source={"options": options.model_dump(mode="json")},
        )

    def _on_save(self) -> None:
        if self.search is None:
            return
        with telling_errors():
            name = QFileDialog.getExistingDirectory(self, "Folder for sites and rules", "")
            if name:
                found, matrices, alignments, _ = self.search
                job = (matrices, alignments, self.rules.options(), self._inputs)
                if len(found.scan.species) > 1:
                    written = write_conserved(Path(name), found, *job)
                else:
                    written = write_scan(Path(name), found.scan, *job)
                self.said.setText(literal(f"Saved: {', '.join(path.name for path in written)}."))

    def _on_figure(self) -> None:
        """Save what the strip shows, in black on white."""
        with telling_errors():
            chosen = ask_figure(self, "motifs.svg")
            if chosen is None:
                return
            path, dpi = chosen
            colors = theme_colors(self._viewer)
            write_figure(path, self.strip.draw_figure(self.promoter.currentText(), colors), dpi)
            self.said.setText(literal(f"Saved: {path.name}."))

    def _on_theme_changed(self) -> None:
        self.strip.set_colors(theme_colors(self._viewer))

    def _refresh(self, *_: Any) -> None:
        """Make every control agree with the state."""
        self.form.setEnabled(not self.task_row.is_running)
        self._tabs.setTabEnabled(1, self.search is not None)
        self.task_row.set_missing(self.form.missing)
        if self.search is not None:
            found, aligned = self.search.found, self.search.alignments
            self.said.setText(
                literal(
                    f"{int(found.is_kept.sum()):,} of {len(found.is_kept):,} sites kept. Species: "
                    f"{aligned.describe_species()}."
                )
            )
