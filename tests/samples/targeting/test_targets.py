"""Targets: the class of each sample by a marker, a table, a folder or a person."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from napari_seewhy.errors import DataError, FileError, SeewhyWarning
from napari_seewhy.samples.targeting.folders import read_folders
from napari_seewhy.samples.targeting.targets import (
    target_from_labels,
    target_from_names,
    target_from_values,
)
from napari_seewhy.tables import look_up, read_table


@pytest.fixture
def two_heaps() -> np.ndarray:
    """300 values about 100 and 100 values about 200."""
    random = np.random.default_rng(0)
    return np.concatenate([random.normal(100, 8, 300), random.normal(200, 8, 100)])


def test_otsu_parts_two_heaps(two_heaps):
    target, threshold = target_from_values(two_heaps)
    assert two_heaps[:300].max() < threshold < two_heaps[300:].min()
    assert np.bincount(target).tolist() == [300, 100]


def test_otsu_lies_half_way_between_heaps_also_far_from_zero():
    heaps = np.repeat([1e6 + 1, 1e6 + 2, 1e6 + 8], [50, 40, 5])
    assert target_from_values(heaps).threshold == pytest.approx(1e6 + 5)


def test_the_given_threshold_is_taken_and_what_equals_it_is_negative():
    target, threshold = target_from_values([1, 5, 5.1], threshold=5)
    assert target.tolist() == [0, 0, 1]
    assert threshold == 5


def test_the_undecided_band_is_a_share_of_the_distance_of_the_means():
    values = [0, 4, 5, 6, 10]
    # The means are 3 and 8: half of 0.5 * (2 + 3) on each side of 5.
    assert target_from_values(values, 5, undecided=0.5).target.tolist() == [0, -1, -1, -1, 1]
    assert target_from_values(values, 5, undecided=0.3).target.tolist() == [0, 0, -1, 1, 1]
    assert target_from_values(values, 5, undecided=0).target.tolist() == [0, 0, 0, 1, 1]


def test_gain_and_offset_of_the_camera_do_not_change_who_is_undecided(two_heaps):
    plain = target_from_values(two_heaps, undecided=0.8).target
    changed = target_from_values(two_heaps * 3 + 700, undecided=0.8).target
    np.testing.assert_array_equal(plain, changed)
    assert 0 < (plain == -1).sum() < 200


def test_values_that_are_missing_are_unknown():
    values = [1, np.nan, 9, np.inf]
    assert target_from_values(values, 5, undecided=0.1).target.tolist() == [0, -1, 1, -1]
    assert target_from_values([], 5).target.tolist() == []


def test_one_side_may_be_empty():
    assert target_from_values([1, 2, 3], 5, undecided=0.5).target.tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([7, 7, np.nan, 7], "All 3 values of the marker are 7, so no threshold parts them"),
        ([np.nan], "No cell has a value of the marker; measure"),
        ([], "No cell has a value of the marker; measure"),
    ],
)
def test_otsu_refuses_values_that_cannot_be_parted(values, sentence):
    with pytest.raises(DataError, match=sentence):
        target_from_values(values)


def test_names_that_are_missing_are_unknown():
    target, classes = target_from_names(["G2", None, np.nan, " G1 ", ""])
    assert target.tolist() == [1, -1, -1, 0, -1]
    assert classes == ("G1", "G2")


def test_numbers_are_names_in_the_order_of_their_values():
    assert target_from_names([10.0, 9.0, np.nan])[1] == ("9", "10")
    target, classes = target_from_names(["10", "9"])
    assert target.tolist() == [1, 0]
    assert classes == ("9", "10")


def test_classes_may_be_ordered_and_left_out():
    target, classes = target_from_names(["G1", "S", "G2"], ["G2", "G1"])
    assert target.tolist() == [1, -1, 0]
    assert classes == ("G2", "G1")


def test_a_class_that_nothing_is_of_is_refused():
    with pytest.raises(DataError, match="No sample is of class G3; the classes named are G1, S"):
        target_from_names(["G1", "S"], ["G1", "G3"])
    with pytest.raises(DataError, match="Not one sample has a class"):
        target_from_names(["", None])


CELLS = pd.DataFrame({"label": [3, 1, 2], "y": 0.0, "x": 0.0})


def target_from_table(cells, table, column="class", image=""):
    """Classes of cells from a table or its file, as cropping finds them."""
    if isinstance(table, Path):
        table = read_table(table, ["label", column], text_columns=[column])
    return target_from_names(look_up(table, column, cells, image))


def test_a_table_is_matched_by_label():
    table = pd.DataFrame({"label": [1, 2, 9], "class": ["a", "b", "b"]})
    target, classes = target_from_table(CELLS, table)
    assert target.tolist() == [-1, 0, 1]
    assert classes == ("a", "b")


@pytest.mark.parametrize("written", ["one.ome.tif", "/elsewhere/one.ome.tif", "one"])
def test_a_table_of_several_images_is_matched_by_image_and_label(tmp_path, written):
    path = tmp_path / "clässes.csv"
    path.write_text(f"image,label,phase\n{written},1,G1\ntwo.tif,1,G2\n{written},3,0\n")
    target, classes = target_from_table(CELLS, path, "phase", image=Path("/x/one.ome.tif"))
    assert classes == ("0", "G1")
    assert target.tolist() == [0, 1, -1]


def test_a_table_of_a_time_series_is_matched_by_frame_too():
    cells = pd.DataFrame({"label": [1, 1], "t": [0, 1]})
    table = pd.DataFrame({"label": [1, 1], "t": [1, 0], "class": ["late", "early"]})
    assert target_from_table(cells, table).target.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("text", "error", "sentence"),
    [
        ("", FileError, "is no table of comma-separated values"),
        ("label,klass\n1,a\n", DataError, "has no column class; its columns are label, klass"),
        ("label,class\n1,a\n1,b\n", DataError, "speaks twice of cell 1; keep one row"),
        ("label,class\n7,a\n", DataError, "Not one sample has a class"),
        ('label,class\n1,"a\n', FileError, "is no table of comma-separated values"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(tmp_path, text, error, sentence):
    path = tmp_path / "classes.csv"
    path.write_text(text)
    with pytest.raises(error, match=sentence) as caught:
        target_from_table(CELLS, path)
    assert "\n" not in str(caught.value)


def test_a_folder_is_the_class_of_its_files(tmp_path):
    paths = [tmp_path / "G2" / "day 1" / "a.png", tmp_path / "G1" / "b.png"]
    names = [one.class_name for one in read_folders(paths, tmp_path)]
    target, classes = target_from_names(names)
    assert target.tolist() == [1, 0]
    assert classes == ("G1", "G2")
    with pytest.raises(DataError, match="lies in no class folder"):
        read_folders([tmp_path / "c.png"], tmp_path)


@pytest.mark.parametrize("sets", [("train", "val", "test"), ("Training", "Validation"), ("test",)])
def test_folders_of_a_split_are_no_classes(tmp_path, sets):
    paths = [tmp_path / one / name / "a.png" for one in sets for name in ("G1", "G2")]
    assert read_folders(paths, tmp_path) == [(name, one) for one in sets for name in ("G1", "G2")]


def test_a_class_called_test_is_a_class(tmp_path):
    paths = [tmp_path / "test" / "a.png", tmp_path / "control" / "a.png"]
    assert read_folders(paths, tmp_path) == [("test", ""), ("control", "")]


@pytest.mark.parametrize(
    ("folders", "said"),
    [
        (("train/G1", "val/G1", "G1/x"), "folders train, val, as of a split, and beside them G1"),
        (("train", "test"), "lies in no class folder of .*train; move it"),
    ],
)
def test_folders_that_are_a_split_in_part_are_refused(tmp_path, folders, said):
    with pytest.raises(DataError, match=said):
        read_folders([tmp_path / folder / "a.png" for folder in folders], tmp_path)


def test_the_class_painted_over_most_of_an_object_is_its_own(tiny_labels):
    painted = np.zeros_like(tiny_labels)
    painted[tiny_labels == 1] = 2
    painted[15:20, 15:20] = 1
    painted[tiny_labels == 3] = 1
    painted[tiny_labels == 0] = 3
    assert target_from_labels(tiny_labels, painted, [3, 1, 2, 99]).tolist() == [0, 1, -1, -1]


def test_nothing_painted_means_nothing_known(tiny_labels):
    nothing = np.zeros_like(tiny_labels)
    assert target_from_labels(tiny_labels, nothing, [1, 2]).tolist() == [-1, -1]
    with pytest.raises(DataError, match="paint on a layer of the same size"):
        target_from_labels(tiny_labels, nothing[:5], [1])


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["G1", "g1", "S"], "G1 and g1 differ only in case and are kept apart"),
        (["G1", "N/A", "S"], "N/A is taken for a class; leave the field empty"),
        (["G1", "Unknown", "none"], "Unknown, none is taken for a class"),
    ],
)
def test_names_that_may_be_one_class_or_none_are_told(names, said):
    with pytest.warns(SeewhyWarning, match=said):
        assert set(target_from_names(names).classes) == set(names)
