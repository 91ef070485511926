from __future__ import annotations

import pytest

from napari_seewhy.errors import FileError
from napari_seewhy.inputs import find_inputs


@pytest.fixture
def folder(tmp_path):
    for name in ("b.TIF", "a.tif", "note.txt", ".hidden.tif", "sub/c.png", "日本 語.tif"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    return tmp_path


def names(paths):
    return [path.name for path in paths]


def test_a_folder_gives_its_images_sorted_and_nothing_deeper_or_hidden(folder):
    assert names(find_inputs([folder])) == ["a.tif", "b.TIF", "日本 語.tif"]


def test_a_glob_reaches_deeper_and_a_file_named_twice_is_listed_once(folder):
    found = find_inputs([folder / "a.tif", f"{folder}/**/*"])
    assert names(found) == ["a.tif", "b.TIF", "c.png", "日本 語.tif"]


def test_a_file_named_outright_is_taken_whatever_its_ending(folder):
    assert names(find_inputs([folder / "note.txt"])) == ["note.txt"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("none.tif", "does not exist"),
        ("none*.tif", "Nothing matches"),
        ("empty", "holds no file to read; wanted one of .*.tif"),
    ],
)
def test_what_names_nothing_is_refused(folder, given, message):
    (folder / "empty").mkdir()
    with pytest.raises(FileError, match=message):
        find_inputs([folder / given])


def test_no_input_at_all_is_refused():
    with pytest.raises(FileError, match="at least one"):
        find_inputs([])
