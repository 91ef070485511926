"""What came out of classifying: colours, the confidence slider, counts, and shares over time."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from napari_seewhy.cells.classifying import UNDECIDED, count_classes, decide
from napari_seewhy.layers import class_colors
from napari_seewhy.widgets.classify.curve import ClassCurve
from napari_seewhy.widgets.parts.layers import FigureButton

if TYPE_CHECKING:
    import pandas as pd

_LOW = "dark = unsure, yellow = sure"


class ClassView(QWidget):
    """Shows what was decided of classified cells; the slider changes it without a new run.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    """

    changed = Signal()
    """The person wants other colours, or another confidence."""

    export_clicked = Signal()

    def __init__(self, viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._color_by = QComboBox()
        self._color_by.addItem("class", "class")
        self._color_by.addItem("confidence", "confidence")
        self._color_by.setToolTip("What the colours of the cells in the image say.")
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, 100)
        self._slider.setToolTip(
            "Cells of which the model is less sure are undecided: grey, and counted apart."
        )
        self._percent = QLabel()
        self._percent.setMinimumWidth(46)
        self._legend = QLabel()
        self._legend.setTextFormat(Qt.TextFormat.RichText)
        self._legend.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._legend.setToolTip(
            "Cells of each class, their share of all cells, and its 95 % interval (Wilson)."
        )
        self.curve = ClassCurve(viewer)
        self._export_button = QPushButton("Save table ...")
        self._export_button.setToolTip("Saves class and probabilities of every cell as CSV.")
        self._figure_button = FigureButton(viewer)
        self._lay_out()
        self._color_by.currentIndexChanged.connect(self.changed)
        self._slider.valueChanged.connect(self.changed)
        self._export_button.clicked.connect(self.export_clicked)

    def _lay_out(self) -> None:
        slider = QHBoxLayout()
        slider.addWidget(self._slider, 1)
        slider.addWidget(self._percent)
        rows = QFormLayout()
        rows.addRow("Colour by", self._color_by)
        rows.addRow("Undecided below", slider)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(rows)
        layout.addWidget(self._legend)
        layout.addWidget(self.curve)
        layout.addWidget(self._export_button)
        layout.addWidget(self._figure_button)

    @property
    def confidence(self) -> float:
        """Confidence from which an answer counts, 0 to 1."""
        return self._slider.value() / 100

    @property
    def is_by_confidence(self) -> bool:
        """Whether cells should be coloured by how sure the model is."""
        return bool(self._color_by.currentData() == "confidence")

    def show_cells(self, cells: pd.DataFrame) -> pd.Series[str]:
        """Decide and count; return what was decided of each cell.

        Parameters
        ----------
        cells
            ``class``, ``confidence``, and ``t`` for a time series.
        """
        self._percent.setText(f"{self._slider.value()} %")
        decided = decide(cells, self.confidence)
        colors = hex_colors(decided)
        rows = [
            _row(colors[entry["class"]], entry) for _, entry in count_classes(decided).iterrows()
        ]
        said = f'<p style="margin-top:2px">Confidence: {_LOW}</p>' if self.is_by_confidence else ""
        self._legend.setText(f'<table width="100%" cellpadding="2">{"".join(rows)}</table>{said}')
        by = cells.get("t")
        self.curve.set_counts(None if by is None else count_classes(decided, by), colors)
        return decided


def hex_colors(decided: pd.Series[str]) -> dict[str, str]:
    """Return the colour of each class as ``#rrggbb``."""
    colors = class_colors(list(decided.cat.categories), UNDECIDED)
    return {
        name: "#" + "".join(f"{round(255 * part):02x}" for part in color[:3])
        for name, color in colors.items()
    }


def _row(color: str, entry: pd.Series[Any]) -> str:
    if entry["fraction"] != entry["fraction"]:  # NaN: there is no cell at all
        share = ""
    else:
        low, high = (f"{100 * entry[side]:.0f}" for side in ("low", "high"))
        share = f"{100 * entry['fraction']:.1f} % ({low}\N{EN DASH}{high})"
    right = 'align="right" style="white-space:nowrap"'
    return (
        f'<tr><td><span style="color:{color}">\N{BLACK SQUARE}</span> {escape(entry["class"])}</td>'
        f"<td {right}>{entry['n']:,}</td><td {right}>{share}</td></tr>"
    )
