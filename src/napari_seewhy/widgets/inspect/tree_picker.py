"""Choosing a decision tree for genes, with its classes and how good it is."""

from __future__ import annotations

from html import escape
from pathlib import Path

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QComboBox, QFileDialog, QGridLayout, QLabel, QWidget

from napari_seewhy.epigenome.trees import DecisionTree, list_trees
from napari_seewhy.errors import FileError, OptionError

_NONE = "choose a tree ..."
_ASK = "Choose a folder ..."
_HOW = (
    "A tree of decisions predicts the class of each gene. Train one with seewhy epigenome "
    "train, or choose one that came with the program or from a colleague."
)


class TreePicker(QWidget):
    """The trees of the library and folders, and what is to be known of the chosen one."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tree: DecisionTree | None = None
        self._chosen: Path | None = None
        self._others: dict[Path, str] = {}
        self.box = QComboBox()
        self.box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.box.setToolTip("The trained tree that predicts the class of each gene.")
        self.about = QLabel(_HOW)
        self.about.setWordWrap(True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(1, 1)
        grid.addWidget(QLabel("Tree"), 0, 0)
        grid.addWidget(self.box, 0, 1)
        grid.addWidget(self.about, 1, 0, 1, 2)
        self._offer()
        self.box.activated.connect(self._on_activated)

    @property
    def path(self) -> Path | None:
        """Folder of the chosen tree, None where none is chosen or it cannot be read."""
        return None if self._tree is None else self._chosen

    def choose(self, path: Path | None) -> None:
        """Choose a tree of the library, or any folder; None for none."""
        self._chosen = path
        self._offer()
        self._read()
        self.changed.emit()

    def _on_activated(self) -> None:
        if self.box.currentText() == _ASK:
            name = QFileDialog.getExistingDirectory(self, "Folder of a trained tree")
            self.choose(Path(name) if name else self._chosen)
        else:
            self.choose(self.box.currentData())

    def _offer(self) -> None:
        """Offer the trees that there are now, and show the chosen one."""
        known = {tree.path: tree.name for tree in list_trees()}
        if self._chosen is not None and self._chosen not in known:
            self._others[self._chosen] = self._chosen.name
        offered = known | self._others
        self.box.clear()
        self.box.addItem(_NONE, None)
        for path, name in offered.items():
            self.box.addItem(name, path)
            self.box.setItemData(self.box.count() - 1, str(path), Qt.ItemDataRole.ToolTipRole)
        self.box.addItem(_ASK, None)
        # Not `findData`, which takes equal paths for different ones.
        self.box.setCurrentIndex([None, *offered].index(self._chosen))

    def _read(self) -> None:
        """Read the chosen tree, and say what is to be known of it."""
        self._tree = None
        try:
            self._tree = None if self._chosen is None else DecisionTree.load(self._chosen)
        except (FileError, OptionError) as error:
            self.about.setText(escape(str(error)))
        else:
            self.about.setText(_HOW if self._tree is None else _describe(self._tree))


def _describe(tree: DecisionTree) -> str:
    lines = [f"Classes: <b>{escape(', '.join(tree.classes))}</b>."]
    if tree.data:
        lines.append(f"Trained on {escape(tree.data)}.")
    if tree.metrics:
        accuracy, n = tree.metrics["balanced_accuracy"]["value"], tree.metrics["n_samples"]
        lines.append(f"Balanced accuracy {accuracy:.2f} on {n:,} pictures not learned from.")
    if tree.halves:
        lines.append("Asks each half of a picture by itself too.")
    return "<br>".join(lines)
