"""`OptionsForm`: the controls for a verb's options, made by magicgui from their declaration."""

from __future__ import annotations

from types import UnionType
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, Union, get_args, get_origin

from magicgui.type_map import TypeMap
from magicgui.widgets import Container, FileEdit
from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QAbstractSpinBox, QLabel, QToolButton, QVBoxLayout, QWidget

from napari_seewhy.options import Options
from napari_seewhy.widgets.parts.forms.editors import (
    NameChoice,
    OptionalNumber,
    ShortNumber,
    Ticks,
)
from napari_seewhy.widgets.parts.forms.tame import tame
from napari_seewhy.widgets.parts.viewer import settle

if TYPE_CHECKING:
    from collections.abc import Collection

    from pydantic.fields import FieldInfo

OptionsT = TypeVar("OptionsT", bound=Options)

_SMALLEST = 1e-3
"""A number that must be greater than a bound is at least so much greater: the last digit shown."""

_LIMIT = 2**53
"""Where a field has no bound: whole numbers up to here are exact everywhere."""

_FIRST = 10
"""What a number starts from that was left out so far and that nobody suggested."""

_WIDER_FONT = 1.25
"""How much wider a text is in napari's window than by the font of the application."""

_TYPES = TypeMap()
"""Ours alone: registered for everybody, they would change the forms of other plugins."""

_TYPES.register_type(float, widget_type=ShortNumber)
_TYPES.register_type(tuple[str, ...], widget_type=Ticks)


class OptionsForm(QWidget, Generic[OptionsT]):
    """One labelled control per field of an `Options` class, rarely needed ones folded away.

    Title, tooltip, bounds, default and the kind of control come from the field; a field that is
    declared with ``json_schema_extra={"advanced": True}`` is folded away. ``form["width_px"]`` is
    the control of a field, a widget of magicgui with a `value`.

    Parameters
    ----------
    options_class
        What is chosen here.
    hidden
        Fields that the widget settles in another way, such as by a layer.
    advanced
        More fields to fold away.
    names
        Fields of type str that are chosen from names: ``form["channel"].offer(names)``.
    """

    changed = Signal()

    def __init__(
        self,
        options_class: type[OptionsT],
        *,
        hidden: Collection[str] = (),
        advanced: Collection[str] = (),
        names: Collection[str] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._class = options_class
        self._names = names
        self._kept: dict[str, Any] = {}
        self._rare: dict[str, FieldInfo] = {}
        self._controls: dict[str, Any] = {}
        self._left_out: set[str] = set()
        usual: dict[str, FieldInfo] = {}
        for name, field in options_class.model_fields.items():
            if name in hidden:
                self._kept[name] = _default(field)
            elif name in advanced or _is_advanced(field):
                self._rare[name] = field
            else:
                usual[name] = field

        self._fold = QToolButton()
        self._fold.setText("More options")
        self._fold.setToolTip("Shows options that are rarely needed.")
        self._fold.setCheckable(True)
        self._fold.setAutoRaise(True)
        self._fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._fold.toggled.connect(self._on_folded)
        self._parts = [self._create_part(usual)]
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._parts[0].native)
        layout.addWidget(self._fold)
        self._fold.setVisible(bool(self._rare))
        self._on_folded(is_open=False)

    def __getitem__(self, name: str) -> Any:
        """Return the control of a field."""
        if name in self._rare:
            self._create_rare()
        return self._controls[name]

    def values(self) -> dict[str, Any]:
        """Return what is chosen in the fields that are shown, not checked as a whole."""
        values = {name: _default(field) for name, field in self._rare.items()}
        values |= {name: control.value for name, control in self._controls.items()}
        return {
            name: v.strip() if isinstance(v, str) else v
            for name, v in values.items()
            if name not in self._left_out
        }

    def options(self, **changes: Any) -> OptionsT:
        """Return what is chosen.

        Parameters
        ----------
        changes
            Fields that the widget settles in another way.

        Raises
        ------
        OptionError
            If the choices do not fit together.
        """
        return self._class(**(self._kept | self.values() | changes))

    def set_options(self, options: OptionsT) -> None:
        """Show other choices."""
        values = dict(options)
        self._kept = {name: values[name] for name in self._kept}
        if any(values[name] != _default(field) for name, field in self._rare.items()):
            self._create_rare()
        for part in self._parts:
            part.update(values)

    def show_rows(self, **is_shown: bool) -> None:
        """Show or leave out fields; one that is left out has its default in `options`."""
        for name, shown in is_shown.items():
            self._left_out -= {name}
            self._left_out |= set() if shown else {name}
            if name in self._controls:
                self._controls[name].visible = shown

    def _create_part(self, fields: dict[str, FieldInfo]) -> Container[Any]:
        """Create the controls of some fields, below each other."""
        created = {
            name: _create_control(name, field, is_name=name in self._names)
            for name, field in fields.items()
        }
        self._controls |= created
        part = stack_rows(*created.values())
        for name in self._left_out & created.keys():
            created[name].visible = False
        for spin in part.native.findChildren(QAbstractSpinBox):
            tame(spin)
        part.changed.connect(self._on_changed)
        return part

    def _create_rare(self) -> None:
        """Create the rarely needed controls when they are first asked for: most people never do."""
        if not self._rare:
            return
        rare, self._rare = self._rare, {}
        part = self._create_part(rare)
        part.native.setVisible(self._fold.isChecked())
        self._parts.append(part)
        self.layout().addWidget(part.native)
        before: QWidget = self._fold
        for control in part.native.findChildren(QWidget):
            # Qt takes them in the order in which they were created, which is now the last. The list
            # of a combo box is a window of its own.
            is_here = control.window() is before.window()
            if is_here and control.focusPolicy() & Qt.FocusPolicy.TabFocus:
                QWidget.setTabOrder(before, control)
                before = control

    def _on_changed(self) -> None:
        self.changed.emit()

    def _on_folded(self, is_open: bool) -> None:
        if is_open:
            self._create_rare()
        for part in self._parts[1:]:
            part.native.setVisible(is_open)
        self._fold.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
        settle(self)


def stack_rows(*controls: Any) -> Container[Any]:
    """Stack controls below each other, each with its label; the `native` of it is Qt's widget."""
    rows: Container[Any] = Container()
    rows.margins = (0, 0, 0, 0)
    # One by one: of those that are there from the start magicgui does not align the labels.
    rows.extend(controls)
    for label in rows.native.findChildren(QLabel):
        # magicgui measures by the font of the application; that of napari's window is wider.
        label.setMinimumWidth(round(_WIDER_FONT * label.minimumWidth()))
    return rows


def _default(field: FieldInfo) -> Any:
    return field.get_default(call_default_factory=True)


def _is_advanced(field: FieldInfo) -> bool:
    extra = field.json_schema_extra
    return isinstance(extra, dict) and bool(extra.get("advanced"))


def _create_control(name: str, field: FieldInfo, *, is_name: bool) -> Any:
    """Have magicgui create the control of a field by its type."""
    kind: Any = field.annotation
    parts = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    number = next((part for part in parts if part in (int, float)), None)
    options: dict[str, Any] = {"tooltip": field.description}
    if number is not None and len(parts) > 1:
        unset = next((value for part in parts for value in get_args(part)), None)
        options |= {"widget_type": OptionalNumber, "unset": unset}
        options["number"] = _TYPES.create_widget(_FIRST, number, options=_bounds(field, number))
    elif number is not None:
        options |= _bounds(field, number)
    elif is_name or get_origin(kind) is Literal:
        options["widget_type"] = NameChoice
    control: Any = _TYPES.create_widget(
        _default(field), kind, name, label=field.title, options=options
    )
    control.native.setAccessibleName(control.label)
    if isinstance(control, FileEdit):
        control.choose_btn.text = "..."
    return control


_LIMITS = (("ge", "min", 0), ("gt", "min", 1), ("le", "max", 0), ("lt", "max", -1))
"""Kind of a bound, which end of the range it is, and by how many steps the end lies inside it."""


def _bounds(field: FieldInfo, number: type) -> dict[str, Any]:
    step = 1 if number is int else _SMALLEST
    found: dict[str, Any] = {"min": -_LIMIT, "max": _LIMIT}
    for bound in field.metadata:
        for name, end, n_steps in _LIMITS:
            if (limit := getattr(bound, name, None)) is not None:
                found[end] = limit + n_steps * step
    return found
