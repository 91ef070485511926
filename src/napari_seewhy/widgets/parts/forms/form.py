"""`OptionsForm`: the controls for a verb's options, read from their declaration."""

from __future__ import annotations

from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, Union, get_args, get_origin

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QFormLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from napari_seewhy.options import Options
from napari_seewhy.widgets.parts.forms.editors import (
    Choice,
    ChoiceEditor,
    Editor,
    FlagEditor,
    NamesEditor,
    NumberEditor,
    TextEditor,
    UnsetEditor,
)
from napari_seewhy.widgets.parts.viewer import settle

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pydantic.fields import FieldInfo

OptionsT = TypeVar("OptionsT", bound=Options)

_SMALLEST = 1e-3
"""A number that must be greater than a bound is at least so much greater: the last digit shown."""


class OptionsForm(QWidget, Generic[OptionsT]):
    """One labelled control per field of an `Options` class, rarely needed ones folded away.

    Title, tooltip, bounds, default and the kind of control come from the field; a field that is
    declared with ``json_schema_extra={"advanced": True}`` is folded away.

    Parameters
    ----------
    options_class
        What is chosen here.
    hidden
        Fields that the widget settles in another way, such as by a layer.
    advanced
        More fields to fold away.
    names
        Fields of type str, or of several str, that are chosen from names; `set_choices` says which.
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
        self._kept: dict[str, Any] = {}
        self._editors: dict[str, Editor] = {}
        self._labels: dict[str, QLabel] = {}
        self._left_out: set[str] = set()

        plain, self._folded = QWidget(), QWidget()
        layouts = {False: _form_layout(plain), True: _form_layout(self._folded)}
        for name, field in options_class.model_fields.items():
            default = field.get_default(call_default_factory=True)
            if name in hidden:
                self._kept[name] = default
                continue
            editor = _make_editor(field, is_name=name in names)
            editor.set_value(default)
            editor.changed.connect(self.changed)
            self._editors[name] = editor
            self._add_row(layouts[name in advanced or _is_advanced(field)], name, field)

        self._fold = QToolButton()
        self._fold.setText("More options")
        self._fold.setToolTip("Shows options that are rarely needed.")
        self._fold.setCheckable(True)
        self._fold.setAutoRaise(True)
        self._fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._fold.toggled.connect(self._on_folded)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for part in (plain, self._fold, self._folded):
            layout.addWidget(part)
        self._fold.setVisible(layouts[True].rowCount() > 0)
        self._on_folded(is_open=False)

    def values(self) -> dict[str, Any]:
        """Return what is chosen in the fields that are shown, not checked as a whole."""
        return {
            name: editor.value()
            for name, editor in self._editors.items()
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
        for name, value in options:
            if name in self._editors:
                self._editors[name].set_value(value)
            else:
                self._kept[name] = value

    def set_choices(self, name: str, choices: Sequence[str | Choice]) -> None:
        """Offer names for a field that was declared among `names`."""
        editor = self._editors[name]
        assert isinstance(editor, ChoiceEditor | NamesEditor)
        editor.set_choices([Choice(c) if isinstance(c, str) else c for c in choices])

    def editor(self, name: str) -> Editor:
        """Return the control of a field."""
        return self._editors[name]

    def show_rows(self, **is_shown: bool) -> None:
        """Show or leave out fields; one that is left out has its default in `options`."""
        for name, shown in is_shown.items():
            self._editors[name].setVisible(shown)
            if name in self._labels:
                self._labels[name].setVisible(shown)
            self._left_out -= {name}
            self._left_out |= set() if shown else {name}

    def _add_row(self, layout: QFormLayout, name: str, field: FieldInfo) -> None:
        editor = self._editors[name]
        editor.setToolTip(field.description or "")
        editor.setObjectName(name)
        if isinstance(editor, FlagEditor):
            layout.addRow(editor)
            return
        label = self._labels[name] = QLabel(field.title or name)
        label.setToolTip(field.description or "")
        label.setBuddy(editor)
        layout.addRow(label, editor)

    def _on_folded(self, is_open: bool) -> None:
        self._folded.setVisible(is_open)
        self._fold.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
        settle(self)


def _form_layout(part: QWidget) -> QFormLayout:
    layout = QFormLayout(part)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    return layout


def _is_advanced(field: FieldInfo) -> bool:
    extra = field.json_schema_extra
    return isinstance(extra, dict) and bool(extra.get("advanced"))


def _make_editor(field: FieldInfo, *, is_name: bool) -> Editor:
    """Choose the control for the type of a field."""
    annotation = field.annotation
    parts = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    if bool in parts:
        return FlagEditor(field.title or "")
    if int in parts or float in parts:
        number = _make_number(field, is_whole=float not in parts)
        return _with_unset(number, [part for part in parts if part not in (int, float)])
    if get_origin(annotation) is Literal:
        return ChoiceEditor([Choice(value) for value in get_args(annotation)])
    if get_origin(annotation) in (list, tuple):
        return NamesEditor([])
    return ChoiceEditor([]) if is_name else TextEditor()


def _with_unset(number: NumberEditor, others: list[Any]) -> Editor:
    if not others:
        return number
    if others == [NoneType]:
        return UnsetEditor(number, None, "automatic")
    (literal,) = (get_args(part)[0] for part in others)
    return UnsetEditor(number, literal, str(literal))


def _make_number(field: FieldInfo, *, is_whole: bool) -> NumberEditor:
    smallest = 1 if is_whole else _SMALLEST
    low: Any = None
    high: Any = None
    for bound in field.metadata:
        low = getattr(bound, "ge", low)
        high = getattr(bound, "le", high)
        if (above := getattr(bound, "gt", None)) is not None:
            low = above + smallest
        if (below := getattr(bound, "lt", None)) is not None:
            high = below - smallest
    return NumberEditor(is_whole=is_whole, low=low, high=high)
