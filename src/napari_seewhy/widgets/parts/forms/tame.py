"""What no control of ours does: turn with the wheel, widen the dock, or hide half of a name."""

from __future__ import annotations

from qtpy.QtCore import QEvent, QObject, QRegularExpression, Qt
from qtpy.QtGui import QRegularExpressionValidator
from qtpy.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QStyle,
    QStyleOptionComboBox,
    QToolTip,
    QWidget,
)


class _WheelGuard(QObject):
    """Keeps the wheel for scrolling: a control takes it only once it was clicked."""

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
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


class _WholeNames(QObject):
    """Shows names whole that are longer than their box: in the open list, and in the tooltip."""

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Widen the list before it opens, and put the chosen name before the tooltip."""
        if not isinstance(watched, QComboBox) or event is None:
            return False
        if event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.KeyPress):
            view = watched.view()
            view.setMinimumWidth(view.sizeHintForColumn(0) + 2 * view.frameWidth())
        if event.type() == QEvent.Type.ToolTip and self._is_cut(watched):
            told = "\n".join(filter(None, (watched.currentText(), watched.toolTip())))
            QToolTip.showText(event.globalPos(), told, watched)
            return True
        return False

    @staticmethod
    def _is_cut(box: QComboBox) -> bool:
        """Say whether the name in the box is longer than the box."""
        option = QStyleOptionComboBox()
        box.initStyleOption(option)
        place = box.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox,
            option,
            QStyle.SubControl.SC_ComboBoxEditField,
            box,
        )
        return box.fontMetrics().horizontalAdvance(box.currentText()) > place.width()


def show_whole_names(box: QComboBox) -> None:
    """Show names whole that are longer than their box, as far as that is not done yet."""
    if box.findChild(_WholeNames) is None:
        box.installEventFilter(_WholeNames(box))


def tame(control: QComboBox | QAbstractSpinBox) -> None:
    """Keep a control from turning with the wheel, and from widening the dock by a long name."""
    control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    control.installEventFilter(_WheelGuard(control))
    if isinstance(control, QComboBox):
        show_whole_names(control)
        control.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        control.setMinimumContentsLength(4)
        return
    control.setKeyboardTracking(False)
    if not isinstance(control, QDoubleSpinBox):
        # A lone minus would be taken for a whole number, of which none here is negative.
        digits = QRegularExpression(r"\d*")
        control.lineEdit().setValidator(QRegularExpressionValidator(digits, control))
