"""The row of buttons above the plot: what dragging does, clear, save."""

from __future__ import annotations

from functools import partial

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QPushButton, QWidget

_TOOLS = {
    "lasso": ("Lasso", "Drag round points to select their cells; Shift adds to the selection."),
    "rectangle": ("Box", "Drag a box over points to select their cells; Shift adds."),
    "move": ("Move", "Drag the plot; the wheel zooms with every tool."),
}


class PlotButtons(QWidget):
    """Tools of which one is chosen, and what can be done with the plot."""

    tool_changed = Signal(str)

    clear_clicked = Signal()

    view_clicked = Signal()

    figure_clicked = Signal()

    table_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3)
        tools = QButtonGroup(self)
        for name, (text, tooltip) in _TOOLS.items():
            button = _button(text, tooltip)
            button.setCheckable(True)
            button.setChecked(name == "lasso")
            button.clicked.connect(partial(self._on_tool, name))
            tools.addButton(button)
            row.addWidget(button)
        row.addStretch(1)
        view = _button("Whole", "Shows all points again after zooming or moving.")
        view.clicked.connect(lambda: self.view_clicked.emit())
        clear = _button("None", "Selects no cell.")
        clear.clicked.connect(lambda: self.clear_clicked.emit())
        menu = QMenu(self)
        figure = menu.addAction("Figure (SVG, PNG) ...")
        figure.triggered.connect(lambda: self.figure_clicked.emit())
        table = menu.addAction("Table (CSV) ...")
        table.triggered.connect(lambda: self.table_clicked.emit())
        save = QPushButton("Save")
        save.setToolTip("Saves the plot as a figure, or its cells as a table.")
        save.setMenu(menu)
        for button in (view, clear, save):
            row.addWidget(button)

    def _on_tool(self, name: str, *_: bool) -> None:
        self.tool_changed.emit(name)


def _button(text: str, tooltip: str) -> QPushButton:
    button = QPushButton(text)
    # As narrow as its word: six of them stand in a row.
    button.setMaximumWidth(button.fontMetrics().horizontalAdvance(text) + 16)
    button.setToolTip(tooltip)
    return button
