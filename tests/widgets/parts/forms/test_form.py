"""A form read from options: real controls, and what they say back."""

from __future__ import annotations

from typing import Literal

import pytest
from pydantic import Field
from qtpy.QtCore import QPoint, QPointF, Qt
from qtpy.QtGui import QWheelEvent
from qtpy.QtWidgets import QApplication, QLabel, QLineEdit, QToolButton, QVBoxLayout, QWidget

from napari_seewhy.blocks.pairing import StainPairOptions
from napari_seewhy.errors import OptionError
from napari_seewhy.images import ZPlane
from napari_seewhy.options import Options
from napari_seewhy.samples.splitting.options import SplitOptions
from napari_seewhy.widgets.parts.forms.editors import Choice
from napari_seewhy.widgets.parts.forms.form import OptionsForm

pytestmark = pytest.mark.widgets


class TasteOptions(Options):
    """One field of each kind."""

    width_px: int = Field(8, ge=2, le=64, title="Width (px)", description="How wide it becomes.")
    blur: float = Field(1.5, ge=0, title="Blur")
    diameter_um: float | None = Field(None, gt=0, title="Diameter (µm)")
    z_plane: ZPlane = Field("max", title="Z plane")
    shape: Literal["round", "square"] = Field("round", title="Shape")
    drop_border: bool = Field(False, title="Drop at border", description="Leaves out cut cells.")
    channel: str = Field("0", title="Channel")
    note: str = Field("", title="Note")
    spots: tuple[str, ...] = Field((), title="Spots in")
    seed: int = Field(0, ge=0, title="Seed", json_schema_extra={"advanced": True})


@pytest.fixture
def form(qtbot) -> OptionsForm[TasteOptions]:
    form = OptionsForm(TasteOptions, hidden=("note",), names=("channel",))
    form["channel"].offer([Choice("0", "0: DNA"), Choice("1", "1: Golgi")])
    form["spots"].offer(["DNA", "Golgi"])
    qtbot.addWidget(form)
    form.show()
    return form


CHOSEN = TasteOptions(
    width_px=20,
    blur=0.25,
    diameter_um=12.5,
    z_plane=3,
    shape="square",
    drop_border=True,
    channel="1",
    note="kept",
    spots=("Golgi",),
    seed=7,
)


def test_a_new_form_says_the_defaults(form) -> None:
    assert form.options() == TasteOptions()


def test_what_is_set_comes_back_with_the_hidden_fields(form) -> None:
    form.set_options(CHOSEN)
    assert form.options() == CHOSEN
    form.set_options(TasteOptions())
    assert form.options() == TasteOptions()


def test_title_tooltip_and_bounds_come_from_the_declaration(form) -> None:
    spin = form["width_px"].native
    assert (spin.minimum(), spin.maximum()) == (2, 64)
    labels = {label.text(): label.toolTip() for label in form.findChildren(QLabel)}
    assert labels["Width (px)"] == "How wide it becomes."
    box = form["drop_border"].native
    assert box.text() == "Drop at border"


def test_typing_and_clicking_change_the_options(form, qtbot) -> None:
    spin = form["width_px"].native
    spin.selectAll()
    qtbot.keyClicks(spin, "32")
    qtbot.keyClick(spin, Qt.Key.Key_Return)
    with qtbot.waitSignal(form.changed):
        qtbot.mouseClick(
            form["drop_border"].native,
            Qt.MouseButton.LeftButton,
            pos=QPoint(8, 8),
        )
    form["shape"].native.setCurrentText("square")
    item = form["spots"].native.item(0)
    item.setCheckState(Qt.CheckState.Checked)
    assert form.options() == TasteOptions(
        width_px=32, drop_border=True, shape="square", spots=("DNA",)
    )


def test_a_number_that_may_be_left_out_is_hidden_while_its_box_is_ticked(form) -> None:
    editor = form["diameter_um"]
    spin = editor.number.native
    assert editor.tick.text == "automatic"
    assert not spin.isVisible()
    editor.suggest(11.5)
    editor.tick.native.click()
    assert spin.isVisible()
    assert spin.text() == "11.5"
    assert form.options().diameter_um == 11.5
    spin.setValue(14)
    editor.suggest(11.5)
    assert form.options().diameter_um == 14
    editor.tick.native.click()
    assert form.options().diameter_um is None


def test_a_stack_is_projected_unless_a_plane_is_given(form) -> None:
    editor = form["z_plane"]
    assert editor.tick.text == "max"
    editor.tick.native.click()
    editor.number.native.setValue(4)
    assert form.options().z_plane == 4


def test_new_names_keep_the_choice_where_it_is_among_them(form, qtbot) -> None:
    form.set_options(CHOSEN)
    form["channel"].offer([Choice("1", "Golgi"), Choice("2", "Actin")])
    assert form.options().channel == "1"
    form["channel"].offer([Choice("2", "Actin")])
    with qtbot.waitSignal(form.changed):
        form["spots"].offer(["Actin"])
    assert form.options().channel == "2"
    assert form.options().spots == ()


def test_a_choice_that_cannot_be_had_is_off_and_says_why(form) -> None:
    form["channel"].offer(["0", Choice("9", "cellpose", "pip install cellpose", is_enabled=False)])
    combo = form["channel"].native
    assert not combo.model().item(1).isEnabled()
    assert combo.itemData(1, Qt.ItemDataRole.ToolTipRole) == "pip install cellpose"


def test_rarely_needed_fields_are_folded_away(form, qtbot) -> None:
    spin = form["seed"].native
    assert not spin.isVisible()
    qtbot.mouseClick(form.findChild(QToolButton), Qt.MouseButton.LeftButton)
    assert spin.isVisible()


def test_what_is_folded_away_is_created_when_it_is_asked_for(form, qtbot) -> None:
    form.show_rows(seed=False)
    assert form.options() == TasteOptions()
    form.set_options(TasteOptions(width_px=9))
    assert "seed" not in form._controls
    form.set_options(CHOSEN)
    assert form._controls["seed"].value == CHOSEN.seed
    assert form.options(note="kept") == CHOSEN.change(seed=0)
    form.show_rows(seed=True)
    assert form.options() == CHOSEN


def test_the_keyboard_goes_from_the_fold_to_what_was_folded_away(qtbot) -> None:
    page, after = QWidget(), QLineEdit()
    form = OptionsForm(TasteOptions, parent=page)
    rows = QVBoxLayout(page)
    rows.addWidget(form)
    rows.addWidget(after)
    qtbot.addWidget(page)
    fold = form.findChild(QToolButton)
    page.show()
    assert fold.nextInFocusChain() is after
    fold.click()
    passed = [fold.nextInFocusChain()]
    while passed[-1] is not after:
        passed.append(passed[-1].nextInFocusChain())
    assert form["seed"].native in passed


def test_a_row_that_is_left_out_has_its_default(form) -> None:
    form.set_options(CHOSEN)
    form.show_rows(diameter_um=False, drop_border=False)
    assert not form["diameter_um"].native.isVisible()
    assert form.options() == CHOSEN.change(diameter_um=None, drop_border=False)
    form.show_rows(diameter_um=True, drop_border=True)
    assert form.options() == CHOSEN


def test_changes_of_the_widget_win_and_are_checked(form) -> None:
    assert form.options(note="from the layer").note == "from the layer"
    with pytest.raises(OptionError, match="width_px"):
        form.options(width_px=1000)


def test_the_wheel_scrolls_and_changes_no_number(form) -> None:
    spin = form["width_px"].native
    form.setFocus()
    at = QPointF(spin.rect().center())
    turn = QWheelEvent(
        at,
        QPointF(spin.mapToGlobal(spin.rect().center())),
        QPoint(0, 120),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(spin, turn)
    assert form.options().width_px == 8


def test_text_is_taken_without_blanks(qtbot) -> None:
    form = OptionsForm(TasteOptions)
    qtbot.addWidget(form)
    form["note"].native.setText("  why \n")
    assert form.options().note == "why"


@pytest.mark.parametrize("given", [5, 2**32 - 1])
def test_a_seed_of_any_size_is_shown_and_kept(qtbot, given) -> None:
    form = OptionsForm(SplitOptions)
    qtbot.addWidget(form)
    form.set_options(SplitOptions(seed=given))
    assert form["seed"].native.text() == str(given)
    assert form.options().seed == given


def test_a_whole_number_takes_digits_alone(form, qtbot) -> None:
    spin = form["width_px"].native
    spin.selectAll()
    qtbot.keyClicks(spin, "-")
    qtbot.keyClicks(spin, "12")
    qtbot.keyClick(spin, Qt.Key.Key_Return)
    assert form.options().width_px == 12


def test_a_number_beyond_its_bounds_is_shown_as_the_nearest(qtbot) -> None:
    form = OptionsForm(TasteOptions)
    qtbot.addWidget(form)
    form.set_options(TasteOptions(diameter_um=0.0001))
    assert form.options().diameter_um == 0.001


def test_a_file_is_chosen_by_a_line_that_may_stay_empty(qtbot, tmp_path) -> None:
    form = OptionsForm(StainPairOptions)
    qtbot.addWidget(form)
    assert form.options().table is None
    qtbot.keyClicks(form["table"].line_edit.native, str(tmp_path / "dishes.csv"))
    assert form.options().table == tmp_path / "dishes.csv"
    form["table"].line_edit.native.clear()
    assert form.options().table is None
