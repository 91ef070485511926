"""The button *Send genes to ...*: to another widget, the clipboard or a file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from qtpy.QtCore import Qt
from qtpy.QtGui import QGuiApplication
from qtpy.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from napari_seewhy.errors import DataError, SeewhyError
from napari_seewhy.genome.lists import describe_loss, write_gene_lists
from napari_seewhy.pages import literal
from napari_seewhy.widgets.parts.pictures import ask_output
from napari_seewhy.widgets.parts.viewer import telling_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from napari_seewhy.genome.lists import GeneList

PLUGIN = "napari-seewhy"
ENRICHMENT = "Enrichment"

_WIDGETS = {
    "Gene lists": ("Gene lists", "Keeps the list for this session: combine lists, save them."),
    ENRICHMENT: ("Gene lists", "Tests which sets of genes the list is enriched for."),
    "Conserved motifs": ("Conserved motifs", "Looks at the promoters of these genes alone."),
    "Inspect gene pictures": ("Inspect gene pictures", "Lists the pictures of these genes alone."),
}
"""Entries of the menu: the widget that receives, and what it does with the genes."""

_KINDS = (
    "Gene list (*.json);;Table (*.csv);;One gene per line (*.txt);;Set of genes (*.gmt);;"
    "Genes and scores (*.rnk);;Intervals (*.bed)"
)


class GeneReceiver(Protocol):
    """A widget that receives genes."""

    def receive_genes(self, genes: GeneList, entry: str) -> str:
        """Take genes; answer how many were received, matched and unknown."""
        ...

    def undo_genes(self) -> None:
        """Return to what was there before the last genes came."""
        ...


class SendGenes(QWidget):
    """Sends genes, shows what the receiver answers, and can undo it.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    without
        Entries of the menu that are left out, such as the sender itself.

    Attributes
    ----------
    give
        Returns the genes; what it refuses is said as a sentence.
    """

    def __init__(
        self,
        viewer: Any,
        *,
        without: Collection[str] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self.give: Callable[[], GeneList] = _give_nothing
        self._receiver = ""
        self.button = QPushButton("Send genes to ...")
        self.button.setToolTip("Hands these genes to another widget, the clipboard or a file.")
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.menu = QMenu(self)
        self.menu.setToolTipsVisible(True)
        for entry, (_, purpose) in _WIDGETS.items():
            if entry not in without:
                self._add(entry, purpose, partial(self._send, entry))
        self.menu.addSeparator()
        self._add("Clipboard", "One identifier per line.", self._copy)
        self._add(
            "File ...",
            "For seewhy genes (.json, which also keeps the genes they were chosen from) or for "
            "other programs.",
            self._save,
        )
        self.button.setMenu(self.menu)
        self.answer = QLabel()
        self.answer.setWordWrap(True)
        self.undo_button = QPushButton("Undo")
        self.undo_button.setToolTip("The receiver returns to what it had before.")
        self.undo_button.clicked.connect(self._undo)
        line = QHBoxLayout()
        line.addWidget(self.answer, 1)
        line.addWidget(self.undo_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.button)
        layout.addLayout(line)
        self._show("")

    def _add(self, title: str, tooltip: str, act: Callable[[], object]) -> None:
        action = self.menu.addAction(title)
        action.setToolTip(tooltip)
        action.triggered.connect(lambda _=False: act())

    def send(self, entry: str) -> None:
        """Choose an entry of the menu, as a click does."""
        next(one for one in self.menu.actions() if one.text() == entry).trigger()

    def _send(self, entry: str) -> None:
        with telling_errors():
            genes = self.give()
            try:
                answer = self._open(entry).receive_genes(genes, entry)
            except SeewhyError as error:
                self._show(f"{entry}: {error}")
                raise
            self._show(answer, entry)

    def _open(self, entry: str) -> GeneReceiver:
        dock, widget = self._viewer.window.add_plugin_dock_widget(
            PLUGIN, _WIDGETS[entry][0], tabify=True
        )
        dock.show()
        dock.raise_()
        receiver: GeneReceiver = widget
        return receiver

    def _undo(self) -> None:
        self._open(self._receiver).undo_genes()
        self._show(f"{self._receiver}: undone.")

    def _copy(self) -> None:
        with telling_errors():
            genes = self.give()
            QGuiApplication.clipboard().setText("".join(f"{one}\n" for one in genes.ids))
            self._show(f"{len(genes.ids):,} identifiers copied, one per line.")

    def _save(self) -> None:
        with telling_errors():
            genes = self.give()
            path = ask_output(self, "Save gene list", "genes.json", _KINDS)
            if path is None:
                return
            write_gene_lists(path, [genes])
            lost = describe_loss(path, [genes])
            self._show(f"{len(genes.genes):,} genes saved in {path.name}. {lost}".strip())

    def _show(self, answer: str, receiver: str = "") -> None:
        """Show an answer, and whom it can be undone at."""
        self._receiver = receiver
        self.answer.setText(literal(answer))
        self.answer.setVisible(bool(answer))
        self.undo_button.setVisible(bool(receiver))


def _give_nothing() -> GeneList:
    raise DataError("There are no genes to send yet.")
