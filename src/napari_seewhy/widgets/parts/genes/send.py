"""The buttons *Send genes to ...* and *Send peaks to ...*: to a widget, the clipboard or a file."""

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
from napari_seewhy.widgets.parts.tasks import open_widget
from napari_seewhy.widgets.parts.viewer import telling_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from napari_seewhy.genome.lists import GeneList

ENRICHMENT = "Enrichment"
UNDER_PEAKS = "Motifs under peaks"

_WIDGETS = {
    "Gene lists": ("Gene lists", "Keeps the list for this session: combine lists, save them."),
    ENRICHMENT: ("Gene lists", "Tests which sets of genes the list is enriched for."),
    "Conserved motifs": ("Conserved motifs", "Looks at the promoters of these genes alone."),
    "Inspect gene pictures": ("Inspect gene pictures", "Lists the pictures of these genes alone."),
}
"""Entries of the menu: the widget that receives, and what it does with the genes."""

_PEAK_WIDGETS = {
    UNDER_PEAKS: (
        "Conserved motifs",
        "Tests which motifs lie under these peaks more often than near by.",
    ),
}
"""The same of the peaks of genes."""

_PEAK_KINDS = "Intervals (*.bed);;Gene list (*.json);;Table (*.csv)"
_KINDS = (
    "Gene list (*.json);;Table (*.csv);;One gene per line (*.txt);;Set of genes (*.gmt);;"
    "Genes and scores (*.rnk);;Intervals (*.bed)"
)


class GeneReceiver(Protocol):
    """A widget that receives genes."""

    def receive_genes(self, genes: GeneList, entry: str) -> str:
        """Take genes; answer how many were received, matched and unknown."""
        ...

    def undo_genes(self, entry: str, /) -> None:
        """Return to what was there before the last genes came to this entry."""
        ...


class SendGenes(QWidget):
    """Sends genes, shows what the receiver answers, and can undo it.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    without
        Entries of the menu that are left out, such as the sender itself.
    has_peaks
        Whether a second button sends peaks: stretches of the genome that a model looked at.

    Attributes
    ----------
    give
        Returns the genes; what it refuses is said as a sentence.
    give_peaks
        Returns genes whose intervals are peaks.
    """

    def __init__(
        self,
        viewer: Any,
        *,
        without: Collection[str] = (),
        has_peaks: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self.give: Callable[[], GeneList] = _give_nothing
        self.give_peaks: Callable[[], GeneList] = _give_nothing
        self._sent_to = "", ""
        self.button, self.peaks_button = _button("genes"), _button("peaks")
        self.peaks_button.setVisible(has_peaks)
        entries = {name: entry for name, entry in _WIDGETS.items() if name not in without}
        genes = partial(self._call, "give")
        self.menu = self._make_menu(entries, genes, _identify, _KINDS)
        self.button.setMenu(self.menu)
        peaks = partial(self._call, "give_peaks")
        self.peaks_menu = self._make_menu(_PEAK_WIDGETS, peaks, _locate, _PEAK_KINDS)
        self.peaks_button.setMenu(self.peaks_menu)
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
        buttons = QHBoxLayout()
        buttons.addWidget(self.button)
        buttons.addWidget(self.peaks_button)
        layout.addLayout(buttons)
        layout.addLayout(line)
        self._show("")

    def _make_menu(
        self,
        entries: Mapping[str, tuple[str, str]],
        give: Callable[[], GeneList],
        spell: Callable[[GeneList], list[str]],
        kinds: str,
    ) -> QMenu:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)

        def add(title: str, tooltip: str, act: Callable[[], object]) -> None:
            action = menu.addAction(title)
            action.setToolTip(tooltip)
            action.triggered.connect(lambda _=False: act())

        for entry, (widget, purpose) in entries.items():
            add(entry, purpose, partial(self._send, entry, widget, give))
        menu.addSeparator()
        add("Clipboard", "One per line.", partial(self._copy, give, spell))
        add(
            "File ...",
            "For seewhy (.json, which also keeps the genes they were chosen from) or for other "
            "programs.",
            partial(self._save, give, kinds),
        )
        return menu

    def send(self, entry: str) -> None:
        """Choose an entry of the menu of genes, as a click does."""
        _trigger(self.menu, entry)

    def send_peaks(self, entry: str) -> None:
        """Choose an entry of the menu of peaks, as a click does."""
        _trigger(self.peaks_menu, entry)

    def _call(self, name: str) -> GeneList:
        """Ask for the genes only now: who gives them is said after the buttons are made."""
        genes: GeneList = getattr(self, name)()
        return genes

    def _send(self, entry: str, widget: str, give: Callable[[], GeneList]) -> None:
        with telling_errors():
            genes = give()
            try:
                receiver: GeneReceiver = open_widget(self._viewer, widget)
                answer = receiver.receive_genes(genes, entry)
            except SeewhyError as error:
                self._show(f"{entry}: {error}")
                raise
            self._show(answer, entry, widget)

    def _undo(self) -> None:
        entry, widget = self._sent_to
        receiver: GeneReceiver = open_widget(self._viewer, widget)
        receiver.undo_genes(entry)
        self._show(f"{entry}: undone.")

    def _copy(self, give: Callable[[], GeneList], spell: Callable[[GeneList], list[str]]) -> None:
        with telling_errors():
            lines = spell(give())
            QGuiApplication.clipboard().setText("".join(f"{one}\n" for one in lines))
            self._show(f"{len(lines):,} copied, one per line.")

    def _save(self, give: Callable[[], GeneList], kinds: str) -> None:
        with telling_errors():
            genes = give()
            name = "peaks.bed" if kinds == _PEAK_KINDS else "genes.json"
            path = ask_output(self, "Save gene list", name, kinds)
            if path is None:
                return
            write_gene_lists(path, [genes])
            lost = describe_loss(path, [genes])
            self._show(f"{len(genes.genes):,} saved in {path.name}. {lost}".strip())

    def _show(self, answer: str, entry: str = "", widget: str = "") -> None:
        """Show an answer, and at which entry of which widget it can be undone."""
        self._sent_to = entry, widget
        self.answer.setText(literal(answer))
        self.answer.setVisible(bool(answer))
        self.undo_button.setVisible(bool(widget))


def _give_nothing() -> GeneList:
    raise DataError("There are no genes to send yet.")


def _identify(genes: GeneList) -> list[str]:
    return list(genes.ids)


def _locate(genes: GeneList) -> list[str]:
    """Return the intervals as genome browsers take them, from 1 and with the last base."""
    return [str(place) for place in genes.intervals]


def _button(what: str) -> QPushButton:
    button = QPushButton(f"Send {what} to ...")
    button.setToolTip(f"Hands these {what} to another widget, the clipboard or a file.")
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return button


def _trigger(menu: QMenu, entry: str) -> None:
    next(one for one in menu.actions() if one.text() == entry).trigger()
