"""The button that saves the listed genes for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari.utils.notifications import show_info
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QPushButton, QWidget

from napari_seewhy.epigenome.reviewing import list_kept_genes
from napari_seewhy.genome.lists import describe_loss, write_gene_lists
from napari_seewhy.widgets.parts.pictures import ask_output
from napari_seewhy.widgets.parts.viewer import telling_errors

if TYPE_CHECKING:
    from napari_seewhy.epigenome.reviewing import GeneQueue

_KINDS = "Gene list (*.json);;Table (*.csv);;One gene per line (*.txt);;Set of genes (*.gmt)"


class SaveGenesButton(QPushButton):
    """Saves the genes of the list, with all genes that could have been listed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Save gene list ...", parent)
        self.queue: GeneQueue | None = None
        self.setToolTip(
            "Saves the genes that are listed now, for seewhy genes enrich (.json, which also keeps "
            "the genes they were chosen from) or for other programs (.csv, .txt, .gmt)."
        )
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.clicked.connect(self._save)

    def _save(self) -> None:
        if self.queue is None:
            return
        with telling_errors():
            path = ask_output(self, "Save gene list", "genes.json", _KINDS)
            if path is None:
                return
            genes = list_kept_genes(self.queue)
            write_gene_lists(path, [genes])
            lost = describe_loss(path, [genes])
            show_info(f"{len(genes.genes):,} genes saved in {path.name}. {lost}".strip())
