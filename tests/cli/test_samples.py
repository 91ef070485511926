from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from napari_seewhy.samples import SampleSet, SampleWriter


@pytest.fixture
def sample_file(tmp_path):
    path = tmp_path / "samples.h5"
    writer = SampleWriter(
        path, channels=["DNA"], size_px=(4, 4), dtype="uint8", classes=["G1", "G2"]
    )
    with writer:
        writer.append(np.full((3, 1, 4, 4), 7, np.uint8), [0, 1, 1], ["a", "a", "b"])
    return path


@pytest.fixture
def class_folders(tmp_path):
    for name, value in (("G1", 10), ("G2", 20)):
        for day in (1, 2):
            folder = tmp_path / "set" / name / f"day{day}"
            folder.mkdir(parents=True)
            Image.fromarray(np.full((6, 6), value, np.uint8)).save(folder / "a.png")
    return tmp_path / "set"


def test_info_says_what_is_in_a_sample_set(seewhy, sample_file):
    done = seewhy("samples", "info", sample_file)
    assert (done.status, done.err) == (0, "")
    for words in ("Class G2", "Channel DNA", "4 x 4 px", "pixel size not known", "a 2, b 1"):
        assert words in done.out


def test_info_for_machines(call, sample_file):
    document = call("samples", "info", sample_file, "--json").document
    assert document["n_samples"] == 3
    assert document["classes"] == {"G1": 1, "G2": 2}
    assert document["channels"]["DNA"]["mean"] == 7


def test_info_of_something_else_is_one_sentence(seewhy, tmp_path):
    (tmp_path / "text.h5").write_text("no sample set")
    done = seewhy("samples", "info", "text.h5")
    assert done.status == 1
    assert done.err.startswith("seewhy: text.h5 ")
    assert done.err.count("\n") == 1


def test_an_archive_becomes_a_sample_set(call, tmp_path):
    np.savez(
        tmp_path / "crops.npz", x=np.zeros((4, 5, 5, 2), np.uint8), y=np.array(["S", "M", "S", "S"])
    )
    words = ("--out", tmp_path / "s.h5", "--pixels-key", "x", "--layout", "NHWC", "--json")
    done = call("samples", "import", "npz", tmp_path / "crops.npz", *words, "--target-key", "y")
    assert done.document["samples"]["classes"] == {"M": 1, "S": 3}
    with SampleSet(tmp_path / "s.h5") as samples:
        assert samples.pixels.shape == (4, 2, 5, 5)


def test_an_archive_without_the_array_says_so(call, tmp_path):
    np.savez(tmp_path / "crops.npz", x=np.zeros((4, 5, 5, 2), np.uint8))
    done = call("samples", "import", "npz", tmp_path / "crops.npz", "--out", tmp_path / "s.h5")
    assert done.status == 1
    assert "pixels" in done.err
    assert "Traceback" not in done.err


def test_class_folders_become_a_sample_set_with_groups(call, class_folders, tmp_path):
    words = ("--out", tmp_path / "s.h5", "--group-regex", r"/(day\d)/", "--json")
    done = call("samples", "import", "folders", class_folders, *words)
    assert done.document["samples"]["classes"] == {"G1": 2, "G2": 2}
    assert done.document["samples"]["n_groups"] == 2


def test_a_broken_image_is_left_out_and_named(call, class_folders, tmp_path):
    broken = class_folders / "G2" / "b.png"
    broken.write_bytes(b"")
    done = call("samples", "import", "folders", class_folders, "--out", tmp_path / "s.h5", "--json")
    assert done.status == 1
    assert f"Failed: {broken}: " in done.err
    assert done.document["samples"]["n_samples"] == 4


def test_a_table_of_files_becomes_a_sample_set(call, class_folders, tmp_path):
    (class_folders / "list.csv").write_text("path,class\nG1/day1/a.png,x\nG2/day1/a.png,y\n")
    done = call(
        "samples",
        "import",
        "table",
        class_folders / "list.csv",
        "--out",
        tmp_path / "s.h5",
        "--json",
    )
    assert done.status == 0, done.err
    assert done.document["samples"]["classes"] == {"x": 1, "y": 1}
