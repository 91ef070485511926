"""From which brightness on the marker counts, chosen by a rule or by a slider."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from napari_seewhy.blocks.marking import StainThresholdOptions
from napari_seewhy.widgets.parts.forms import OptionsForm, tame

if TYPE_CHECKING:
    from collections.abc import Sequence

_STEPS = 1000
_HOWS = {
    "otsu": ("Otsu", "Parts dark pixels from bright ones."),
    "log-otsu": (
        "Otsu of the logarithm",
        "The same by the logarithm, for a marker that is dim in many cells.",
    ),
    "fixed": ("fixed", "The brightness that the slider says, the same for all images."),
    "control": (
        "negative control",
        "What images of cells without the marker do not reach; name them below.",
    ),
}


class ThresholdForm(QWidget):
    """Asks for the rule; moving the slider makes the threshold a fixed one.

    Signals come with every move, so that what hangs on them has to wait until the slider rests.

    Parameters
    ----------
    hows
        The rules to choose from, all if not given; without "control" it is about one image, and
        what matters to several is not asked.
    """

    changed = Signal()

    def __init__(self, hows: Sequence[str] = tuple(_HOWS), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._low, self._high = 0.0, 1.0
        self._value = 0.5
        self._how = QComboBox()
        tame(self._how)
        self._how.setToolTip("How the brightness is found above which a pixel is positive.")
        for how in hows:
            text, tooltip = _HOWS[how]
            self._how.addItem(text, how)
            self._how.setItemData(self._how.count() - 1, tooltip, Qt.ItemDataRole.ToolTipRole)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, _STEPS)
        self._slider.setToolTip("Move it: the positive blocks and the efficiency follow at once.")
        self._said = QLabel()
        self._said.setMinimumWidth(50)
        self._more = OptionsForm(StainThresholdOptions, hidden=("threshold", "control_share"))
        slider = QHBoxLayout()
        slider.addWidget(self._slider, 1)
        slider.addWidget(self._said)
        rows = QFormLayout()
        rows.addRow("Threshold", self._how)
        rows.addRow("Brightness", slider)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(rows)
        layout.addWidget(self._more)
        self._more.setVisible("control" in hows)
        self._how.currentIndexChanged.connect(self._on_how_changed)
        self._slider.valueChanged.connect(self._on_slid)
        self._more.changed.connect(self.changed)
        self._refresh()

    @property
    def how(self) -> str:
        """The rule: "otsu", "log-otsu", "fixed" or "control"."""
        return str(self._how.currentData())

    def options(self) -> StainThresholdOptions:
        """Return what is chosen.

        Raises
        ------
        OptionError
            If a negative control is to decide and none is named.
        """
        how = self.how
        return self._more.options(threshold=self._value if how == "fixed" else how)

    def set_range(self, low: float, high: float) -> None:
        """Say between which brightnesses the slider goes: the darkest and the brightest pixel."""
        self._low, self._high = low, max(high, np.nextafter(low, np.inf))
        self._place_slider()

    def show_level(self, level: float) -> None:
        """Show the threshold that a rule has found; the rule stays."""
        self._value = level
        self._place_slider()

    def set_rule(self, options: StainThresholdOptions) -> None:
        """Show another rule, or another fixed threshold; one not offered here changes nothing."""
        chosen = options.threshold
        if isinstance(chosen, float):
            self.show_level(chosen)
            self.set_how("fixed")
        elif self._how.findData(chosen) >= 0:
            self.set_how(chosen)

    def set_how(self, how: str) -> None:
        """Choose another rule."""
        self._how.setCurrentIndex(self._how.findData(how))

    def _place_slider(self) -> None:
        blocked = self._slider.blockSignals(True)
        share = (self._value - self._low) / (self._high - self._low)
        self._slider.setValue(round(_STEPS * float(np.clip(share, 0, 1))))
        self._slider.blockSignals(blocked)
        self._said.setText(f"{self._value:.5g}")

    def _on_slid(self, step: int) -> None:
        self._value = self._low + (self._high - self._low) * step / _STEPS
        self._said.setText(f"{self._value:.5g}")
        blocked = self._how.blockSignals(True)
        self.set_how("fixed")
        self._how.blockSignals(blocked)
        self._refresh()

    def _on_how_changed(self, *_: Any) -> None:
        self._refresh()

    def _refresh(self) -> None:
        """Show only what matters to the rule."""
        is_found = self.how in ("otsu", "log-otsu")
        is_control = self.how == "control"
        self._more.show_rows(threshold_scope=is_found, control=is_control)
        self.changed.emit()
