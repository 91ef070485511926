"""Gene lists: the lists of the session, combined, saved and tested for enrichment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from napari_seewhy.genome.lists import match_genes
from napari_seewhy.widgets.gene_lists.enrichment import EnrichmentView
from napari_seewhy.widgets.gene_lists.lists import ListsView
from napari_seewhy.widgets.parts.genes import ENRICHMENT
from napari_seewhy.widgets.parts.tasks import fill_dock, plain_viewer, state_of

if TYPE_CHECKING:
    from napari_seewhy.genome.lists import GeneList


class GeneListsWidget(QWidget):
    """Keeps lists of genes, combines them, and tests them for enrichment."""

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        viewer = plain_viewer(napari_viewer)
        self._session = state_of(viewer).gene_lists
        self.lists = ListsView(viewer)
        self.enrichment = EnrichmentView(viewer)
        lists, enrichment = QWidget(), QWidget()
        fill_dock(lists, [self.lists], [], is_filled=True)
        fill_dock(enrichment, [self.enrichment], [self.enrichment.task_row], is_filled=True)
        self._tabs = QTabWidget()
        self._tabs.addTab(lists, "Lists")
        self._tabs.addTab(enrichment, ENRICHMENT)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.addWidget(self._tabs)

    def receive_genes(self, genes: GeneList, entry: str) -> str:
        """Add a list to the session, and show it on the tab that was asked for."""
        is_tested = entry == ENRICHMENT
        name = self._session.add(genes)
        self.lists.choose(name)
        self._tabs.setCurrentIndex(int(is_tested))
        if not is_tested:
            return match_genes(genes, genes.ids).describe(f"{entry}, as {name}")
        self.enrichment.choose(name)
        if not genes.background:
            return f"{entry}: {len(genes.ids):,} received; choose their background there."
        return match_genes(genes, genes.background).describe(f"{entry}, against the background")

    def undo_genes(self, _: str) -> None:
        """Remove the list that came last."""
        self._session.undo()
