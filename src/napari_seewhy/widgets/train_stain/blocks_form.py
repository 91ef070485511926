"""What makes a block positive, seen at once over the image and as the efficiency it measures."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QTimer, Signal
from qtpy.QtWidgets import QCheckBox, QLabel, QVBoxLayout, QWidget

from napari_seewhy.blocks.marking import Shift, Threshold, find_threshold, shift_marker
from napari_seewhy.errors import SeewhyError
from napari_seewhy.staining import StainOptions
from napari_seewhy.widgets.parts.forms import OptionsForm
from napari_seewhy.widgets.parts.marker import TargetPreview, ThresholdForm, level_range
from napari_seewhy.widgets.parts.viewer import follow, is_open, settle

if TYPE_CHECKING:
    from qtpy.QtGui import QShowEvent

    from napari_seewhy.blocks.marking import MarkerBlocks
    from napari_seewhy.widgets.parts.marker import FieldLayers, PreviewedField

SHOWN = ("block_px", "positive_area")
_REST_MS = 30
"""The preview follows when the slider rests so long."""

_AWAITED = "What the negative control does not reach is found when the training begins."


class StainBlocksForm(QWidget):
    """Asks for threshold, size of the blocks and positive area; shows what they make of the image.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    fields
        Where image and marker are chosen.
    """

    changed = Signal()

    def __init__(self, viewer: Any, fields: FieldLayers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields = fields
        self._field: PreviewedField | None = None
        self._shift: Shift | None = None
        self.measured: MarkerBlocks | None = None
        self.threshold = ThresholdForm()
        hidden = tuple(name for name in StainOptions.model_fields if name not in SHOWN)
        self._blocks = OptionsForm(StainOptions, hidden=hidden)
        self._is_shown = QCheckBox("Show the blocks over the image")
        self._is_shown.setChecked(True)
        self._is_shown.setToolTip("Orange: blocks that the network would learn as positive.")
        self._said = QLabel()
        self._said.setWordWrap(True)
        self._said.setToolTip(
            "Share of positive blocks in this frame, with the interval in which that of the whole "
            "dish lies in 95 of 100 cases."
        )
        self._preview = TargetPreview(viewer)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_REST_MS)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for part in (self.threshold, self._blocks, self._is_shown, self._said):
            layout.addWidget(part)
        fields.changed.connect(self._on_field_changed)
        follow(viewer.dims.events.current_step, self._on_frame_changed)
        for signal in (self.threshold.changed, self._blocks.changed, self._is_shown.toggled):
            signal.connect(self._on_choice_changed)
        self._timer.timeout.connect(self._on_rest)
        self._on_field_changed()

    def values(self) -> dict[str, Any]:
        """Return size of the blocks and positive area."""
        return self._blocks.values()

    def set_shift(self, shift: Shift | None) -> None:
        """Move the marker of the preview by so much, None leaves it where it is."""
        self._shift = shift
        self._on_field_changed()

    def showEvent(self, event: QShowEvent) -> None:
        """Show the blocks of what was opened meanwhile."""
        super().showEvent(event)
        self._timer.start()

    def _on_rest(self) -> None:
        if is_open(self):
            self.measure()

    def measure(self) -> None:
        """Measure the frame that is seen, and show its positive blocks."""
        self._timer.stop()
        self.measured = None
        try:
            self._said.setText(self._measure())
        except SeewhyError as error:
            self._preview.clear()
            self._said.setText(escape(str(error)))
        # The sentence needs more lines than before; without this, the rows above are squeezed.
        settle(self)

    def _measure(self) -> str:
        field = self._field
        if field is None:
            self._preview.clear()
            return ""
        options = self._blocks.options()
        if self.threshold.how == "control":
            self._preview.clear()
            return _AWAITED
        threshold = find_threshold(
            field.marker, self.threshold.options(), name=f"The marker of {field.name}"
        )
        self.threshold.show_level(threshold.value)
        self.measured = self._preview.show(field, threshold.value, options)
        if not self._is_shown.isChecked():
            self._preview.clear()
        return _say(threshold, self.measured)

    def _on_field_changed(self) -> None:
        self._field = None
        try:
            field = self._fields.previewed()
        except SeewhyError as error:
            self._said.setText(escape(str(error)))
            return
        if field is not None and self._shift is not None:
            moved, known = shift_marker(field.marker, self._shift)
            field = field._replace(marker=moved, known=known)
        if field is not None:
            self.threshold.set_range(*level_range(field.marker))
        self._field = field
        self._on_choice_changed()

    def _on_frame_changed(self) -> None:
        if self._fields.is_series:
            self._on_field_changed()

    def _on_choice_changed(self) -> None:
        self._timer.start()
        self.changed.emit()


def _say(threshold: Threshold, measured: MarkerBlocks) -> str:
    efficiency = measured.efficiencies[0]
    return (
        f"<b>Measured efficiency: {efficiency.describe()}</b><br>{escape(threshold.sentence)} "
        f"{efficiency.n_blocks:,} blocks."
    )
