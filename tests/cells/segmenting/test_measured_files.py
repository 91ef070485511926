"""Measuring image files: tables, conditions, and an image that fails."""

from __future__ import annotations

import pandas as pd
import pytest

from napari_seewhy.cells.segmenting import LabelSource, MeasureWork, list_folder
from napari_seewhy.cells.segmenting.measured_files import measure_files_steps
from napari_seewhy.errors import OptionError
from napari_seewhy.files import read_json
from napari_seewhy.images import write_image, write_labels
from napari_seewhy.progress import finish


@pytest.fixture
def work(tmp_path, tiny_image, tiny_labels) -> MeasureWork:
    for name in ("a", "b"):
        write_image(tmp_path / "in" / f"{name}.ome.tif", tiny_image)
    write_labels(tmp_path / "labels" / "a_labels.ome.tif", tiny_labels)
    return MeasureWork(tmp_path / "out", LabelSource(tmp_path / "labels"))


def test_the_table_of_all_holds_what_was_measured_and_its_condition(work, tmp_path) -> None:
    jobs = list_folder(tmp_path / "in")
    done = finish(measure_files_steps(jobs, work, {"a": "drug", "b": "none"}))
    assert [outcome.status for outcome in done.outcomes] == ["done", "failed"]
    cells = pd.read_csv(done.table)
    assert cells["mean_DNA"].tolist() == [150, 200, 250, 300, 350]
    assert set(cells["condition"]) == {"drug"}
    chosen = read_json(work.out / "a_measure_record.json")["options"]
    assert chosen["measure"]["background"] == "local"
    assert "segment" not in chosen


def test_a_folder_of_labels_that_is_not_there_is_refused(work, tmp_path) -> None:
    absent = MeasureWork(work.out, LabelSource(tmp_path / "absent"))
    with pytest.raises(OptionError, match="is no folder"):
        finish(measure_files_steps(list_folder(tmp_path / "in"), absent, {}))
