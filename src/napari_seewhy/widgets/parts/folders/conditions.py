"""`ConditionLine`: what the condition of each image is, from its name or from a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from napari_seewhy.tables import conditions_by_name, conditions_by_table, read_table
from napari_seewhy.widgets.parts.viewer import telling_errors

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd


class ConditionLine(QWidget):
    """A line for a regular expression, and a button to choose a table instead."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table: pd.DataFrame | None = None
        self._pattern = QLineEdit()
        self._pattern.setToolTip(
            "A regular expression that finds the condition in the name of the image, such as "
            "^([a-z]+)_ for drug_A01. Empty: each image by itself."
        )
        self._button = QPushButton("Table ...")
        self._button.setToolTip(
            "A CSV with columns image (or well) and condition, or a plate map: letters down, "
            "numbers across."
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._pattern, 1)
        row.addWidget(self._button)
        self._pattern.editingFinished.connect(self._on_pattern)
        self._button.clicked.connect(self.choose_table)
        self._take(None, "the name of the image")

    def find(self, images: Sequence[str]) -> dict[str, str]:
        """Return the condition of each image.

        Raises
        ------
        OptionError
            If the pattern is no regular expression, or does not match.
        DataError
            If the table has no known form, or says nothing of an image.
        """
        if self._table is None:
            return conditions_by_name(images, self._pattern.text())
        return conditions_by_table(images, self._table)

    def choose_table(self) -> None:
        """Ask for the table of conditions."""
        title = "Choose a table of conditions"
        path, _ = QFileDialog.getOpenFileName(self, title, "", "Table (*.csv)")
        if path:
            with telling_errors():
                table = read_table(Path(path))
                self._pattern.clear()
                self._take(table, f"as in {Path(path).name}")
                self.changed.emit()

    def _on_pattern(self) -> None:
        if self._pattern.text():
            self._take(None, "the name of the image")
        self.changed.emit()

    def _take(self, table: pd.DataFrame | None, said: str) -> None:
        self._table = table
        self._pattern.setPlaceholderText(said)
