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
from napari_seewhy.sequence.motifs import (
    SHIPPED_MATRICES,
    ConserveOptions,
    PromoterOptions,
    PromoterSource,
    are_of_one_species_each,
    find_alignments,
)
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
_KINDS = "Promoters (*.fa *.fasta *.fna *.fas *.mfa *.maf)"
_GENOMES = "FASTA (*.fa *.fasta *.fna *.fas);;All files (*)"
_ANNOTATIONS = "Genes (*.gtf* *.gff* *.bed*);;All files (*)"
_FILES, _GENOME = range(2)
_ALONE = "Motifs of one species; which are conserved needs the promoters of others, in files."
_MATRICES = "Matrices (*.jaspar *.pfm *.meme *.transfac *.txt);;All files (*)"


class MotifForm(QWidget):
    """Asks for promoters, matrices and species."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._files: tuple[Path, ...] = ()
        self._genes: GeneList | None = None
        self._matched: tuple[str, ...] | None = None
        self._are_named, self._has_maf = True, False
        self.kind = QComboBox()
        self.kind.addItems(["in files", "cut from a genome"])
        self.kind.setToolTip("Promoters of several species in files, or those of one genome.")
        self.folder = FolderLine("Folder of aligned promoters, one FASTA file per gene, or MAF")
        self.files_button = QPushButton("Files ...")
        self.files_button.setToolTip(
            "Chooses files of aligned promoters instead of a folder, or one FASTA file per species "
            "(human.fa, mouse.fa, rat.fa) of promoters to align."
        )
        self.genome = FolderLine("The genome, not gzipped, named by species", files=_GENOMES)
        self.annotation = FolderLine(
            "Where the genes lie (GTF, GFF3 or BED), for lists that do not say it",
            nothing="as the list says",
            files=_ANNOTATIONS,
        )
        self.promoter = OptionsForm(PromoterOptions)
        self.matrices = FolderLine(
            "Matrices (JASPAR, MEME or TRANSFAC) in place of JASPAR 2024, CORE, vertebrates",
            nothing="JASPAR 2024",
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
        self._lay_out()
        self.kind.currentIndexChanged.connect(self._refresh)
        self.folder.changed.connect(self._on_folder)
        self.files_button.clicked.connect(self._on_files)
        for line in (self.matrices, self.genome, self.annotation):
            line.changed.connect(self._refresh)
        self._refresh()

    def _lay_out(self) -> None:
        self._in_files, self._in_genome, self._cut = QWidget(), QWidget(), QWidget()
        files, genome, cut = (_rows(one) for one in (self._in_files, self._in_genome, self._cut))
        files.addRow("Folder", self.folder)
        files.addRow("", self.files_button)
        genome.addRow("Genome", self.genome)
        cut.addRow("Annotation", self.annotation)
        cut.addRow(self.promoter)
        rows = _rows(self)
        rows.addRow("Promoters", self.kind)
        for part in (self._in_files, self._in_genome, self._cut):
            rows.addRow(part)
        rows.addRow("Matrices", self.matrices)
        rows.addRow("Species", self.species)
        rows.addRow("p-value", self.p_value)
        rows.addRow(self.options_form)
        rows.addRow(self.said)

    @property
    def files(self) -> list[Path]:
        """The promoters to search: all, or those of the genes that were sent."""
        if self._matched is None:
            return list(self._files)
        return [path for path in self._files if path.stem in self._matched]

    @property
    def is_of_genome(self) -> bool:
        """Whether promoters are cut from a genome."""
        return self.kind.currentIndex() == _GENOME

    @property
    def missing(self) -> str:
        """What must be chosen before a search, "" if nothing."""
        if not self.is_of_genome:
            return "" if self.files else "Choose promoters."
        if self.genome.path is None:
            return "Choose the genome."
        knows = self._genes is not None and bool(self._genes.intervals)
        return "" if knows or self.annotation.path else "Choose where its genes lie."

    @property
    def background(self) -> tuple[str, ...]:
        """Genes that could have been searched; empty where only the search knows them."""
        known = () if self._genes is None else self._genes.background
        names = tuple(path.stem for path in self._files)
        if self.is_of_genome or not self._are_named:
            return known
        return tuple(name for name in names if name in set(known)) if known else names

    def source(self) -> PromoterSource:
        """Return where the promoters come from; nothing may be `missing`.

        Raises
        ------
        OptionError
            If a number is out of its bounds.
        """
        genes = self._genes if self.is_of_genome or self._matched is None else None
        cut = self.annotation.path, self.promoter.options()
        if self.is_of_genome:
            return PromoterSource((), self.genome.path, genes, *cut)
        return PromoterSource(tuple(self.files), None, genes, *cut)

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
        self._files, self._genes, self._matched = tuple(files), None, None
        self._has_maf = any(path.suffix.lower() == ".maf" for path in files)
        self._are_named = not self._has_maf and not are_of_one_species_each(files)
        self._refresh()

    def keep_genes(self, genes: GeneList | None) -> GeneMatch | None:
        """Search the promoters of these genes alone; None searches all.

        Returns
        -------
        GeneMatch or None
            None where only the search can tell which genes have a promoter.

        Raises
        ------
        DataError
            If no promoters are chosen, or none is of these genes.
        """
        found = None
        if genes is not None and not self.is_of_genome:
            if not self._files:
                raise DataError("No promoters are chosen there; choose a folder of them first.")
            if self._are_named:
                found = match_genes(genes, [path.stem for path in self._files])
                if not found.matched:
                    raise DataError(
                        f"{found.describe('Promoters')} They are known by the names of their files."
                    )
        self._genes = genes
        self._matched = None if found is None else found.matched
        self._refresh()
        return found

    def _on_folder(self) -> None:
        if self.folder.path is not None:
            with telling_errors():
                self.set_files(find_alignments(self.folder.path))

    def _on_files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, "Aligned promoters", "", _KINDS)
        if names:
            with telling_errors():
                self.set_files([Path(name) for name in names])

    def _refresh(self, *_: object) -> None:
        self._in_files.setVisible(not self.is_of_genome)
        self._in_genome.setVisible(self.is_of_genome)
        self._cut.setVisible(self.is_of_genome or self._has_maf)
        self.species.setEnabled(not self.is_of_genome)
        n, n_all = len(self.files), len(self._files)
        what = "promoters" if self._are_named else "files"
        some = f", of {n_all:,}: the genes that were sent" if self._matched is not None else ""
        said = [f"{n:,} {what}{some}."] if n_all else []
        if self.is_of_genome:
            said = [_ALONE]
        elif n_all and not self._are_named and not self._has_maf:
            said = [f"{n:,} files of one species each; their promoters are aligned first."]
        if self._genes is not None and self._matched is None:
            said.append(f"Of {len(self._genes.ids):,} genes that were sent: {self._genes.name}.")
        self.said.setText(literal(" ".join(said)))
        self.said.setVisible(bool(said))
        self.changed.emit()


def _rows(parent: QWidget) -> QFormLayout:
    rows = QFormLayout(parent)
    rows.setContentsMargins(0, 0, 0, 0)
    return rows
