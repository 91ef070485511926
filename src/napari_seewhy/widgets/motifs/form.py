"""Which promoters are searched for which motifs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from napari_seewhy.errors import DataError
from napari_seewhy.genome.lists import match_genes
from napari_seewhy.pages import literal
from napari_seewhy.sequence.motifs import SHIPPED_MATRICES, ConserveOptions, find_alignments
from napari_seewhy.widgets.parts.folders import FolderLine
from napari_seewhy.widgets.parts.forms import OptionsForm
from napari_seewhy.widgets.parts.viewer import telling_errors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_seewhy.genome.lists import GeneList, GeneMatch

_JUDGED = ("evidence", "rule", "at_least", "identity_percent", "species", "p_value")
"""Chosen beside the results, or in a line of its own."""

_P_VALUES = (1e-3, 1e-4, 1e-5, 1e-6)

_RARE = ("pseudocount", "min_aligned_bp", "shift_columns", "n_controls", "seed")
_KINDS = "Aligned promoters (*.fa *.fasta *.fna *.fas *.mfa *.maf)"
_MATRICES = "Matrices (*.jaspar *.pfm *.meme *.transfac *.txt);;All files (*)"


class MotifForm(QWidget):
    """Asks for promoters, matrices and species."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._files: tuple[Path, ...] = ()
        self._sent: tuple[str, ...] | None = None
        self._chosen_from: tuple[str, ...] = ()
        self.folder = FolderLine("Folder of aligned promoters, one FASTA file per gene, or MAF")
        self.files_button = QPushButton("Files ...")
        self.files_button.setToolTip("Chooses files of aligned promoters instead of a folder.")
        self.matrices = FolderLine(
            "Matrices (JASPAR, MEME or TRANSFAC)",
            nothing="JASPAR 2024, vertebrates",
            files=_MATRICES,
        )
        self.species = QLineEdit(", ".join(ConserveOptions().species))
        self.species.setToolTip("Species, or assemblies such as hg18; the first is the reference.")
        self.p_value = QComboBox()
        for value in _P_VALUES:
            self.p_value.addItem(f"{value:g}", value)
        self.p_value.setCurrentIndex(self.p_value.findData(ConserveOptions().p_value))
        self.p_value.setToolTip(ConserveOptions.model_fields["p_value"].description or "")
        self.options_form = OptionsForm(ConserveOptions, hidden=_JUDGED, advanced=_RARE)
        self.said = QLabel()
        self.said.setWordWrap(True)
        rows = QFormLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addRow("Promoters", self.folder)
        rows.addRow("", self.files_button)
        rows.addRow("Matrices", self.matrices)
        rows.addRow("Species", self.species)
        rows.addRow("p-value", self.p_value)
        rows.addRow(self.options_form)
        rows.addRow(self.said)
        self.folder.changed.connect(self._on_folder)
        self.files_button.clicked.connect(self._on_files)
        self.matrices.changed.connect(self.changed)
        self._refresh()

    @property
    def files(self) -> list[Path]:
        """The promoters to search: all, or those of the genes that were sent."""
        if self._sent is None:
            return list(self._files)
        return [path for path in self._files if path.stem in self._sent]

    @property
    def background(self) -> tuple[str, ...]:
        """Genes with a promoter that could have been searched: those that were chosen from."""
        names = tuple(path.stem for path in self._files)
        known = set(self._chosen_from)
        return tuple(name for name in names if name in known) if known else names

    def matrices_path(self) -> Path:
        """Return the file of the matrices."""
        return self.matrices.path or SHIPPED_MATRICES

    def options(self) -> ConserveOptions:
        """Return what is chosen.

        Raises
        ------
        OptionError
            If no species is named.
        """
        names = self.species.text().replace(",", " ").split()
        return self.options_form.options(species=tuple(names), p_value=self.p_value.currentData())

    def set_files(self, files: Sequence[Path]) -> None:
        """Choose promoters."""
        self._files, self._sent, self._chosen_from = tuple(files), None, ()
        self._refresh()

    def keep_genes(self, genes: GeneList | None) -> GeneMatch | None:
        """Search the promoters of these genes alone; None searches all.

        Raises
        ------
        DataError
            If no promoters are chosen, or none is of these genes.
        """
        found = None
        if genes is not None:
            if not self._files:
                raise DataError("No promoters are chosen there; choose a folder of them first.")
            found = match_genes(genes, [path.stem for path in self._files])
            if not found.matched:
                raise DataError(
                    f"{found.describe('Promoters')} They are known by the names of their files."
                )
        self._sent = None if found is None else found.matched
        self._chosen_from = () if genes is None else genes.background
        self._refresh()
        return found

    def _on_folder(self) -> None:
        if self.folder.path is not None:
            with telling_errors():
                self.set_files(find_alignments(self.folder.path))

    def _on_files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, "Aligned promoters", "", _KINDS)
        if names:
            self.set_files([Path(name) for name in names])

    def _refresh(self) -> None:
        n, n_all = len(self.files), len(self._files)
        some = f", of {n_all:,}: the genes that were sent" if self._sent is not None else ""
        self.said.setText(literal(f"{n:,} promoters{some}." if n_all else ""))
        self.said.setVisible(bool(n_all))
        self.changed.emit()
