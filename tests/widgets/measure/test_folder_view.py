"""Measuring a folder in a real viewer: labels of another folder, conditions, the table of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QFileDialog

from napari_seewhy.images import write_image, write_labels
from napari_seewhy.widgets.measure.widget import MeasureWidget

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.widgets.measure.folder_view import MeasureFolderView

pytestmark = pytest.mark.widgets


@pytest.fixture
def folder(tmp_path, tiny_image, tiny_labels) -> Path:
    for name in ("drug_A01", "drug_A02", "none_B01"):
        write_image(tmp_path / "in" / f"{name}.ome.tif", tiny_image)
        write_labels(tmp_path / "labels" / f"{name}_labels.ome.tif", tiny_labels)
    return tmp_path


@pytest.fixture
def view(dock, folder, click, monkeypatch) -> MeasureFolderView:
    """The tab after a click on its name, with the folders chosen."""
    widget = dock(MeasureWidget, "Measure cells")
    bar = widget._tabs.tabBar()
    place = next(i for i in range(bar.count()) if bar.tabText(i) == "A folder")
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(place).center())
    assert widget._tabs.currentWidget() is widget._folder
    view = widget._folder.content
    for line, name in ((view._images, "in"), (view._labels, "labels"), (view._out, "out")):
        monkeypatch.setattr(
            QFileDialog, "getExistingDirectory", lambda *_, name=name: str(folder / name)
        )
        click(line._button)
    return view


def test_a_folder_is_measured_with_conditions_by_name_and_by_table(
    view, folder, click, run_task, monkeypatch
) -> None:
    line = view._conditions
    QTest.keyClicks(line._pattern, "^([a-z]+)_")
    QTest.keyClick(line._pattern, Qt.Key.Key_Return)
    assert view._found.text() == "3 images, 2 conditions: drug, none."
    run_task(view.task_row)
    assert view.task_row.message.startswith("3 done")
    cells = pd.read_csv(folder / "out" / "cells.csv")
    assert cells.groupby("condition")["image"].nunique().to_dict() == {"drug": 2, "none": 1}
    assert len(cells) == 15
    single = pd.read_csv(folder / "out" / "none_B01_measured.csv")
    assert single["mean_DNA"].tolist() == cells["mean_DNA"].tolist()[10:]

    # Other conditions change the table of all, and no image is measured for it again.
    table = folder / "conditions.csv"
    pd.DataFrame({"well": ["A1", "A2", "B1"], "condition": [0, 1, 1]}).to_csv(table, index=False)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(table), ""))
    click(line._button)
    run_task(view.task_row)
    assert view.task_row.message.startswith("3 skipped")
    cells = pd.read_csv(folder / "out" / "cells.csv")
    assert cells.groupby("condition")["image"].nunique().to_dict() == {0: 1, 1: 2}


def test_conditions_that_say_nothing_of_an_image_are_told_before_it_runs(view) -> None:
    QTest.keyClicks(view._conditions._pattern, "^(plate)")
    QTest.keyClick(view._conditions._pattern, Qt.Key.Key_Return)
    assert "finds no group in drug_A01" in view._found.text()
    assert not view.task_row._button.isEnabled()
