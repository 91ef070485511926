"""Whether phase contrast and marker lie on each other, and what of them is learned from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from napari_seewhy.blocks.marking import find_shift_steps
from napari_seewhy.blocks.pairing import StainPairOptions
from napari_seewhy.widgets.parts.forms import OptionsForm
from napari_seewhy.widgets.parts.tasks import TaskRow
from napari_seewhy.widgets.parts.viewer import telling_errors
from napari_seewhy.widgets.train_stain.files import SETTLED

if TYPE_CHECKING:
    from napari_seewhy.blocks.marking import Shift
    from napari_seewhy.widgets.parts.marker import FieldLayers
    from napari_seewhy.widgets.parts.tasks import ViewerState

_TITLE = "Check for a shift"


class ShiftForm(QWidget):
    """Asks what is done about a shift, and finds the one of the pair in the viewer.

    Parameters
    ----------
    state
        Of the viewer.
    fields
        Where the pair is chosen.
    """

    changed = Signal()

    def __init__(
        self, state: ViewerState, fields: FieldLayers, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._fields = fields
        self._shift: Shift | None = None
        hidden = tuple(name for name in StainPairOptions.model_fields if name not in SETTLED)
        self._form = OptionsForm(StainPairOptions, hidden=hidden)
        # The whole title is too long for a narrow dock.
        self._form["registration"].label = "Shift"
        self._said = QLabel()
        self._said.setWordWrap(True)
        self._correct_button = QPushButton("Move the marker back")
        self._correct_button.setToolTip(
            "Lays every marker onto its phase contrast, here and in the training."
        )
        self.task_row = TaskRow(state, _TITLE)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for part in (self.task_row, self._said, self._correct_button, self._form):
            layout.addWidget(part)
        self._form.changed.connect(self._on_form_changed)
        self._correct_button.clicked.connect(self.correct)
        fields.changed.connect(self._on_fields_changed)
        self.task_row.run_clicked.connect(self.check)
        self._refresh()

    @property
    def shift(self) -> Shift | None:
        """By how much the marker in the viewer is moved, None where it is not."""
        is_moved = self._form.values()["registration"] == "correct"
        return self._shift if is_moved and self._shift and self._shift.is_certain else None

    def values(self) -> dict[str, Any]:
        """Return what is chosen."""
        return self._form.values()

    def check(self) -> None:
        """Find the shift of the frame that is seen."""
        with telling_errors():
            options = self._form.options()
            chosen = (self._fields.pair(), options, self._fields.frame())
            self.task_row.run(find_shift_steps, *chosen, on_result=self._on_checked)

    def correct(self) -> None:
        """Have the marker moved onto the phase contrast."""
        self._form["registration"].value = "correct"

    def _on_checked(self, shift: Shift) -> None:
        self._shift = shift
        self.task_row.show_message("")
        self._refresh()
        self.changed.emit()

    def _on_form_changed(self) -> None:
        self._refresh()
        self.changed.emit()

    def _on_fields_changed(self) -> None:
        self._shift = None
        self._refresh()

    def _refresh(self) -> None:
        """Make every control agree with the state."""
        shift = self._shift
        self._said.setText("" if shift is None else shift.describe())
        self._said.setVisible(shift is not None)
        is_off = shift is not None and shift.is_certain and shift.length_px >= 1
        self._correct_button.setVisible(is_off and self.shift is None)
        layer = self._fields.image_layer
        self._form.show_rows(planes=layer is not None and "Z" in self._fields.axes)
        self.task_row.set_missing(self._fields.missing)
