"""The evaluation card: how good a model is on samples that it never saw, beside guessing."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtGui import QColor
from qtpy.QtWidgets import QHeaderView, QLabel, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from napari_seewhy.pages import literal
from napari_seewhy.widgets.parts.pictures import html_table, html_warnings

if TYPE_CHECKING:
    from napari_seewhy.training.judging import Evaluation, Figure
    from napari_seewhy.widgets.parts.viewer import ThemeColors

_ROW_PX = 22
_TOOLTIP = (
    "In brackets the 95 % interval: how much a figure may vary. Guess: what always naming the most "
    "frequent class would reach."
)


class EvaluationCard(QWidget):
    """Alarms, figures beside the baseline, recall of each class, and what is taken for what."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._evaluation: Evaluation | None = None
        self._warning_color = "#888888"
        self._figures, self._notes = QLabel(), QLabel()
        for label in (self._figures, self._notes):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.RichText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._figures.setToolTip(_TOOLTIP)
        self._confusion = QTableWidget()
        self._confusion.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self._confusion.setToolTip(
            "How many samples of each class (row) the model takes for which (column)."
        )
        self._confusion.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self._confusion.horizontalHeader().setMinimumSectionSize(24)
        self._confusion.verticalHeader().setDefaultSectionSize(_ROW_PX)
        self._confusion.verticalHeader().setMaximumWidth(80)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._figures)
        layout.addWidget(QLabel("Rows: the truth; columns: the answer."))
        layout.addWidget(self._confusion)
        layout.addWidget(self._notes)
        self.hide()

    def set_evaluation(self, evaluation: Evaluation | None) -> None:
        """Show another evaluation; None hides the card."""
        self._evaluation = evaluation
        self._refresh()

    def set_colors(self, colors: ThemeColors) -> None:
        """Follow napari's theme."""
        self._warning_color = colors.mark
        self._refresh()

    def _refresh(self) -> None:
        evaluation = self._evaluation
        self.setVisible(evaluation is not None)
        if evaluation is None:
            return
        alarms = html_warnings(evaluation.alarms, self._warning_color)
        self._figures.setText(alarms + _say_figures(evaluation) + _say_classes(evaluation))
        self._notes.setText("".join(f"<p>{escape(note)}</p>" for note in evaluation.notes))
        self._fill_confusion(evaluation)

    def _fill_confusion(self, evaluation: Evaluation) -> None:
        names, table = list(evaluation.classes), self._confusion
        table.setRowCount(len(names))
        table.setColumnCount(len(names))
        table.setHorizontalHeaderLabels(names)
        table.setVerticalHeaderLabels(names)
        for row, counts in enumerate(evaluation.confusion):
            for column, n in enumerate(counts):
                share = n / max(1, sum(counts))
                item = QTableWidgetItem(str(n))
                item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
                shade = QColor("#009e73" if row == column else "#d55e00")
                shade.setAlphaF(share)
                item.setBackground(shade)
                said = (
                    f"{n} of {sum(counts)} samples of {names[row]} are taken for {names[column]} "
                    f"({100 * share:.0f} %)."
                )
                item.setToolTip(literal(said))
                table.setItem(row, column, item)
        header = table.horizontalHeader().sizeHint().height()
        table.setFixedHeight(header + _ROW_PX * len(names) + 4)


def _say_figures(evaluation: Evaluation) -> str:
    named = {
        "Balanced accuracy": evaluation.balanced_accuracy,
        "Accuracy": evaluation.accuracy,
        "ROC AUC": evaluation.roc_auc,
        "Calibration error": evaluation.calibration_error,
    }
    rows = [
        [name, _say(figure), "" if figure.baseline is None else f"{figure.baseline:.2f}"]
        for name, figure in named.items()
        if figure is not None
    ]
    return html_table(
        [f"Report set, {evaluation.n_samples:,} samples", "value (95 %)", "guess"], rows
    )


def _say_classes(evaluation: Evaluation) -> str:
    rows = [
        [figures.name, f"{figures.n_samples:,}", _say(figures.recall)]
        for figures in evaluation.per_class
    ]
    return "<p></p>" + html_table(["Class", "n", "recognised"], rows)


def _say(figure: Figure | None) -> str:
    return (
        ""
        if figure is None
        else f"{figure.value:.2f} ({figure.low:.2f}\N{EN DASH}{figure.high:.2f})"
    )
