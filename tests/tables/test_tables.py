"""Tables come back as they were written."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from napari_seewhy.errors import DataError, FileError, SeewhyWarning
from napari_seewhy.tables import (
    check_apart,
    check_columns,
    look_up,
    name_groups,
    read_table,
    write_table,
)


def test_a_table_comes_back_as_it_was_written(tmp_path):
    path = tmp_path / "cells.csv"
    table = pd.DataFrame({"label": [1, 2], "class": ['a, "b"', "NA"], "area": [0.1, 1 / 3]})
    write_table(path, table)
    assert path.read_bytes().count(b"\r") == 0
    pd.testing.assert_frame_equal(read_table(path, ["label"], ["class"]), table)
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_column_is_named_beside_those_that_are_there():
    with pytest.raises(DataError, match="cells has no column class; its columns are label"):
        check_columns(pd.DataFrame({"label": [1]}), ["label", "class"], "cells")


def _tell(named, image):
    table = pd.DataFrame({"image": named, "label": 1, "kind": range(len(named))})
    return look_up(table, "kind", pd.DataFrame({"label": [1]}), image).tolist()


@pytest.mark.parametrize(
    ("named", "image", "kind"),
    [
        (["/x/day1/field.tif", "/x/day2/field.tif"], "/x/day2/field.tif", 1),
        (["/x/day1/field.tif"], "/x/day2/field.tif", None),
        (["day1/field.tif", "day2/field.tif"], "/x/day1/field.tif", 0),
        (["/home/a/day1/field.tif", "/home/a/day2/field.tif"], "/mnt/b/day2/field.tif", 1),
        (["C:\\data\\day1\\field.tif", "C:\\data\\day2\\field.tif"], "/x/day1/field.tif", 0),
        (["/a/p1/day1/f.tif", "/a/p2/day1/f.tif"], "/b/p2/day1/f.tif", 1),
        (["./field.tif", "other.tif"], "/x/field.tif", 0),
        (["field", "other"], "/x/field.ome.tif", 0),
        (["field.tif", "field.png"], "/x/field.png", 1),
        (["old/field.tif"], "/x/new/field.tif", None),
        (["/elsewhere/field.tif"], "/x/new/field.tif", 0),
        (["/elsewhere/a/field.tif", "/elsewhere/b/field.tif"], "/x/new/field.tif", None),
    ],
)
def test_an_image_is_known_by_its_path_and_by_its_name_only_where_there_is_no_path(
    named, image, kind
):
    (found,) = _tell(named, image)
    assert found == kind if kind is not None else np.isnan(found)


def test_a_path_that_is_another_file_here_is_not_matched_by_its_last_folder(tmp_path):
    for name in ("a/raw/f.tif", "b/raw/f.tif"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    assert np.isnan(_tell([str(tmp_path / "a/raw/f.tif")], tmp_path / "b/raw/f.tif")).all()


def test_a_name_that_two_images_have_is_refused():
    images = ["/x/day1/field.tif", "/x/day2/field.tif"]
    check_apart(pd.DataFrame({"image": ["day1/field.tif", "day2/field"]}), images)
    check_apart(pd.DataFrame({"image": ["field"]}), images[:1])
    check_apart(pd.DataFrame({"label": [1]}), images)
    with pytest.raises(DataError, match=r"names field.tif, which may be /x/day1.* or /x/day2"):
        check_apart(pd.DataFrame({"image": ["field.tif"]}), images)


@pytest.mark.parametrize(
    ("paths", "groups"),
    [
        (["d1/f.tif", "d2/f.tif", "d2/g.tif"], ["d1/f", "d2/f", "g"]),
        (["d1/f.tif", "d1/f.png"], ["d1/f.tif", "d1/f.png"]),
        (["a/d/f.tif", "b/d/f.tif"], ["a/d/f.tif", "b/d/f.tif"]),
        (["f.tif", "f.tif"], ["f", "f"]),
    ],
)
def test_two_files_never_share_a_group_by_their_stem(paths, groups):
    assert name_groups(paths) == groups
    assert set(name_groups(paths, "[fg]")) <= {"f", "g"}


def test_what_a_spreadsheet_would_run_is_disarmed_and_comes_back(tmp_path):
    path = tmp_path / "cells.csv"
    names = ["=1+1", "+cmd|'/c calc'!A1", "-x", "@SUM(A1)", "\t=1", "'=x", "G1", "-1.5", "'quoted'"]
    table = pd.DataFrame({"label": range(len(names)), "class": names, "=2+2": -1.5})
    write_table(path, table)
    lines = path.read_text().splitlines()
    assert lines[0] == "label,class,'=2+2"
    cells = [line.split(",", 1)[1].lstrip('"') for line in lines[1:]]
    assert not [cell for cell in cells if cell[0] in "=+@\t"]
    assert [cell for cell in cells if cell[0] == "-"] == ["-1.5,-1.5"]
    pd.testing.assert_frame_equal(read_table(path, ["label"], ["class"]), table)


FORMS = {
    "semicolons": "label;phase;area\n1;G1;3,5\n2;NA;4,5\n",
    "tabs and decimal commas": "label\tphase\tarea\n1\tG1\t3,5\n2\tNA\t4,5\n",
    "the sign in a line of its own": "sep=;\nlabel;phase;area\n1;G1;3,5\n2;NA;4,5\n",
}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_columns_parted_by_another_sign_are_read_and_it_is_said(tmp_path, text):
    path = tmp_path / "cells.csv"
    path.write_text(text)
    with pytest.warns(SeewhyWarning, match=r"between its columns.*it is read so"):
        table = read_table(path, ["label", "phase"], ["phase"])
    assert table.to_dict("list") == {"label": [1, 2], "phase": ["G1", "NA"], "area": [3.5, 4.5]}


@pytest.mark.parametrize(
    "text", ["label,phase\n1,G1,\n2,G2,\n", "label,area,phase\n1,3,5,G1\n2,4,5,G2\n"]
)
def test_fields_without_a_name_never_move_the_others(tmp_path, text):
    path = tmp_path / "cells.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=r"fields below \d names; remove signs at the end"):
        read_table(path, ["label"], ["phase"])


def test_names_of_rows_as_r_writes_them_are_no_values(tmp_path):
    path = tmp_path / "cells.csv"
    path.write_text('"label","phase"\n"1",7,"G1"\n"2",8,"G2"\n')
    assert read_table(path, ["label"], ["phase"])["label"].tolist() == [7, 8]


def test_blanks_about_names_are_none_of_theirs_and_a_name_stands_once(tmp_path):
    path = tmp_path / "cells.csv"
    path.write_text("label, phase \n1,0\n")
    assert read_table(path, ["label", "phase"], ["phase"])["phase"].tolist() == ["0"]
    path.write_text("label,phase,phase\n1,0,1\n")
    assert read_table(path, ["label"])["label"].tolist() == [1]
    with pytest.raises(DataError, match="has several columns phase"):
        read_table(path, ["label", "phase"])


def test_a_field_without_an_end_is_refused_in_a_sentence(tmp_path):
    path = tmp_path / "cells.csv"
    path.write_text("label,phase\n1," + "x" * 200_000 + "\n")
    with pytest.raises(FileError, match="no table of comma-separated values: field larger"):
        read_table(path)


@pytest.mark.parametrize(
    ("labels", "words"),
    [(["cell_1", "cell_2"], "has 'cell_1' in its column label"), ([0, 1], "counts cells from 0")],
)
def test_labels_that_are_no_numbers_of_cells_are_refused(labels, words):
    table = pd.DataFrame({"label": labels, "phase": ["G1", "G2"]})
    with pytest.raises(DataError, match=words):
        look_up(table, "phase", pd.DataFrame({"label": [1, 2]}))


def test_a_row_of_the_background_in_which_nothing_stands_is_allowed():
    table = pd.DataFrame({"label": [0, 1.0], "phase": [None, "G1"]})
    assert look_up(table, "phase", pd.DataFrame({"label": [1]})).tolist() == ["G1"]
