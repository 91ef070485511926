"""Names of outputs: no two pictures share a file."""

from __future__ import annotations

from pathlib import Path

from napari_seewhy.cells.segmenting.files import ImageOutputs, name_outputs


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
