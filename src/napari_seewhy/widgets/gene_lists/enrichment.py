"""Enrichment of a list: the sets, what is noted before the test, the plot and the table."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QByteArray, QRectF, QSize
from qtpy.QtGui import QPainter
from qtpy.QtSvg import QSvgRenderer
from qtpy.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from napari_seewhy.errors import DataError, SeewhyError
from napari_seewhy.genome.lists import (
    EnrichOptions,
    ListedGene,
    draw_enrichment,
    enrich_steps,
    find_faults,
    match_genes,
    with_background,
)
from napari_seewhy.pages import literal
from napari_seewhy.widgets.parts.folders import FolderLine
from napari_seewhy.widgets.parts.forms import OptionsForm, tame
from napari_seewhy.widgets.parts.genes import ENRICHMENT, SendGenes
from napari_seewhy.widgets.parts.pictures import (
    CellsTable,
    ask_figure,
    save_table,
    write_figure,
)
from napari_seewhy.widgets.parts.tasks import TaskRow, state_of
from napari_seewhy.widgets.parts.viewer import follow, telling_errors

if TYPE_CHECKING:
    from qtpy.QtGui import QPaintEvent

    from napari_seewhy.genome.lists import Enrichment, GeneList

_OWN = "as the list says"
_COLUMNS = ("set", "fold", "p", "q", "arithmetic", "genes", "description")
"""Columns of the table, in the order in which they are read."""

_PURPOSE = "Tests which sets of genes hold more genes of a list than chance would give."


class EnrichmentView(QWidget):
    """Tests the sets of a file against a list of the session."""

    def __init__(self, viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        state = state_of(viewer)
        self._session = state.gene_lists
        self.found: Enrichment | None = None
        self._tested: GeneList | None = None
        self._figure = b""
        self.list, self.background = QComboBox(), QComboBox()
        self.list.setToolTip("A list of the session (tab Lists).")
        self.background.setToolTip(
            "The genes that could have been selected: all that were classified or measured."
        )
        self.sets = FolderLine(
            "Sets of genes (.gmt, .gmx), such as those of MSigDB", files="Sets (*.gmt *.gmx)"
        )
        self.form = OptionsForm(EnrichOptions)
        self.task_row = TaskRow(state.beside, "Test sets")
        self.before, self.after, purpose = QLabel(), QLabel(), QLabel(_PURPOSE)
        for label in (self.before, self.after, purpose):
            label.setWordWrap(True)
        self.plot = _Plot()
        self.table = CellsTable()
        self.table.setToolTip("Click a set to send its genes of the list.")
        self._row: int | None = None
        self.save_button, self.figure_button = QPushButton("Save table ..."), QPushButton()
        self.figure_button.setText("Save figure ...")
        self.save_button.setToolTip("Saves all tested sets (.csv).")
        self.figure_button.setToolTip("Saves the plot for a slide (.svg, .png, .pdf).")
        self.send = SendGenes(viewer, without=[ENRICHMENT])
        self.send.give = self._give
        self._lay_out(purpose)

        for box in (self.list, self.background):
            tame(box)
            box.currentIndexChanged.connect(self._refresh)
        self.sets.changed.connect(self._refresh)
        self.task_row.run_clicked.connect(self.run)
        self.table.picked.connect(self._on_picked)
        self.save_button.clicked.connect(self._on_save)
        self.figure_button.clicked.connect(self._on_figure)
        follow(self._session.events.lists, self._on_lists)
        self._on_lists()

    def _lay_out(self, purpose: QLabel) -> None:
        rows = QFormLayout()
        rows.addRow("List", self.list)
        rows.addRow("Background", self.background)
        rows.addRow("Sets", self.sets)
        self._results = QWidget()
        results = QVBoxLayout(self._results)
        results.setContentsMargins(0, 0, 0, 0)
        buttons = QHBoxLayout()
        buttons.addWidget(self.figure_button)
        buttons.addWidget(self.save_button)
        results.addWidget(self.after)
        results.addWidget(self.plot)
        results.addWidget(self.table, 1)
        results.addLayout(buttons)
        results.addWidget(self.send)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(purpose)
        layout.addLayout(rows)
        layout.addWidget(self.form)
        layout.addWidget(self.before)
        layout.addWidget(self._results, 1)
        layout.addStretch(0)

    def choose(self, name: str) -> None:
        """Choose a list of the session."""
        self.list.setCurrentText(name)

    def run(self) -> None:
        """Test the sets of the file."""
        with telling_errors():
            genes, path = self._listed(), self.sets.path
            if genes is not None and path is not None:
                job = (genes, path, self.form.options())
                self.task_row.run(enrich_steps, *job, on_result=partial(self._on_tested, genes))

    def _listed(self) -> GeneList | None:
        """Return the list with its background, None where there is none."""
        genes = self._session.find(self.list.currentText())
        background = self._session.find(self.background.currentText())
        if genes is None or background is None or self.background.currentIndex() == 0:
            return genes
        return with_background(genes, background)

    def _on_tested(self, genes: GeneList, found: Enrichment) -> None:
        self.found, self._tested, self._row = found, genes, None
        self._figure = draw_enrichment(found.table, genes.name).encode()
        self.plot.load(self._figure)
        self.table.set_cells(found.table[list(_COLUMNS)])
        n = int((found.table["q"] < 0.05).sum())
        self.task_row.show_message(f"{n:,} of {len(found.table):,} sets have q < 0.05.")
        self._refresh()

    def _give(self) -> GeneList:
        """Return the genes of the list in the clicked set."""
        if self.found is None or self._tested is None or self._row is None:
            raise DataError("No set is chosen; click a row of the table.")
        one = self.found.table.iloc[self._row]
        names = [name for name in one["genes"].split("; ") if name]
        if not names:
            raise DataError(f"{one['set']} holds no gene of {self._tested.name}; choose another.")
        known = {gene.gene_id: gene for gene in self._tested.genes}
        known |= {gene.symbol: gene for gene in self._tested.genes if gene.symbol}
        genes = tuple(known.get(name, ListedGene(identifier=name)) for name in names)
        name = f"{self._tested.name} in {one['set']}"
        return self._tested.model_copy(update={"name": name, "genes": genes})

    def _on_picked(self, row: int) -> None:
        self._row = row

    def _on_save(self) -> None:
        if self.found is not None:
            save_table(self, "Save enrichment", "enriched.csv", self.found.table)

    def _on_figure(self) -> None:
        with telling_errors():
            chosen = ask_figure(self, "enriched.svg")
            if chosen is not None:
                path, dpi = chosen
                write_figure(path, self._figure, dpi)

    def _on_lists(self, *_: Any) -> None:
        """Offer the lists of the session; what was chosen stays where it is there."""
        names = [one.name for one in self._session.lists]
        for box, offered in ((self.list, names), (self.background, [_OWN, *names])):
            chosen = box.currentText()
            blocked = box.blockSignals(True)
            box.clear()
            box.addItems(offered)
            box.setCurrentIndex(max(offered.index(chosen) if chosen in offered else 0, -1))
            box.blockSignals(blocked)
        self._refresh()

    def _refresh(self, *_: Any) -> None:
        """Make every control agree with the state."""
        try:
            genes, wrong = self._listed(), ""
        except SeewhyError as error:
            genes, wrong = None, str(error)
        self.before.setText(literal(wrong or ("" if genes is None else _describe(genes))))
        missing = ""
        if genes is None:
            missing = wrong or "Send a list here, or open one on the tab Lists."
        elif not genes.background:
            missing = "Choose the background: the genes that could have been selected."
        elif self.sets.path is None:
            missing = "Choose sets of genes."
        self.task_row.set_missing(missing)
        self._results.setVisible(self.found is not None)
        if self.found is not None and self._tested is not None:
            said = [f"{self._tested.name}:", *self.found.notes]
            self.after.setText(literal(" ".join(said)))


class _Plot(QWidget):
    """Shows a figure as wide as there is room."""

    def __init__(self) -> None:
        super().__init__()
        self._renderer = QSvgRenderer(self)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def load(self, figure: bytes) -> None:
        """Show another figure, an SVG."""
        self._renderer.load(QByteArray(figure))
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        """Return True: the figure keeps its shape."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height that keeps the shape of the figure."""
        size = self._renderer.defaultSize()
        return round(width * size.height() / max(size.width(), 1))

    def sizeHint(self) -> QSize:
        """Return the size in a dock."""
        return QSize(340, self.heightForWidth(340))

    def paintEvent(self, _: QPaintEvent) -> None:
        """Paint the figure."""
        painter = QPainter(self)
        height = self.heightForWidth(self.width())
        self._renderer.render(painter, QRectF(0, 0, self.width(), height))
        painter.end()


def _describe(genes: GeneList) -> str:
    """Say what must be known before the test: how many genes count, and what is wrong with them."""
    said = []
    if genes.background:
        said.append(match_genes(genes, genes.background).describe("Against the background"))
    said += find_faults([gene.identifier for gene in genes.genes], genes.name)
    return " ".join(said)
