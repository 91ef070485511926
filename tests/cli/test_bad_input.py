"""Files that cannot be used: one clear sentence each, nothing lost, the rest is done."""

from __future__ import annotations

import errno
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from napari_seewhy.images import CellImage, write_image, write_labels
from napari_seewhy.samples import SampleSet


@pytest.fixture
def good(tmp_path, tiny_image) -> Path:
    path = tmp_path / "in" / "good.ome.tif"
    write_image(path, tiny_image)
    return path


def one_channel(pixels: np.ndarray) -> CellImage:
    return CellImage(pixels[None], "CYX", ("DNA",))


def write_truncated(path: Path) -> None:
    write_image(path, one_channel(np.random.default_rng(0).integers(0, 9, (64, 64), np.uint8)))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


def write_not_finite(path: Path) -> None:
    pixels = np.ones((32, 32), np.float32)
    pixels[3, 3], pixels[4, 4] = np.nan, np.inf
    write_image(path, one_channel(pixels))


UNREADABLE = {
    "truncated.tif": write_truncated,
    "empty.tif": lambda path: path.write_bytes(b""),
    "text.tif": lambda path: path.write_text("label,area\n1,20\n"),
    "vendor.nd2": lambda path: path.write_bytes(b"no microscope wrote this"),
    "vendor.czi": lambda path: path.write_bytes(b"no microscope wrote this"),
    "vendor.lif": lambda path: path.write_bytes(b"no microscope wrote this"),
    "noise.png": lambda path: path.write_bytes(b"\x89PNG but not for long"),
    "nan.tif": write_not_finite,
}


def assert_one_failed_and_the_other_is_done(done, name: str) -> str:
    """Check a batch of a bad input and a good one; return the reason that was given."""
    assert done.status == 1
    assert "Traceback" not in done.err
    failed, fine = sorted(done.document["inputs"], key=lambda one: one["status"] == "done")
    assert Path(failed["input"]).name == name
    assert failed["status"] == "failed"
    assert failed["traceback"] == ""
    assert failed["reason"].strip().endswith(".")
    assert "\n" not in failed["reason"]
    assert f"Failed: {failed['input']}: {failed['reason']}" in done.err
    assert fine["status"] == "done"
    return failed["reason"]


@pytest.mark.parametrize("name", UNREADABLE)
def test_an_unreadable_file_is_named_and_the_rest_is_done(call, good, tmp_path, name):
    UNREADABLE[name](good.parent / name)
    done = call("segment", good.parent, "--out", tmp_path / "out", "--json")
    reason = assert_one_failed_and_the_other_is_done(done, name)
    assert len(reason) > 20
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "good_cells.csv",
        "good_labels.ome.tif",
        "good_record.json",
    ]


def test_an_unreadable_file_is_named_by_the_installed_command_without_noise(seewhy, good):
    write_truncated(good.parent / "cut.tif")
    done = seewhy("segment", good.parent, "--out", "out")
    assert done.status == 1
    assert done.out == "segment: 1 done, 1 failed.\n"
    assert done.err.startswith(f"Failed: {good.parent / 'cut.tif'}: ")
    assert done.err.count("\n") == 1


def test_an_empty_folder_is_named_and_the_rest_is_done(call, good, tmp_path):
    (tmp_path / "nothing").mkdir()
    done = call("segment", tmp_path / "nothing", good, "--out", tmp_path / "out", "--json")
    reason = assert_one_failed_and_the_other_is_done(done, "nothing")
    assert "holds no file to read" in reason


def test_an_empty_folder_alone_is_an_unusable_argument(seewhy, tmp_path):
    (tmp_path / "nothing").mkdir()
    done = seewhy("segment", "nothing", "--out", "out")
    assert done.status == 2
    assert "holds no file to read" in done.err


@pytest.mark.parametrize(
    ("name", "pixels"),
    [
        ("zero", np.zeros((40, 50), np.uint16)),
        ("constant", np.full((40, 50), 700, np.uint16)),
        ("saturated", np.full((40, 50), 65535, np.uint16)),
        ("pixel", np.full((1, 1), 9, np.uint8)),
    ],
)
def test_a_picture_of_nothing_gives_no_cells_and_a_warning(call, good, tmp_path, name, pixels):
    write_image(good.parent / f"{name}.tif", one_channel(pixels))
    out = tmp_path / "out"
    done = call("segment", good.parent, "--out", out, "--json")
    assert done.status == 0, done.err
    (empty,) = (one for one in done.document["inputs"] if Path(one["input"]).stem == name)
    assert empty["results"]["n_cells"] == 0
    assert len(empty["warnings"]) == 1
    assert f"Warning: {empty['input']}: {empty['warnings'][0]}" in done.err
    header, *rows = (out / f"{name}_cells.csv").read_text(encoding="utf-8").splitlines()
    assert header.startswith("label,")
    assert rows == []


def test_a_wrong_channel_name_lists_the_channels_there_are(call, good, tmp_path):
    done = call("segment", good, "--out", tmp_path / "out", "--channel", "Actin")
    assert done.status == 1
    assert "no channel 'Actin'; this image has 0: DNA, 1: Golgi" in done.err


def test_a_wrong_scene_is_named(call, good, tmp_path):
    done = call("segment", good, "--out", tmp_path / "out", "--scene", 7)
    assert done.status == 1
    assert "7" in done.err


@pytest.fixture
def segmented(call, good, tmp_path) -> Path:
    assert call("segment", good, "--out", tmp_path / "labels").status == 0
    return tmp_path / "labels"


def test_labels_of_another_shape_fail_and_the_rest_is_cropped(
    call, good, segmented, tmp_path, tiny_image
):
    write_image(good.parent / "other.tif", replace(tiny_image, pixels=tiny_image.pixels + 3))
    write_labels(segmented / "other_labels.ome.tif", np.ones((5, 5), np.int32))
    words = ("--labels", segmented, "--size-px", 8, "--out", tmp_path / "s.h5", "--json")
    done = call("crop", good.parent, *words)
    reason = assert_one_failed_and_the_other_is_done(done, "other.tif")
    assert "(5, 5)" in reason
    with SampleSet(tmp_path / "s.h5") as samples:
        assert len(samples) == 5


def test_an_image_without_labels_fails_and_the_rest_is_cropped(
    call, good, segmented, tmp_path, tiny_image
):
    write_image(good.parent / "new.tif", replace(tiny_image, pixels=tiny_image.pixels + 3))
    words = ("--labels", segmented, "--size-px", 8, "--out", tmp_path / "s.h5", "--json")
    reason = assert_one_failed_and_the_other_is_done(call("crop", good.parent, *words), "new.tif")
    assert "seewhy segment" in reason


def test_a_crop_larger_than_the_image_is_refused(call, good, segmented, tmp_path):
    words = ("--labels", segmented, "--size-px", 500, "--out", tmp_path / "s.h5")
    done = call("crop", good, *words)
    assert done.status == 1
    assert "larger than the image of 88 x 112 pixels" in done.err
    assert not (tmp_path / "s.h5").exists()


def test_labels_that_are_no_folder_are_an_unusable_argument(call, good, tmp_path):
    done = call("crop", good, "--labels", tmp_path / "gone", "--out", tmp_path / "s.h5")
    assert done.status == 2
    assert "is no folder" in done.err


def test_a_full_disk_is_said_for_each_input_and_older_outputs_stay(
    call, good, segmented, tmp_path, monkeypatch
):
    before = {path.name: path.read_bytes() for path in segmented.glob("*labels*")}

    def fill_up(part):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("napari_seewhy.files.whole._sync", fill_up)
    done = call("segment", good, "--out", segmented, "--smoothing-px", 2)
    assert done.status == 1
    assert "the disk is full" in done.err
    assert {path.name: path.read_bytes() for path in segmented.glob("*labels*")} == before
    done = call("crop", good, "--labels", segmented, "--size-px", 8, "--out", tmp_path / "s.h5")
    assert done.status == 1
    assert "the disk is full" in done.err
    assert not [path for path in tmp_path.rglob("*") if path.name.endswith(".part")]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files.")
def test_a_write_that_the_system_cuts_off_leaves_no_half_file(good, tmp_path):
    # The kernel refuses every byte past the limit, as it does on a full disk.
    script = (
        "import resource, signal, sys\n"
        "from napari_seewhy.cli.main import main\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    words = ["segment", str(good), "--out", str(tmp_path / "out")]
    done = subprocess.run(
        [sys.executable, "-c", script, *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "good_labels.ome.tif cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert list((tmp_path / "out").iterdir()) == []
