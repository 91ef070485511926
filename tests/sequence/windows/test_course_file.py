from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from napari_seewhy.errors import DataError, FileError, SeewhyWarning
from napari_seewhy.genome import DnaWindows, Interval
from napari_seewhy.sequence.windows import read_windows, write_windows

COURSE = Path("../shared/data/sequence/coverage")


@pytest.fixture
def windows():
    generator = np.random.default_rng(0)
    places = tuple(Interval("chr1", 1024 * i, 1024 * (i + 1)) for i in range(4))
    return DnaWindows(
        generator.integers(0, 5, (4, 1024)).astype(np.uint8),
        generator.poisson(3, (4, 2, 8)).astype(np.float32),
        ("one", "two"),
        np.array(["train", "train", "valid", "test"]),
        places,
        "hg38",
    )


def test_what_was_written_is_read_again(windows, tmp_path):
    path = tmp_path / "w.h5"

    write_windows(path, windows, {"sha256 one": "abc"})
    read = read_windows(path)

    assert np.array_equal(read.codes, windows.codes)
    assert np.array_equal(read.target, windows.target)
    assert (read.tracks, read.places, read.genome) == (("one", "two"), windows.places, "hg38")
    assert read.split.tolist() == windows.split.tolist()
    with h5py.File(path) as file:
        assert file["train_in"].shape == (2, 1024, 4)
        assert file["train_in"].dtype == bool
        assert file["train_out"].dtype == np.float16
        assert file.attrs["channels"] == "ACGT"
        assert file.attrs["sha256 one"] == "abc"


def test_half_precision_has_its_limits(windows, tmp_path):
    windows.target[0, 0, 0] = 3001
    with pytest.warns(SeewhyWarning, match="reaches 3,001; above 2,048 the file rounds"):
        write_windows(tmp_path / "w.h5", windows)
    windows.target[0, 0, 0] = 70_000
    with pytest.raises(DataError, match="reaches 70,000 and the file holds up to 65,504"):
        write_windows(tmp_path / "w.h5", windows)


def write_course(path, codes, order="ACGT", **more):
    letters = np.stack([codes == "ACGT".index(letter) for letter in order], 2)
    with h5py.File(path, "w") as file:
        for split in ("train", "valid"):
            file[f"{split}_in"] = letters
            file[f"{split}_out"] = np.ones((len(codes), 8, 1), np.float16)
        for name, value in more.items():
            file[name] = value
    return path


def test_a_file_that_does_not_say_its_order_and_is_too_short_is_refused(windows, tmp_path):
    path = write_course(tmp_path / "c.h5", windows.codes)
    with pytest.raises(DataError, match=r"does not say which letter each channel is.*name the"):
        read_windows(path)


def test_a_named_order_is_taken_and_repeated_windows_are_said(windows, tmp_path):
    path = write_course(tmp_path / "c.h5", windows.codes, "TGCA")
    with pytest.warns(SeewhyWarning, match="both in train and in valid"):
        read = read_windows(path, "TGCA")
    assert np.array_equal(read.codes[:4], windows.codes)
    assert read.tracks == ("track 1",)
    with pytest.raises(DataError, match="does not name A, C, G and T once"):
        read_windows(path, "ACGG")


def test_coverage_of_the_middle_alone_is_laid_on_the_bases_of_the_middle(windows, tmp_path):
    path = tmp_path / "c.h5"
    with h5py.File(path, "w") as file:
        file["train_in"] = windows.codes[:, :, None] == np.arange(4)
        file["train_out"] = np.ones((4, 4, 1), np.float16)

    with pytest.warns(SeewhyWarning, match="bins of 128 bp of the middle, and 256 bp at both"):
        read = read_windows(path, "ACGT")

    assert read.bin_bp == 128
    assert np.array_equal(read.codes, windows.codes[:, 256:768])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"other": 1}, "holds no windows of DNA"),
        ({"train_in": np.zeros((2, 64, 5))}, "wanted windows, bases and four channels"),
        ({"train_in": np.zeros((2, 64, 4), bool)}, "2 windows in train_in and none in train_out"),
        (
            {"train_in": np.zeros((2, 64, 4), bool), "train_out": np.zeros((3, 8, 1))},
            "2 windows in train_in and 3 in train_out",
        ),
        (
            {
                "train_in": np.zeros((2, 64, 4), bool),
                "train_out": np.zeros((2, 8, 1)),
                "target_labels": np.array(["a", "b"], "S"),
            },
            "names 2 tracks and has 1",
        ),
        (
            {
                "train_in": np.zeros((2, 64, 4), bool),
                "train_out": np.zeros((2, 8, 1)),
                "valid_in": np.zeros((2, 32, 4), bool),
                "valid_out": np.zeros((2, 8, 1)),
            },
            "have several lengths",
        ),
        ({"train_in": np.ones((2, 64, 4)), "train_out": np.zeros((2, 8, 1))}, "several letters"),
    ],
)
def test_files_of_another_layout_are_refused(tmp_path, content, said):
    path = tmp_path / "x.h5"
    with h5py.File(path, "w") as file:
        for name, value in content.items():
            file[name] = value
    with pytest.raises((DataError, FileError), match=said):
        read_windows(path)


def test_a_file_that_is_no_hdf5_is_refused(tmp_path):
    path = tmp_path / "x.h5"
    path.write_text("no")
    with pytest.raises(FileError, match=r"x.h5 is no HDF5 file"):
        read_windows(path)
    with pytest.raises(FileError, match="does not exist"):
        read_windows(tmp_path / "none.h5")


@pytest.mark.realdata
def test_the_file_of_the_course_is_read_as_it_is():
    path = COURSE / "cage10_131k_seq.h5"
    if not path.is_file():
        pytest.skip("../shared/data is absent")

    windows = read_windows(path)

    assert windows.codes.shape == (40, 131_072)
    assert windows.target.shape == (40, 10, 1024)
    assert [windows.count(split) for split in ("train", "valid", "test")] == [32, 4, 4]
