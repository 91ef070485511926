"""Controls that magicgui lacks: choices with tooltips, boxes to tick, optional numbers."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, NamedTuple

from magicgui.backends._qtpy.widgets import FloatSpinBox, QBaseRangedWidget
from magicgui.types import Undefined
from magicgui.widgets import CheckBox, ComboBox, Select
from magicgui.widgets.bases import CategoricalWidget, RangedWidget, ValuedContainerWidget
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QDoubleSpinBox, QListWidgetItem

from napari_seewhy.widgets.parts.forms.tame import tame

if TYPE_CHECKING:
    from collections.abc import Iterable

_ROW_PX = 24
_MAX_ROWS = 5


class Choice(NamedTuple):
    """One entry to choose: what it stands for, how it is shown, and whether it can be had now."""

    value: Any
    text: str = ""
    tooltip: str = ""
    is_enabled: bool = True


class _ShortSpinBox(QDoubleSpinBox):
    def textFromValue(self, value: float) -> str:
        """Show 0.5 and not 0.500."""
        return self.locale().toString(value, "g", 6)


class _ShortBackend(FloatSpinBox):
    def __init__(self, **kwargs: Any) -> None:
        QBaseRangedWidget.__init__(self, _ShortSpinBox, **kwargs)
        self._qwidget.setDecimals(3)


class ShortNumber(RangedWidget[float]):
    """A number with as many decimals as it has; the bounds hold."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget_type=_ShortBackend, **kwargs)

    def set_value(self, value: float) -> None:
        """Show the number, or the bound that is nearest to it."""
        super().set_value(min(max(value, self.min), self.max))


class OptionalNumber(ValuedContainerWidget[Any]):
    """A number that may be left out: a ticked box stands for `unset` (None, "max").

    Parameters
    ----------
    number
        Edits the number where there is one; it is shown when the box is not ticked.
    unset
        What the field holds where there is none.
    """

    def __init__(
        self, value: Any = Undefined, *, number: RangedWidget[Any], unset: Any, **kwargs: Any
    ) -> None:
        text = "automatic" if unset is None else str(unset)
        self.tick = CheckBox(value=True, text=text)
        self.tick.tooltip = f"Untick to give a number; otherwise: {text}."
        self.number, self.unset = number, unset
        kwargs |= {"nullable": True, "widgets": [self.tick, number]}
        super().__init__(layout="horizontal", labels=False, **kwargs)
        self.margins = (0, 0, 0, 0)
        number.visible = False
        self.tick.changed.connect(self._on_toggled)
        number.changed.connect(self._on_value_change)
        if value is not Undefined:
            self.set_value(value)

    def get_value(self) -> Any:
        """Return the number, or what stands for none."""
        return self.unset if self.tick.value else self.number.value

    def set_value(self, value: Any) -> None:
        """Show a number, or that there is none."""
        if value != self.unset:
            self.number.value = value
        self.tick.value = value == self.unset

    def suggest(self, value: float) -> None:
        """Start from this number when the box is unticked next; a number in use stays."""
        if self.tick.value:
            self.number.value = value

    def _on_toggled(self, is_unset: bool) -> None:
        self.number.visible = not is_unset
        self._on_value_change(self.value)


class _Offering(CategoricalWidget[Any]):
    """Choices with tooltips, in the order in which they are offered.

    magicgui's own `reset_choices` keeps old entries at their place and forgets the chosen one when
    its text changes, such as that of a layer that is renamed.
    """

    _offered: tuple[Choice, ...] = ()

    def offer(self, choices: Iterable[str | Choice]) -> None:
        """Offer other choices; what is chosen stays so where it is among them."""
        self._show(tuple(Choice(one) if isinstance(one, str) else one for one in choices))

    def reset_choices(self, *_: Any) -> None:
        """Show what is offered."""
        self._show(self._offered)

    def _show(self, offered: tuple[Choice, ...]) -> None:
        before, blocked = self.value, self.native.blockSignals(True)
        self._offered = offered
        with self.changed.blocked():
            self.native.clear()
            self.choices = [(one.text or str(one.value), one.value) for one in offered]
            model = self.native.model()
            for row, one in enumerate(offered):
                model.setData(model.index(row, 0), one.tooltip, Qt.ItemDataRole.ToolTipRole)
            self._restore(before)
        self.native.blockSignals(blocked)
        if self.value != before:
            self.changed.emit(self.value)

    @abstractmethod
    def _restore(self, before: Any) -> None:
        """Choose what was chosen before, as far as it is still offered."""

    def _admit(self, values: Iterable[Any]) -> None:
        """Offer these too, so that nothing is lost that options hold."""
        if missing := [Choice(value) for value in values if value not in self.choices]:
            self.offer([*self._offered, *missing])


class NameChoice(_Offering, ComboBox):
    """One of several names; one that is set and not offered is added."""

    def __init__(self, value: Any = Undefined, choices: Iterable[Any] = (), **kwargs: Any) -> None:
        self._offered = tuple(Choice(one, str(one)) for one in choices)
        super().__init__(**kwargs)
        tame(self.native)
        if value is not Undefined:
            self.value = value

    @property
    def value(self) -> Any:
        """The chosen name, "" where there is none."""
        return self.get_value() or ""

    @value.setter
    def value(self, value: Any) -> None:
        self._admit([value])
        self.set_value(value)

    def _restore(self, before: Any) -> None:
        self.set_value(before if before in self.choices or not self.choices else self.choices[0])
        for row, one in enumerate(self._offered):
            self.native.model().item(row).setEnabled(one.is_enabled)

    def _on_value_change(self, value: Any = None) -> None:
        self.changed.emit(value)


class Ticks(_Offering, Select):
    """Any number of several names, each with a box to tick; one that is not offered is added.

    Parameters
    ----------
    are_ticked
        Whether those that come are ticked at first.
    """

    def __init__(self, value: Any = Undefined, *, are_ticked: bool = False, **kwargs: Any) -> None:
        self._are_ticked = are_ticked
        self._turned: list[Any] = []
        super().__init__(**kwargs)
        self.native.itemChanged.connect(self._on_item_changed)
        if value is not Undefined:
            self.value = value

    @property
    def value(self) -> tuple[Any, ...]:
        """What is ticked, in the order in which it is offered."""
        offered = [one.value for one in self._offered]
        return tuple(value for value in offered if (value in self._turned) != self._are_ticked)

    @value.setter
    def value(self, value: Iterable[Any]) -> None:
        before, ticked = self.value, list(value)
        self._admit(ticked)
        offered = [one.value for one in self._offered]
        self._turned = [one for one in offered if (one in ticked) != self._are_ticked]
        self.reset_choices()
        if self.value != before:
            self.changed.emit(self.value)

    def _restore(self, before: Any) -> None:
        ticked = self.value
        for row, one in enumerate(self._offered):
            is_ticked = one.value in ticked
            self.native.item(row).setCheckState(
                Qt.CheckState.Checked if is_ticked else Qt.CheckState.Unchecked
            )
        self.native.setFixedHeight(_ROW_PX * min(max(len(self._offered), 1), _MAX_ROWS) + 4)

    def _on_item_changed(self, item: QListWidgetItem) -> None:
        value = self._offered[self.native.row(item)].value
        is_ticked = item.checkState() == Qt.CheckState.Checked
        self._turned = [other for other in self._turned if other is not value]
        if is_ticked != self._are_ticked:
            self._turned.append(value)
        self.changed.emit(self.value)

    def _on_value_change(self, value: Any = None) -> None:
        """Pass over which line is lit: what counts is what is ticked."""
