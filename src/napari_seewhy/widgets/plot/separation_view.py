"""Which measurements tell the classes apart: the question, a ranked table, and the answer."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QComboBox, QFormLayout, QLabel, QTabWidget, QVBoxLayout, QWidget

from napari_seewhy.cells.measuring import NOT_A_NUMBER, find_measurements, say_left_out
from napari_seewhy.cells.separating import (
    PairRule,
    SeparationOptions,
    list_classes,
    tell_apart_steps,
)
from napari_seewhy.errors import DataError
from napari_seewhy.widgets.parts.forms import Choice, OptionsForm, tame
from napari_seewhy.widgets.parts.pictures import CellsTable
from napari_seewhy.widgets.parts.tasks import TaskRow
from napari_seewhy.widgets.parts.viewer import settle, telling_errors

if TYPE_CHECKING:
    import pandas as pd

    from napari_seewhy.cells.separating import Separation
    from napari_seewhy.widgets.parts.tasks import ViewerState
    from napari_seewhy.widgets.plot.plotted_cells import PlottedCells

TITLE = "Which features tell the classes apart?"
_PAIR_COLUMNS = {
    "feature_x": "x",
    "feature_y": "y",
    "auc": "AUC",
    "accuracy": "right",
    "balanced_accuracy": "balanced",
}
_SINGLE_COLUMNS = {
    "feature": "measurement",
    "auc": "AUC",
    "higher_in": "higher in",
    "cliffs_delta": "Cliff's delta",
}
_HOW = (
    "AUC: chance that a cell of the class ranks above another, in cells that were not learned "
    "from; right: share of cells that the rule names rightly; balanced: mean of that of both "
    "classes. Click a row to draw it."
)


class SeparationView(QWidget):
    """Asks which classes to separate, runs the ranking, and shows it."""

    pair_picked = Signal(object)
    """`PairRule` of a pair that was clicked, or the best one once the ranking is there."""

    feature_picked = Signal(str)
    """Single measurement that was clicked."""

    def __init__(self, state: ViewerState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells: PlottedCells | None = None
        self._separation: Separation | None = None
        self._is_chosen = False
        self._class_box = QComboBox()
        tame(self._class_box)
        self._class_box.setToolTip("The column with the class of each cell.")
        self._form = OptionsForm(
            SeparationOptions,
            hidden=("features",),
            advanced=("leave_out",),
            names=("of", "against"),
        )
        self._task_row = TaskRow(state, TITLE)
        self._answer = QLabel()
        self._answer.setWordWrap(True)
        self._pairs, self._single = CellsTable(), CellsTable()
        for table in (self._pairs, self._single):
            table.setToolTip(_HOW)
        self._tabs = QTabWidget()
        self._tabs.addTab(self._pairs, "Pairs")
        self._tabs.addTab(self._single, "Single")
        rows = QFormLayout()
        rows.addRow("Classes", self._class_box)
        layout = QVBoxLayout(self)
        layout.addLayout(rows)
        for part in (self._form, self._task_row, self._answer, self._tabs):
            layout.addWidget(part)

        self._class_box.currentTextChanged.connect(self._on_column_chosen)
        self._task_row.run_clicked.connect(self.run)
        self._task_row.running_changed.connect(self._refresh)
        self._pairs.picked.connect(self._on_pair_picked)
        self._single.picked.connect(self._on_single_picked)
        self._show_found(None)
        self._refresh()

    @property
    def column(self) -> str:
        """The column of classes, "" where there is none."""
        return str(self._class_box.currentText())

    @property
    def separation(self) -> Separation | None:
        """What was found last, None where nothing is known of these cells."""
        return self._separation

    def set_cells(self, cells: PlottedCells) -> None:
        """Ask about other cells; what was found of the others is forgotten."""
        columns = [name for name in cells.classes if name != "image"]
        before = self.column
        self._cells = cells
        blocked = self._class_box.blockSignals(True)
        self._class_box.clear()
        self._class_box.addItems(columns)
        # Classes that came since are asked about, unless a person has chosen another column.
        is_kept = self._is_chosen and before in columns
        self._class_box.setCurrentText(before if is_kept else next(iter(columns), ""))
        self._class_box.blockSignals(blocked)
        self._form["leave_out"].offer(find_measurements(cells.table)[0])
        self._show_found(None)
        self._on_column_changed()

    def run(self) -> None:
        """Rank the measurements in the child process."""
        if self._cells is None:
            return
        with telling_errors():
            table = self._cells.table
            chosen = (table, table[self.column], self._form.options())
            show = partial(self._on_found, self._cells)
            self._task_row.run(tell_apart_steps, *chosen, on_result=show)

    def _on_found(self, asked: PlottedCells, separation: Separation) -> None:
        if asked is not self._cells:
            raise DataError("The cells were changed meanwhile; ask again.")
        self._show_found(separation)
        if len(separation.pairs):
            self._pairs.pick(0)
            self.pair_picked.emit(PairRule.of_row(separation.pairs.iloc[0]))
        settle(self)

    def _on_column_chosen(self) -> None:
        self._is_chosen = True
        self._on_column_changed()

    def _on_column_changed(self) -> None:
        classes: list[str] = []
        if self._cells is not None and self.column:
            classes = list_classes(self._cells.table[self.column])
        self._form["of"].offer([Choice("", "the last class"), *classes])
        self._form["against"].offer([Choice("", "all others"), *classes])
        self._refresh()

    def _on_pair_picked(self, row: int) -> None:
        if self._separation is not None:
            self.pair_picked.emit(PairRule.of_row(self._separation.pairs.iloc[row]))

    def _on_single_picked(self, row: int) -> None:
        if self._separation is not None:
            self.feature_picked.emit(str(self._separation.features["feature"][row]))

    def _show_found(self, found: Separation | None) -> None:
        self._separation = found
        self._answer.setVisible(found is not None)
        self._tabs.setVisible(found is not None)
        if found is None:
            return
        self._pairs.set_cells(_shown(found.pairs, _PAIR_COLUMNS))
        self._single.set_cells(_shown(found.features, _SINGLE_COLUMNS))
        left_out = say_left_out(found.left_out, also=(NOT_A_NUMBER,))
        sentences = [f"<b>{escape(found.sentence)}</b>", *map(escape, (*found.warnings, left_out))]
        self._answer.setText("<br>".join(filter(None, sentences)))

    def _refresh(self) -> None:
        """Make every control agree with what is known."""
        self._task_row.set_missing(self._missing())
        self._form.setEnabled(not self._task_row.is_running)
        settle(self)

    def _missing(self) -> str:
        if self._cells is None or not len(self._cells):
            return "Measure cells first."
        if not self.column:
            return "No column says what the cells are: run Classify cells, or open their table."
        return ""


def _shown(table: pd.DataFrame, columns: dict[str, Any]) -> pd.DataFrame:
    return table[list(columns)].rename(columns=columns)
