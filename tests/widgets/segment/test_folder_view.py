"""Segmenting a folder in a real viewer: real clicks, the files that are left, and resuming."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dask
import pandas as pd
import pytest
from qtpy.QtCore import QPoint, Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QFileDialog

from napari_seewhy.batch import run_steps
from napari_seewhy.engine import spread_steps
from napari_seewhy.errors import TaskError
from napari_seewhy.files import read_json
from napari_seewhy.images import read_labels, write_image
from napari_seewhy.progress import finish
from napari_seewhy.widgets.segment.widget import SegmentWidget

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.widgets.segment.folder_view import SegmentFolderView

pytestmark = pytest.mark.widgets


@pytest.fixture
def folder(tmp_path, tiny_image) -> Path:
    for name in ("a", "b"):
        write_image(tmp_path / "in" / f"{name}.ome.tif", tiny_image)
    (tmp_path / "in" / "broken.tif").write_bytes(b"no picture")
    return tmp_path


@pytest.fixture
def view(dock) -> SegmentFolderView:
    """The tab, after a click on its name."""
    widget = dock(SegmentWidget, "Segment cells")
    bar = widget._tabs.tabBar()
    place = next(i for i in range(bar.count()) if bar.tabText(i) == "A folder")
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(place).center())
    assert widget._tabs.currentWidget() is widget._folder
    return widget._folder.content


@pytest.fixture
def choose(click, monkeypatch):
    """Click the button of a folder line, and choose a folder in the dialog."""

    def choose(line, path: Path) -> None:
        monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(path))
        click(line._button)

    return choose


def texts(view) -> list[tuple[str, ...]]:
    table = view._table
    return [
        tuple(table.item(row, column).text() for column in range(3))
        for row in range(table.rowCount())
    ]


def test_a_folder_is_segmented_and_resumed(view, choose, run_task, folder) -> None:
    assert view.task_row.message == "Choose the folder with the images."
    choose(view._images, folder / "in")
    assert texts(view)[0] == ("a.ome.tif", "waiting", "")
    assert view._out.path == folder / "in" / "segmented"
    choose(view._out, folder / "out")
    view._form["channel"].value = "DNA"
    view.where["workers"].value = 2
    run_task(view.task_row)
    assert texts(view) == [
        ("a.ome.tif", "done", "5"),
        ("b.ome.tif", "done", "5"),
        ("broken.tif", "failed", ""),
    ]
    assert "broken.tif" in view._table.item(2, 0).toolTip()
    assert view.task_row.message.startswith("2 done, 1 failed.")
    assert read_labels(folder / "out" / "b_labels.ome.tif").labels.max() == 5
    cells = pd.read_csv(folder / "out" / "a_cells.csv")
    assert {"area_um2", "mean_DNA", "mean_Golgi", "confidence"} <= set(cells)
    chosen = read_json(folder / "out" / "a_record.json")["options"]
    assert (chosen["segment"]["channel"], chosen["segment"]["model"]) == ("DNA", "")
    (folder / "out" / "b_cells.csv").unlink()
    run_task(view.task_row)
    assert [status for _, status, _ in texts(view)] == ["skipped", "done", "failed"]


def test_another_choice_segments_again_unless_all_is_wanted(view, choose, run_task, folder) -> None:
    (folder / "in" / "broken.tif").unlink()
    choose(view._images, folder / "in")
    for name, value in (("method", "otsu"), ("cells", "expand")):
        view._form[name].value = value
    assert not view.model.isEnabled()
    run_task(view.task_row)
    out = folder / "in" / "segmented"
    assert read_labels(out / "a_cell_labels.ome.tif").labels.max() == 5
    assert read_json(out / "a_record.json")["options"]["segment"]["method"] == "otsu"
    run_task(view.task_row)
    assert [row[1] for row in texts(view)] == ["skipped"] * 2
    box = view._resume
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    run_task(view.task_row)
    assert [row[1] for row in texts(view)] == ["done"] * 2


def test_a_folder_without_images_says_so(view, choose, told, folder) -> None:
    (folder / "empty").mkdir()
    choose(view._images, folder / "empty")
    assert "holds no file to read" in told[0]
    assert view.task_row.message == "This folder holds no image."


def test_only_what_matters_to_the_choices_is_asked(view) -> None:
    def shown(*names: str) -> list[bool]:
        return [not view._form[name].native.isHidden() for name in names]

    assert shown("cell_channel", "cell_distance_um") == [False, False]
    assert shown("splitting", "min_confidence") == [False, True]
    view._form["cells"].value = "watershed"
    view._form["method"].value = "otsu"
    assert shown("cell_channel", "cell_distance_um") == [True, True]
    assert shown("splitting", "min_confidence") == [True, False]


def test_a_scheduler_that_is_set_for_dask_is_offered_and_one_that_is_away_told(
    dock, choose, folder, monkeypatch
) -> None:
    monkeypatch.setattr("napari_seewhy.engine.cluster._REACH_S", 1)
    with dask.config.set({"scheduler-address": "tcp://127.0.0.1:9"}):
        view = dock(SegmentWidget, "Segment cells")._folder.content
    choose(view._images, folder / "in")
    assert view.where.options().cluster == "tcp://127.0.0.1:9"
    with pytest.raises(TaskError, match="no Dask scheduler at tcp://127"):
        finish(spread_steps(run_steps, [], None, where=view.where.options()))
