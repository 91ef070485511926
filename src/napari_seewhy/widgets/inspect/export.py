"""The button *Export genes ...*: the selected genes as a figure with axes, marks and names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QPushButton

from napari_seewhy.epigenome.reviewing import draw_gene_figure
from napari_seewhy.widgets.parts.pictures import ask_figure, write_figure
from napari_seewhy.widgets.parts.viewer import telling_errors

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from qtpy.QtWidgets import QWidget

    from napari_seewhy.epigenome.reviewing import GeneQueue
    from napari_seewhy.widgets.inspect.shown import ShownGene


class ExportButton(QPushButton):
    """Saves the genes that are selected in the list: one as a figure, several as a sheet.

    Parameters
    ----------
    shown
        What is shown below and over the pictures.
    give_rows
        Returns which pictures are selected.

    Attributes
    ----------
    queue
        Whose pictures they are; None before pictures are open.
    """

    def __init__(
        self, shown: ShownGene, give_rows: Callable[[], list[int]], parent: QWidget | None = None
    ) -> None:
        super().__init__("Export genes ...", parent)
        self._shown, self._give_rows = shown, give_rows
        self.queue: GeneQueue | None = None
        self.setToolTip(
            "Saves the gene, or all that are selected (Ctrl or Shift and a click), as SVG, PDF or "
            "PNG: axes with titles, marks, genes below, attention."
        )
        # Keys stay with the list of genes.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.clicked.connect(self._on_clicked)

    def write(self, rows: list[int], path: Path, dpi: int) -> None:
        """Write a figure of some pictures.

        Raises
        ------
        FileError, DataError
            As `draw_gene_figure`, or if it cannot be written.
        """
        if self.queue is not None:
            shapes = draw_gene_figure(self.queue, rows, self._shown.strips, self._shown.explained)
            write_figure(path, shapes.encode(), dpi)

    def _on_clicked(self) -> None:
        with telling_errors():
            rows = self._give_rows()
            if self.queue is None or not rows:
                return
            gene = str(self.queue.genes["gene"].iat[rows[0]])
            chosen = ask_figure(self, f"{gene}.svg" if len(rows) == 1 else "genes.svg")
            if chosen is not None:
                self.write(rows, *chosen)
