"""Editors: one control for each kind of field that options have."""

from __future__ import annotations

from typing import Any, NamedTuple

from qtpy.QtCore import QEvent, QObject, Qt, Signal
from qtpy.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSpinBox,
    QWidget,
)

_ROW_PX = 24
_WHOLE_LIMIT = 2**31 - 1
"""Largest whole number that Qt's spin box can hold, and the smallest with a minus before it."""

_FIRST = 10
"""What a number starts from that was left out so far and that nobody suggested."""


class Choice(NamedTuple):
    """One entry to choose: what it stands for, how it is shown, and whether it can be had now."""

    value: str
    text: str = ""
    tooltip: str = ""
    is_enabled: bool = True


class Editor(QWidget):
    """A control for one field; `value` and `set_value` speak the field's own type."""

    changed = Signal()

    def __init__(self, control: QWidget) -> None:
        super().__init__()
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.addWidget(control, 1)
        self.setFocusProxy(control)

    def value(self) -> Any:
        """Return what is chosen."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show `value`."""
        raise NotImplementedError


class WheelGuard(QObject):
    """Keeps the wheel for scrolling: a control takes it only once it was clicked."""

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802
        """Refuse wheel events of a control without focus."""
        if (
            isinstance(watched, QWidget)
            and event is not None
            and event.type() == QEvent.Type.Wheel
            and not watched.hasFocus()
        ):
            event.ignore()
            return True
        return False


def _guard(control: QWidget) -> None:
    control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    control.installEventFilter(WheelGuard(control))


class _ShortSpinBox(QDoubleSpinBox):
    def textFromValue(self, value: float) -> str:  # noqa: N802
        """Show 0.5 and not 0.500."""
        return self.locale().toString(value, "g", 6)


class NumberEditor(Editor):
    """A number between bounds; of whole ones those within ±2,147,483,647."""

    def __init__(self, *, is_whole: bool, low: float | None, high: float | None) -> None:
        spin: Any = QSpinBox() if is_whole else _ShortSpinBox()
        super().__init__(spin)
        self.spin = spin
        if not is_whole:
            spin.setDecimals(3)
        spin.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        bounds = (-1e9 if low is None else low, 1e9 if high is None else high)
        spin.setRange(*(map(_to_whole, bounds) if is_whole else map(float, bounds)))
        spin.setKeyboardTracking(False)
        _guard(spin)
        spin.valueChanged.connect(self.changed)

    def value(self) -> int | float:
        """Return the number."""
        return self.spin.value()

    def set_value(self, value: float) -> None:
        """Show a number; a whole one is rounded, and the bounds hold."""
        self.spin.setValue(_to_whole(value) if isinstance(self.spin, QSpinBox) else value)


def _to_whole(value: float) -> int:
    return max(-_WHOLE_LIMIT, min(round(value), _WHOLE_LIMIT))


class UnsetEditor(Editor):
    """A number that may be left out: a ticked box stands for `unset` (None, "max").

    Parameters
    ----------
    number
        Edits the number where there is one; it is shown when the box is not ticked.
    unset
        What the field holds where there is none.
    text
        What the box says: "automatic", "max".
    """

    def __init__(self, number: NumberEditor, unset: Any, text: str) -> None:
        self.tick = QCheckBox(text)
        super().__init__(self.tick)
        self._number, self._unset = number, unset
        number.set_value(_FIRST)
        self.row.addWidget(number, 1)
        self.tick.setToolTip(f"Untick to give a number; otherwise: {text}.")
        self.tick.toggled.connect(self._on_toggled)
        number.changed.connect(self.changed)
        self.tick.setChecked(True)

    def value(self) -> Any:
        """Return the number, or what stands for none."""
        return self._unset if self.tick.isChecked() else self._number.value()

    def set_value(self, value: Any) -> None:
        """Show a number, or that there is none."""
        if value != self._unset:
            self._number.set_value(value)
        self.tick.setChecked(value == self._unset)

    def suggest(self, value: float) -> None:
        """Start from this number when the box is unticked next; a number in use stays."""
        if self.tick.isChecked():
            self._number.set_value(value)

    def _on_toggled(self, is_unset: bool) -> None:
        self._number.setVisible(not is_unset)
        self.changed.emit()


class ChoiceEditor(Editor):
    """One of several names."""

    def __init__(self, choices: list[Choice]) -> None:
        self._combo = QComboBox()
        super().__init__(self._combo)
        # A long name shall not widen the dock.
        self._combo.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._combo.setMinimumContentsLength(4)
        _guard(self._combo)
        self.set_choices(choices)
        self._combo.currentIndexChanged.connect(self.changed)

    def set_choices(self, choices: list[Choice]) -> None:
        """Offer other names; the chosen one stays where it is among them."""
        chosen = self.value()
        blocked = self._combo.blockSignals(True)
        self._combo.clear()
        for row, choice in enumerate(choices):
            self._combo.addItem(choice.text or choice.value, choice.value)
            self._combo.setItemData(row, choice.tooltip, Qt.ItemDataRole.ToolTipRole)
            item = self._combo.model().item(row)
            item.setEnabled(choice.is_enabled)
        self._combo.setCurrentIndex(max(0, self._combo.findData(chosen)))
        self._combo.blockSignals(blocked)
        if self.value() != chosen:
            self.changed.emit()

    def value(self) -> str:
        """Return the chosen name."""
        return self._combo.currentData() or ""

    def set_value(self, value: str) -> None:
        """Choose a name; one that is not offered is added, so that nothing is lost."""
        if self._combo.findData(value) < 0:
            self._combo.addItem(value, value)
        self._combo.setCurrentIndex(self._combo.findData(value))


class FlagEditor(Editor):
    """Yes or no; the box carries the field's title itself."""

    def __init__(self, title: str) -> None:
        self._box = QCheckBox(title)
        super().__init__(self._box)
        self._box.toggled.connect(self.changed)

    def value(self) -> bool:
        """Return whether the box is ticked."""
        return self._box.isChecked()

    def set_value(self, value: bool) -> None:
        """Tick the box or not."""
        self._box.setChecked(value)


class TextEditor(Editor):
    """A line of text."""

    def __init__(self) -> None:
        self._line = QLineEdit()
        super().__init__(self._line)
        self._line.textChanged.connect(self.changed)

    def value(self) -> str:
        """Return the text without blanks about it."""
        return self._line.text().strip()

    def set_value(self, value: str) -> None:
        """Show a text."""
        self._line.setText(value)


class NamesEditor(Editor):
    """Any number of several names, each with a box to tick."""

    def __init__(self, choices: list[Choice]) -> None:
        self._list = QListWidget()
        super().__init__(self._list)
        self.set_choices(choices)
        self._list.itemChanged.connect(self.changed)

    def set_choices(self, choices: list[Choice]) -> None:
        """Offer other names; those that are ticked stay ticked where they are among them."""
        ticked = self.value()
        blocked = self._list.blockSignals(True)
        self._list.clear()
        for choice in choices:
            self._add(choice, is_ticked=choice.value in ticked)
        self._list.setFixedHeight(_ROW_PX * min(max(len(choices), 1), 5) + 4)
        self._list.blockSignals(blocked)
        if self.value() != ticked:
            self.changed.emit()

    def _add(self, choice: Choice, *, is_ticked: bool) -> None:
        item = QListWidgetItem(choice.text or choice.value, self._list)
        item.setData(Qt.ItemDataRole.UserRole, choice.value)
        item.setToolTip(choice.tooltip)
        item.setCheckState(Qt.CheckState.Checked if is_ticked else Qt.CheckState.Unchecked)

    def value(self) -> tuple[str, ...]:
        """Return the ticked names."""
        items = [self._list.item(row) for row in range(self._list.count())]
        return tuple(
            item.data(Qt.ItemDataRole.UserRole)
            for item in items
            if item.checkState() == Qt.CheckState.Checked
        )

    def set_value(self, value: Any) -> None:
        """Tick these names; one that is not offered is added, so that nothing is lost."""
        offered = {}
        for row in range(self._list.count()):
            item = self._list.item(row)
            offered[item.data(Qt.ItemDataRole.UserRole)] = item
        for name in value:
            if name not in offered:
                self._add(Choice(name), is_ticked=True)
        for name, item in offered.items():
            item.setCheckState(Qt.CheckState.Checked if name in value else Qt.CheckState.Unchecked)
