import numpy as np
import pandas as pd
import pytest
from qtpy.QtCore import Qt
from qtpy.QtGui import QGuiApplication

from napari_seewhy.widgets.parts.pictures.cells_table import CellsTable

pytestmark = pytest.mark.widgets

CELLS = pd.DataFrame(
    {"label": [1, 2, 3], "area_px": [30.0, np.nan, 10.0], "class": ["a", "b", "c"]}
)


def shown_column(table: CellsTable, column: int) -> list[str]:
    model = table.model()
    return [model.index(row, column).data() for row in range(model.rowCount())]


@pytest.fixture
def table(qtbot):
    table = CellsTable()
    qtbot.addWidget(table)
    table.set_cells(CELLS)
    table.show()
    return table


def click_row(qtbot, table, row):
    place = table.visualRect(table.model().index(row, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_it_shows_every_cell_in_the_order_of_the_table(table):
    assert shown_column(table, 0) == ["1", "2", "3"]
    assert shown_column(table, 1) == ["30", "", "10"]


def test_a_click_on_a_header_sorts_and_leaves_cells_without_value_last(qtbot, table):
    header = table.horizontalHeader()
    x = header.sectionViewportPosition(1) + 5
    for expected in (["3", "1", "2"], ["1", "3", "2"]):
        where = header.rect().center()
        where.setX(x)
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=where)
        assert shown_column(table, 0) == expected


def test_a_clicked_row_tells_its_place_in_the_table_whatever_the_order(qtbot, table):
    table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    with qtbot.waitSignal(table.picked) as picked:
        click_row(qtbot, table, 0)
    assert picked.args == [2]


def test_a_cell_picked_elsewhere_is_shown_and_not_reported_back(qtbot, table):
    table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    with qtbot.assertNotEmitted(table.picked):
        table.pick(0)
    assert table.currentIndex().row() == 1
    with qtbot.assertNotEmitted(table.picked):
        table.pick(None)
    assert not table.selectionModel().hasSelection()


def test_the_sorting_survives_a_new_table(table):
    table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    table.set_cells(CELLS.assign(area_px=[1.0, 2.0, 3.0]))
    assert shown_column(table, 0) == ["3", "2", "1"]


def test_a_table_of_no_cells_has_no_rows(table):
    table.set_cells(pd.DataFrame())
    assert table.model().rowCount() == 0


def test_ctrl_c_copies_the_selected_rows_in_their_order_with_all_digits(qtbot, table):
    table.set_cells(CELLS.assign(area_px=[1 / 3, 2.0, 10.0]))
    table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    click_row(qtbot, table, 0)
    place = table.visualRect(table.model().index(2, 0)).center()
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, shift, place)
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().text().splitlines()
    assert copied[0].split("\t") == ["label", "area_px", "class"]
    assert [line.split("\t")[0] for line in copied[1:]] == ["3", "2", "1"]
    assert copied[-1].split("\t")[1] == str(1 / 3)


def test_the_menu_of_the_right_button_offers_the_same(table):
    assert [action.text() for action in table.actions()] == ["Copy rows", "Select all rows"]
    table.actions()[1].trigger()
    table.actions()[0].trigger()
    assert len(QGuiApplication.clipboard().text().splitlines()) == 1 + len(CELLS)
