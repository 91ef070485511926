from __future__ import annotations

import json
import shutil

import numpy as np
import pandas as pd
import pytest

from napari_seewhy.images import write_image, write_labels
from napari_seewhy.samples import SampleSet


@pytest.fixture
def image_file(tmp_path, tiny_image):
    path = tmp_path / "day1" / "discs.ome.tif"
    write_image(path, tiny_image)
    return path


@pytest.fixture
def segmented(call, image_file, tmp_path):
    assert call("segment", image_file, "--out", tmp_path / "labels").status == 0
    return tmp_path / "labels"


def test_one_crop_is_cut_for_each_cell(seewhy, image_file, segmented, tmp_path, tiny_image):
    words = ("--labels", segmented, "--size-px", 16, "--out", "samples.h5")
    done = seewhy("crop", image_file, *words)
    assert (done.status, done.err) == (0, "")
    assert done.out.endswith("crop: 1 done.\n")
    with SampleSet(tmp_path / "samples.h5") as samples:
        assert samples.pixels.shape == (5, 2, 16, 16)
        assert samples.channels == ("DNA", "Golgi")
        assert samples.pixel_size_um == pytest.approx(0.5)
        assert list(samples.origin["label"]) == [1, 2, 3, 4, 5]
        assert set(samples.origin["source"]) == {str(image_file)}
        y, x = samples.origin.loc[0, ["y", "x"]].astype(int)
        assert samples.pixels[0, 0, 8, 8] == tiny_image.pixels[0, y, x]


def test_the_marker_decides_and_is_left_out(call, image_file, segmented, tmp_path):
    words = ("--labels", segmented, "--size-px", 16, "--out", tmp_path / "s.h5", "--json")
    marker = ("--target-from-channel", "DNA", "--target-threshold", 260, "--target-positive", "M")
    document = call("crop", image_file, *words, *marker).document
    assert document["samples"]["classes"] == {"negative": 3, "M": 2}
    assert document["samples"]["channels"] == ["Golgi"]
    assert document["samples"]["threshold"] == 260
    with SampleSet(tmp_path / "s.h5") as samples:
        cells = pd.read_csv(segmented / "discs_cells.csv").set_index("label")
        mean = cells.loc[samples.origin["label"], "mean_DNA"].to_numpy()
        assert np.array_equal(samples.target == 1, mean > 260)


def test_a_table_decides(call, image_file, segmented, tmp_path):
    table = tmp_path / "classes.csv"
    table.write_text("label,phase\n1,G1\n3,G2\n5,G1\n", encoding="utf-8")
    words = ("--labels", segmented, "--size-px", 16, "--out", tmp_path / "s.h5", "--json")
    target = ("--target-from-table", table, "--target-column", "phase")
    samples = call("crop", image_file, *words, *target).document["samples"]
    assert samples["classes"] == {"G1": 2, "G2": 1}
    assert samples["n_unknown"] == 2


def test_marker_and_table_at_once_are_refused(call, image_file, segmented, tmp_path):
    words = ("--labels", segmented, "--out", tmp_path / "s.h5")
    done = call(
        "crop", image_file, *words, "--target-from-channel", "DNA", "--target-column", "phase"
    )
    assert done.status == 2
    assert "from a marker or from a table" in done.err


def test_the_group_is_read_from_the_path(call, image_file, segmented, tmp_path):
    words = ("--labels", segmented, "--size-px", 8, "--out", tmp_path / "s.h5")
    assert call("crop", image_file, *words, "--group-regex", r"/(day\d+)/").status == 0
    with SampleSet(tmp_path / "s.h5") as samples:
        assert set(samples.group) == {"day1"}
    done = call("crop", image_file, *words, "--group-regex", "(week")
    assert done.status == 2
    assert "is no regular expression" in done.err


def test_neighbours_are_masked_as_whole_cells_where_there_are_any(call, image_file, tmp_path):
    out = tmp_path / "labels"
    call("segment", image_file, "--out", out, "--cells", "expand")
    words = ("--labels", out, "--size-px", 16, "--out", tmp_path / "s.h5", "--mask-neighbours")
    assert call("crop", image_file, *words).status == 0
    with SampleSet(tmp_path / "s.h5") as samples:
        read = [one["path"] for one in samples.record["inputs"]]
    assert str(out / "discs_cell_labels.ome.tif") in read


def test_labels_of_another_program_are_found_by_name(call, image_file, tmp_path, tiny_labels):
    write_labels(tmp_path / "theirs" / "discs.tif", tiny_labels)
    words = ("--labels", tmp_path / "theirs", "--size-px", 8, "--out", tmp_path / "s.h5")
    done = call("crop", image_file, *words, "--json")
    assert done.document["samples"]["n_samples"] == 5


def test_an_image_is_never_its_own_labels(call, image_file, tmp_path):
    words = ("--labels", image_file.parent, "--size-px", 8, "--out", tmp_path / "s.h5")
    done = call("crop", image_file, *words)
    assert done.status == 1
    assert "holds no labels for discs.ome.tif" in done.err


def test_a_moved_image_is_known_by_its_hash(call, image_file, segmented, tmp_path):
    moved = tmp_path / "renamed.ome.tif"
    shutil.move(image_file, moved)
    words = ("--labels", segmented, "--size-px", 8, "--out", tmp_path / "s.h5", "--json")
    assert call("crop", moved, *words).document["samples"]["n_samples"] == 5


def test_a_folder_is_no_sample_set(call, image_file, segmented, tmp_path):
    done = call("crop", image_file, "--labels", segmented, "--out", tmp_path)
    assert done.status == 2
    assert "is a folder; choose the name of a file" in done.err


def test_options_stand_in_the_record(call, image_file, segmented, tmp_path):
    words = ("--labels", segmented, "--size-px", 8, "--out", tmp_path / "s.h5")
    call("crop", image_file, *words, "--center", "nucleus", "--channels", "Golgi")
    with SampleSet(tmp_path / "s.h5") as samples:
        assert samples.record["options"]["crop"]["channels"] == ["Golgi"]
        assert samples.channels == ("Golgi",)
        json.dumps(samples.record, allow_nan=False)
