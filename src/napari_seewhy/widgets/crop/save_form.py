"""The choices for saving crops: what they are examples of, and what keeps them together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from napari_seewhy.cells.cropping import (
    ColumnTargetOptions,
    find_target,
    is_measurement,
    marker_of,
)
from napari_seewhy.errors import SeewhyError
from napari_seewhy.pages import literal
from napari_seewhy.widgets.parts.forms import Choice, OptionsForm

if TYPE_CHECKING:
    import pandas as pd

    from napari_seewhy.cells.cropping import Crops

_NOT_TARGETS = frozenset({"label", "index", "t", "y", "x", "y_min", "x_min", "y_max", "x_max"})
_THRESHOLDED = ("threshold", "undecided", "negative", "positive")


class SaveForm(QWidget):
    """Asks for target and group, and says how many crops each class would have."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._crops: Crops | None = None
        self._options = OptionsForm(ColumnTargetOptions, names=("column",))
        self._options["threshold"].tick.text = "Otsu"
        self._group = QLineEdit()
        self._group.setToolTip(
            "Dish, well or day. Crops of one group stay together when a network is tested, so that "
            "it is not tested on what it has seen."
        )
        self._preview = QLabel()
        self._preview.setWordWrap(True)
        rows = QFormLayout()
        rows.addRow("Group", self._group)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._options)
        layout.addLayout(rows)
        layout.addWidget(self._preview)
        self._options.changed.connect(self._refresh)

    @property
    def group(self) -> str:
        """What must not be torn apart."""
        return self._group.text().strip()

    def options(self) -> ColumnTargetOptions:
        """Return where the targets come from.

        Raises
        ------
        OptionError
            If the choices do not fit together.
        """
        return self._options.options()

    def set_crops(self, crops: Crops, group: str) -> None:
        """Offer the columns of other crops, and a group for them."""
        self._crops = crops
        columns = [name for name in crops.cells.columns if _may_be_target(crops.cells, name)]
        choices = [Choice("", "not known yet"), *(Choice(name) for name in columns)]
        self._options["column"].offer(choices)
        self._group.setText(group)
        self._refresh()

    def _refresh(self) -> None:
        """Show only what matters to the chosen column, and what would come of it."""
        crops = self._crops
        if crops is None:
            return
        column = self._options.values()["column"]
        is_marker = marker_of(column, crops.channels) is not None
        has_threshold = bool(column) and is_measurement(crops.cells[column])
        shown = dict.fromkeys(_THRESHOLDED, has_threshold)
        self._options.show_rows(**shown, keep_marker=is_marker)
        self._preview.setText(literal(self._say_counts(crops)))
        self.changed.emit()

    def _say_counts(self, crops: Crops) -> str:
        try:
            found = find_target(crops.cells, self.options())
        except SeewhyError as error:
            return str(error)
        if not found.classes:
            return f"{len(found.target):,} crops whose class is not known yet."
        counts = [f"{np.sum(found.target == i):,} {name}" for i, name in enumerate(found.classes)]
        counts.append(f"{np.sum(found.target < 0):,} unknown")
        at = "" if found.threshold is None else f" (threshold {found.threshold:.4g})"
        return f"{', '.join(counts)}{at}."


def _may_be_target(cells: pd.DataFrame, name: str) -> bool:
    """Whether a column may say what a cell is: a measurement, or a few names."""
    values = cells[name]
    if name in _NOT_TARGETS or values.isna().all():
        return False
    return is_measurement(values) or values.nunique() <= 20
