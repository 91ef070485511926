from __future__ import annotations

from pathlib import Path

import pytest

from napari_seewhy.cells.segmenting.image_jobs import name_outputs
from napari_seewhy.cells.segmenting.segmented_files import ImageOutputs
from napari_seewhy.cli.asking.plan import plan_jobs
from napari_seewhy.errors import OptionError


def names_of(*paths: str, scene: int | str = 0) -> list[str]:
    return list(name_outputs([(Path(path), scene) for path in paths]).values())


def test_names_without_a_clash_are_the_stems():
    assert names_of("/x/a.tif", "/y/b.ome.tif") == ["a", "b"]


def test_two_endings_of_one_stem_are_told_apart():
    assert names_of("/x/a.tif", "/x/a.png") == ["a_tif", "a_png"]


def test_two_folders_with_one_file_name_are_told_apart():
    assert names_of("/day1/a.tif", "/day2/a.tif", "/day2/b.tif") == [
        "day1_a_tif",
        "day2_a_tif",
        "b",
    ]


def test_a_name_ending_in_cell_does_not_share_files_with_whole_cells():
    names = names_of("/x/a.tif", "/x/a_cell.tif")
    files = [set(ImageOutputs(Path(), name).paths) for name in names]
    assert not files[0] & files[1]


def test_folders_of_one_name_get_digits_at_last():
    first, second = names_of("/1/day/a.tif", "/2/day/a.tif")
    assert first != second
    assert first.startswith("a_")
    assert second.startswith("a_")


def test_capitals_do_not_tell_files_apart():
    first, second = names_of("/x/A.tif", "/x/a.tif")
    assert first.casefold() != second.casefold()


def test_another_scene_has_a_name_of_its_own():
    assert names_of("/x/a.czi", scene=1) == ["a_scene-1"]
    assert names_of("/x/a.czi", scene="P1/A 2") == ["a_scene-P1-A-2"]


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
