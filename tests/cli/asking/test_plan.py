from __future__ import annotations

import pytest

from napari_seewhy.cli.asking.plan import plan_jobs
from napari_seewhy.errors import OptionError


def test_inputs_that_lead_to_nothing_are_listed_and_the_others_planned(tmp_path):
    (tmp_path / "a.tif").touch()
    (tmp_path / "empty").mkdir()
    given = [str(tmp_path / "a.tif"), str(tmp_path / "empty"), str(tmp_path / "gone.tif")]
    jobs, failures = plan_jobs(given, "0")
    assert [job.name for job in jobs] == ["a"]
    assert [failure.input for failure in failures] == given[1:]
    assert "holds no file to read" in failures[0].reason
    assert "does not exist" in failures[1].reason


def test_no_input_at_all_is_an_unusable_argument(tmp_path):
    with pytest.raises(OptionError, match="holds no file to read"):
        plan_jobs([str(tmp_path)], "0")


def test_labels_of_an_earlier_run_are_not_taken_from_a_folder(tmp_path):
    for name in ("a.tif", "a_labels.ome.tif", "a_cell_labels.ome.tif"):
        (tmp_path / name).touch()
    jobs, _ = plan_jobs([str(tmp_path)], "0")
    assert [job.path.name for job in jobs] == ["a.tif"]
    jobs, _ = plan_jobs([str(tmp_path / "a_labels.ome.tif")], "0")
    assert [job.path.name for job in jobs] == ["a_labels.ome.tif"]


def test_a_file_named_twice_is_one_job(tmp_path, monkeypatch):
    (tmp_path / "a.tif").touch()
    monkeypatch.chdir(tmp_path)
    jobs, _ = plan_jobs(["a.tif", str(tmp_path), "./*.tif"], "0")
    assert [job.path for job in jobs] == [tmp_path / "a.tif"]
