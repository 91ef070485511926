"""What came out of virtual staining: threshold, efficiency, comparison, curve, explaining."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from napari_seewhy.widgets.parts.forms import tame
from napari_seewhy.widgets.parts.layers import FigureButton
from napari_seewhy.widgets.stain.curve import EfficiencyCurve

if TYPE_CHECKING:
    from napari_seewhy.widgets.stain.compare import CompareMode

_MODES: dict[CompareMode, tuple[str, str]] = {
    "overlay": ("virtual stain over the image", "The virtual stain laid over phase contrast."),
    "side by side": ("side by side", "Phase contrast, real marker and virtual stain in a row."),
    "blink": ("blink", "Real marker and virtual stain in turn at the same place."),
    "difference": (
        "difference",
        "Red: the virtual stain says more than the real marker shows; blue: less.",
    ),
}
_STEPS = 100


class StainView(QWidget):
    """Shows what a virtual stain came to; the slider changes it without a new run.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    """

    cut_changed = Signal()
    """The person wants another probability from which a block is positive."""

    mode_changed = Signal()
    export_clicked = Signal()

    def __init__(self, viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._learned_cut = 0.5
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, _STEPS)
        self._slider.setToolTip(
            "Blocks with at least this probability count as positive; mask, efficiency and curve "
            "follow at once."
        )
        self._percent = QLabel()
        self._percent.setMinimumWidth(36)
        self._reset_button = QToolButton()
        self._reset_button.setText("Reset")
        self._reset_button.setToolTip("Back to the probability that was best in the training.")
        self._mode = QComboBox()
        tame(self._mode)
        self._mode.setToolTip("How virtual and real stain are compared in the viewer.")
        for mode, (text, tooltip) in _MODES.items():
            self._mode.addItem(text, mode)
            self._mode.setItemData(self._mode.count() - 1, tooltip, Qt.ItemDataRole.ToolTipRole)
        self._figures = QLabel()
        self._figures.setWordWrap(True)
        self._figures.setTextFormat(Qt.TextFormat.RichText)
        self._figures.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.curve = EfficiencyCurve(viewer)
        self._explains = QCheckBox("Explain a block when I click it")
        self._explains.setToolTip(
            "Click a block in the image: a heatmap shows where the network looked (Grad-CAM)."
        )
        self._export_button = QPushButton("Save table ...")
        self._export_button.setToolTip("Saves the efficiency of every frame as CSV.")
        self._figure_button = FigureButton(viewer)
        self._lay_out()
        self._slider.valueChanged.connect(self._on_slid)
        self._reset_button.clicked.connect(lambda: self.set_cut(self._learned_cut))
        self._mode.currentIndexChanged.connect(self.mode_changed)
        self._export_button.clicked.connect(self.export_clicked)

    def _lay_out(self) -> None:
        slider = QHBoxLayout()
        slider.addWidget(self._slider, 1)
        slider.addWidget(self._percent)
        slider.addWidget(self._reset_button)
        rows = QFormLayout()
        rows.addRow("Positive from", slider)
        rows.addRow("Show", self._mode)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(rows)
        buttons = self._export_button, self._figure_button
        for part in (self._figures, self.curve, self._explains, *buttons):
            layout.addWidget(part)

    @property
    def cut(self) -> float:
        """Probability from which a block is positive, 0 to 1."""
        return self._slider.value() / _STEPS

    @property
    def mode(self) -> CompareMode:
        """How virtual and real stain are compared."""
        mode: CompareMode = self._mode.currentData()
        return mode

    @property
    def is_explaining(self) -> bool:
        """Whether a click on a block should be answered with a heatmap."""
        return self._explains.isChecked()

    def set_cut(self, cut: float) -> None:
        """Move the slider."""
        self._slider.setValue(round(_STEPS * cut))

    def begin(self, learned_cut: float) -> None:
        """Get ready for another result, with the probability that its model has learned."""
        self._learned_cut = learned_cut
        blocked = self.blockSignals(True)
        self.set_cut(learned_cut)
        self.blockSignals(blocked)
        self._show_percent()

    def offer_modes(self, *, has_marker: bool) -> None:
        """Offer comparisons with the real marker only where there is one."""
        for row in range(self._mode.count()):
            needs_marker = self._mode.itemData(row) != "overlay"
            self._mode.model().item(row).setEnabled(has_marker or not needs_marker)
        if not has_marker:
            self._mode.setCurrentIndex(0)

    def show_figures(self, text: str) -> None:
        """Show efficiency and agreement as rich text."""
        self._figures.setText(text)

    def _on_slid(self) -> None:
        self._show_percent()
        self.cut_changed.emit()

    def _show_percent(self) -> None:
        self._percent.setText(f"{self._slider.value()} %")
