"""The preflight card: whether cells are what a model was trained on, and what is done if not."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_seewhy.models.preflight import Level, Preflight

# Of the palette of Okabe and Ito; a sign stands beside each, for eyes that see no colours.
_COLORS: dict[Level, str] = {"green": "#009E73", "amber": "#E69F00", "red": "#D55E00"}
_SIGNS: dict[Level, str] = {"green": "\N{CHECK MARK}", "amber": "!", "red": "\N{MULTIPLICATION X}"}
_HEADS: dict[Level, str] = {
    "green": "These cells are like those of the training.",
    "amber": "These cells differ from those of the training.",
    "red": "The model cannot take these cells.",
}


class FitCard(QFrame):
    """Says green, amber or red with the reasons; asks where a person has to agree.

    Parameters
    ----------
    verb
        What is done to the cells: "Classify".
    """

    agreed = Signal(str)
    """The person has read this (`Preflight.describe`) and wants to continue."""

    def __init__(self, verb: str = "Classify", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._read = ""
        self._label = QLabel()
        self._label.setWordWrap(True)
        self._label.setTextFormat(Qt.TextFormat.RichText)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._agree_button = QPushButton(f"{verb} all the same")
        self._agree_button.setToolTip("Does to the cells what is said here, and continues.")
        self._agree_button.clicked.connect(lambda: self.agreed.emit(self._read))
        self.setObjectName("fit_card")
        layout = QVBoxLayout(self)
        layout.addWidget(self._label)
        layout.addWidget(self._agree_button)
        self.hide()

    def set_preflight(
        self,
        preflight: Preflight | None,
        *,
        is_asked: bool = False,
        alarms: Sequence[str] = (),
    ) -> None:
        """Show another comparison; None hides the card.

        Parameters
        ----------
        preflight
            What to show.
        is_asked
            Whether the person is asked to agree before anything is done.
        alarms
            What the evaluation of the model warns of; a model that may know nothing is not green,
            however well the cells fit.
        """
        self.setVisible(preflight is not None)
        if preflight is None:
            return
        level, self._read = preflight.level, preflight.describe()
        shown: Level = "amber" if alarms and level == "green" else level
        self.setStyleSheet(f"#fit_card {{ border-left: 4px solid {_COLORS[shown]}; }}")
        head = f'<b><span style="color:{_COLORS[shown]}">{_SIGNS[shown]}</span> {_HEADS[level]}</b>'
        warned = "".join(
            f'<p style="margin-top:4px; margin-bottom:0px"><b>{escape(alarm)}</b></p>'
            for alarm in alarms
        )
        reasons = "".join(
            f'<p style="margin-top:4px; margin-bottom:0px">{escape(finding.sentence)} '
            f"<i>{escape(finding.action)}</i></p>"
            for finding in preflight.findings
        )
        self._label.setText(head + warned + reasons)
        self._agree_button.setVisible(is_asked and level == "amber")
