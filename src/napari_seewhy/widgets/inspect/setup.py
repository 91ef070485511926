"""Which pictures of genes are looked at, how their names are read, and where they are divided."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from napari_seewhy.epigenome.pictures import TABLE_NAME, find_pictures, suggest_patterns
from napari_seewhy.errors import SeewhyError
from napari_seewhy.pages import literal
from napari_seewhy.widgets.inspect.layers import HEATMAP_STYLES
from napari_seewhy.widgets.inspect.tree_picker import TreePicker
from napari_seewhy.widgets.parts.folders import FolderLine

if TYPE_CHECKING:
    from napari_seewhy.epigenome.pictures import PictureGeometry, PictureSet

PURPOSE = "Look through pictures of genes, one after the other, and say what each shows."
_HOW = (
    "A folder that seewhy epigenome draw wrote, or one of plots that another program made, one per "
    "gene."
)
_NO_LINE = (
    "No line between chromatin and methylation was found. Press Move the line and drag it in the "
    "picture, or type its row; if this is not a picture of a gene, choose another folder."
)


class InspectSetup(QWidget):
    """Asks for pictures, their names, their dividing line and a trained tree."""

    opened = Signal(object, str)
    """`Path` of pictures, and the pattern of their names, "" = as known."""

    line_typed = Signal(int)
    moving_changed = Signal(bool)
    apart_changed = Signal(bool)
    heatmap_changed = Signal(str)
    """One of `HEATMAP_STYLES`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self.folder = FolderLine("Folder of pictures of genes", nothing="")
        self.table_button = QPushButton("Table ...")
        self.table_button.setToolTip("Chooses a table (.csv) that lists files of pictures instead.")
        self.names = QComboBox()
        self.names.setEditable(True)
        self.names.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.names.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.names.setToolTip(
            "How the name of a file says the gene, compound, exposure and class, such as "
            "{compound}_{gene}. Kept beside the pictures, so that it is asked once."
        )
        self.read_as = _text("")
        self.line_box = QSpinBox()
        self.line_box.setKeyboardTracking(False)
        self.line_box.setToolTip(
            "First row of pixels below the line between chromatin and methylation; holds for all."
        )
        self.move_button = QPushButton("Move the line")
        self.move_button.setCheckable(True)
        self.move_button.setToolTip("While it is pressed, the mouse drags the line in the picture.")
        self.line_says = _text("")
        self.apart_box = QCheckBox("Halves in two linked panels")
        self.apart_box.setToolTip("Zoom and move one half, and the other follows.")
        self.heatmap = QComboBox()
        for style, title in HEATMAP_STYLES.items():
            self.heatmap.addItem(title, style)
        self.heatmap.setToolTip(
            "How Explain genes shows where the tree looked. Lines: 25 % (light), 50 % and 75 % "
            "(dark) of the strongest attention in the picture. Veil: dark where it did not look."
        )
        self.tree = TreePicker()
        self._lay_out()
        self.folder.changed.connect(self._on_folder)
        self.table_button.clicked.connect(self._on_table)
        self.names.activated.connect(self._on_names)
        self.names.lineEdit().returnPressed.connect(self._on_names)
        self.line_box.valueChanged.connect(self.line_typed)
        self.move_button.toggled.connect(self.moving_changed)
        self.apart_box.toggled.connect(self.apart_changed)
        self.heatmap.currentIndexChanged.connect(
            lambda _: self.heatmap_changed.emit(self.heatmap.currentData())
        )
        self.show_pictures(None)

    def _lay_out(self) -> None:
        line = QWidget()
        beside = QHBoxLayout(line)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(3)
        beside.addWidget(self.line_box)
        beside.addWidget(self.move_button)
        # Not a form, which cuts off the last line of long texts.
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(3)
        grid.setColumnStretch(1, 1)
        for row, (name, part) in enumerate(
            (
                (None, _text(PURPOSE)),
                ("Pictures", self.folder),
                ("", self.table_button),
                ("Names", self.names),
                (None, self.read_as),
                ("Line at", line),
                (None, self.line_says),
                (None, self.apart_box),
                (None, self.tree),
                ("Attention", self.heatmap),
            )
        ):
            if name is None:
                grid.addWidget(part, row, 0, 1, 2)
            else:
                grid.addWidget(QLabel(name), row, 0)
                grid.addWidget(part, row, 1)

    def ask_names(self, path: Path, why: str) -> None:
        """Suggest how names may be read, where somebody must say."""
        self._path = path
        self.names.clear()
        self.names.addItems(_suggest(path))
        self.names.setEnabled(True)
        self.read_as.setText(literal(why))

    def refuse(self, why: str) -> None:
        """Say why there is nothing to look at; pictures that were open before stay."""
        self.read_as.setText(literal(why))
        if self._path is not None:
            self._show_path(self._path)

    def show_pictures(self, pictures: PictureSet | None) -> None:
        """Show how the names of these pictures are read."""
        for control in (self.names, self.line_box, self.move_button, self.apart_box):
            control.setEnabled(pictures is not None)
        if pictures is None:
            self.read_as.setText(_HOW)
            return
        self._path = pictures.path
        self._show_path(pictures.path)
        self.names.clear()
        self.names.addItems(dict.fromkeys([pictures.names, *_suggest(pictures.path)]))
        self.names.setCurrentText(pictures.names)
        self.names.setEnabled(bool(pictures.names))
        first = pictures.table.iloc[0]
        said = [f"{name} {first[name]}" for name in ("gene", "compound", "exposure", "class")]
        known = ", ".join(text for text in said if not text.endswith(" "))
        n = f"{len(pictures):,} pictures. " if len(pictures) > 1 else "1 picture. "
        told = [f"{n}The first is {known}.", *pictures.warnings, *pictures.assumed]
        self.read_as.setText(literal(" ".join(told)))

    def _show_path(self, path: Path) -> None:
        if path != self.folder.path:
            self.folder.blockSignals(True)
            self.folder.set_path(path)
            self.folder.blockSignals(False)

    def show_line(self, geometry: PictureGeometry | None, row: int, height_px: int) -> None:
        """Show where the pictures are divided, or that nobody knows: None."""
        self.line_box.blockSignals(True)
        self.line_box.setRange(1, max(1, height_px - 1))
        self.line_box.setValue(row)
        self.line_box.blockSignals(False)
        self.line_says.setText(_NO_LINE if geometry is None else _describe(geometry))

    def _on_folder(self) -> None:
        if self.folder.path is not None:
            self.opened.emit(self.folder.path, "")

    def _on_table(self) -> None:
        start = str(self._path or "")
        name, _ = QFileDialog.getOpenFileName(self, "Table of pictures", start, "Tables (*.csv)")
        if name:
            self.opened.emit(Path(name), "")

    def _on_names(self, *_: int) -> None:
        if self._path is not None:
            self.opened.emit(self._path, self.names.currentText())


def _describe(geometry: PictureGeometry) -> str:
    (top, end), (below, bottom) = geometry.chromatin, geometry.methylation
    return (
        f"Chromatin is in rows {top} to {end - 1}, methylation in rows {below} to {bottom - 1}, "
        f"both in columns {geometry.left} to {geometry.right - 1}."
    )


def _suggest(path: Path) -> list[str]:
    if not path.is_dir() or (path / TABLE_NAME).is_file():
        return []
    try:
        return suggest_patterns(find_pictures(path))
    except SeewhyError:
        return []


def _text(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    return label
