"""Choosing a decision tree for genes, with its classes and how good it is."""

from __future__ import annotations

import contextlib
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QComboBox, QFileDialog, QGridLayout, QLabel, QWidget

from napari_seewhy.epigenome.sampling import PictureLook, compare_looks, look_at
from napari_seewhy.epigenome.trees import DecisionTree, KnownTree, list_trees
from napari_seewhy.errors import FileError, OptionError, SeewhyError
from napari_seewhy.pages import literal
from napari_seewhy.widgets.parts.forms import tame

if TYPE_CHECKING:
    from napari_seewhy.epigenome.pictures import PictureSet

_NONE = "choose a tree ..."
_ASK = "Choose a folder ..."
_OTHERS = "Show trees for other pictures ..."
_UNLIKE = "These pictures do not look like those of the training, so the classes may be wrong."
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
        self._look: PictureLook | None = None
        self._offers_all = False
        self.box = QComboBox()
        tame(self.box)
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

    def set_pictures(self, pictures: PictureSet | None) -> None:
        """Offer the shipped trees only where they were trained on pictures like these."""
        self._look, self._offers_all = None, False
        # A dividing line that is not known is asked for elsewhere.
        with contextlib.suppress(SeewhyError):
            self._look = None if pictures is None else look_at(pictures)
        self._offer()
        self._read()

    def choose(self, path: Path | None) -> None:
        """Choose a tree of the library, or any folder; None for none."""
        self._chosen = path
        self._offer()
        self._read()
        self.changed.emit()

    def _on_activated(self) -> None:
        if self.box.currentText() == _OTHERS:
            self._offers_all = True
            self._offer()
        elif self.box.currentText() == _ASK:
            name = QFileDialog.getExistingDirectory(self, "Folder of a trained tree")
            self.choose(Path(name) if name else self._chosen)
        else:
            self.choose(self.box.currentData())

    def _offer(self) -> None:
        """Offer the trees that there are now, and show the chosen one."""
        trees = list_trees()
        fitting = [tree for tree in trees if self._offers_all or self._is_offered(tree)]
        known = {tree.path: tree.name for tree in fitting}
        if self._chosen is not None and self._chosen not in known:
            self._others[self._chosen] = self._chosen.name
        offered = known | self._others
        self.box.clear()
        self.box.addItem(_NONE, None)
        for path, name in offered.items():
            self.box.addItem(name, path)
            self.box.setItemData(
                self.box.count() - 1, literal(str(path)), Qt.ItemDataRole.ToolTipRole
            )
        if len(fitting) < len(trees):
            self.box.addItem(_OTHERS, None)
        self.box.addItem(_ASK, None)
        # Not `findData`, which takes equal paths for different ones.
        self.box.setCurrentIndex([None, *offered].index(self._chosen))

    def _is_offered(self, tree: KnownTree) -> bool:
        """Whether a tree is a person's own, chosen, or was trained on pictures like these."""
        if not tree.is_shipped or tree.path == self._chosen:
            return True
        return not self._find_differences(DecisionTree.load(tree.path))

    def _find_differences(self, tree: DecisionTree) -> list[str]:
        if self._look is None or tree.look is None:
            return []
        return compare_looks(tree.look, self._look)

    def _read(self) -> None:
        """Read the chosen tree, and say what is to be known of it."""
        self._tree = None
        try:
            self._tree = None if self._chosen is None else DecisionTree.load(self._chosen)
        except (FileError, OptionError) as error:
            self.about.setText(escape(str(error)))
        else:
            tree = self._tree
            said = _HOW if tree is None else _describe(tree, self._find_differences(tree))
            self.about.setText(said)


def _describe(tree: DecisionTree, differences: list[str]) -> str:
    lines = []
    if differences:
        lines.append(f"<b>{_UNLIKE}</b> {escape(' '.join(differences))}")
    lines += [f"Classes: <b>{escape(', '.join(tree.classes))}</b>."]
    if tree.data:
        lines.append(f"Trained on {escape(tree.data)}.")
    if tree.metrics:
        accuracy, n = tree.metrics["balanced_accuracy"]["value"], tree.metrics["n_samples"]
        lines.append(f"Balanced accuracy {accuracy:.2f} on {n:,} pictures not learned from.")
    if tree.halves:
        lines.append("Asks each half of a picture by itself too.")
    return "<br>".join(lines)
