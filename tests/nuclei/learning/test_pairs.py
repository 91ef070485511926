from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
import tifffile

from napari_seewhy.errors import DataError, FileError, OptionError
from napari_seewhy.images import CellImage
from napari_seewhy.nuclei.learning.pairs import FilePair, OpenPair, find_pairs, hold_out

if TYPE_CHECKING:
    from pathlib import Path


def touch(folder: Path, *names: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_bytes(b"")
    return folder


def names_of(found) -> list[tuple[str, str]]:
    return [(pair.image.name, pair.labels.name) for pair in found.pairs]


def test_files_of_the_same_name_belong_together_whatever_their_endings(tmp_path):
    images = touch(tmp_path / "images", "b.tif", "a.ome.tif", "c.png")
    labels = touch(tmp_path / "labels", "a_labels.ome.tif", "b.png", "c_labels.tif")
    assert names_of(find_pairs(images, labels)) == [
        ("a.ome.tif", "a_labels.ome.tif"),
        ("b.tif", "b.png"),
        ("c.png", "c_labels.tif"),
    ]


def test_images_and_labels_may_lie_in_one_folder(tmp_path):
    folder = touch(tmp_path / "both", "a.tif", "a_labels.tif", "b.tif")
    found = find_pairs(folder, folder)
    assert names_of(found) == [("a.tif", "a_labels.tif")]
    assert [path.name for path in found.lone_images] == ["b.tif"]
    assert found.lone_labels == ()


def test_files_without_a_partner_are_named(tmp_path):
    images = touch(tmp_path / "images", "a.tif", "b.tif")
    labels = touch(tmp_path / "labels", "b.tif", "c.tif")
    found = find_pairs(images, labels)
    assert names_of(found) == [("b.tif", "b.tif")]
    assert [path.name for path in found.lone_images] == ["a.tif"]
    assert [path.name for path in found.lone_labels] == ["c.tif"]


def test_one_image_and_its_labels_may_be_named(tmp_path):
    images = touch(tmp_path / "images", "a.tif", "b.tif")
    labels = touch(tmp_path / "labels", "a.tif", "b.tif")
    assert names_of(find_pairs(images / "b.tif", labels)) == [("b.tif", "b.tif")]


def test_folders_without_a_common_name_are_refused(tmp_path):
    images = touch(tmp_path / "images", "a.tif", "b.tif")
    labels = touch(tmp_path / "labels", "c.tif")
    with pytest.raises(DataError, match=r"None of the 2 images of .* has labels of its name"):
        find_pairs(images, labels)


def test_two_files_of_one_name_are_refused(tmp_path):
    images = touch(tmp_path / "images", "a.tif")
    labels = touch(tmp_path / "labels", "a.tif", "a_labels.tif")
    with pytest.raises(DataError, match=r"a\.tif, .*a_labels\.tif have the same name"):
        find_pairs(images, labels)


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(FileError, match="does not exist"):
        find_pairs(tmp_path / "images", tmp_path / "labels")


def test_every_fifth_counted_from_the_second_is_held_out():
    kept, held_out = hold_out(list(range(12)), 5)
    assert held_out == [1, 6, 11]
    assert kept == [0, 2, 3, 4, 5, 7, 8, 9, 10]


def test_a_pair_of_files_is_read_in_one_channel(pairs):
    read = pairs[0].read("DNA")
    assert read.pixels.shape == read.labels.shape == (1, 96, 96)
    assert read.labels.max() == 9


def test_a_channel_that_is_not_there_is_said_with_the_file(pairs):
    with pytest.raises(OptionError, match=r"field 0\.tif: There is no channel 'Golgi'"):
        pairs[0].read("Golgi")


def test_the_hash_of_a_pair_changes_with_its_labels_alone(tmp_path, pairs):
    first, other = pairs[0], FilePair(pairs[0].image, pairs[1].labels)
    assert first.hash() == FilePair(*first.files).hash() != other.hash()
    image = CellImage(np.arange(16).reshape(1, 4, 4), "CYX", ("DNA",))
    labels = np.eye(4, dtype=np.int32)
    opened = OpenPair("open", image, labels)
    assert opened.hash() == OpenPair("renamed", image, labels.copy()).hash()
    assert opened.hash() != OpenPair("open", image, labels[::-1]).hash()
    assert opened.hash() != OpenPair("open", image, labels.astype(np.int64)).hash()


def test_what_is_open_in_a_window_is_read_without_files(tiny_image, tiny_labels):
    opened = OpenPair("open", tiny_image, tiny_labels)
    read = opened.read("Golgi")
    assert opened.files == ()
    assert set(np.unique(read.pixels)) == {5, 40}
    assert np.array_equal(read.labels[0], tiny_labels)


def test_windows_put_pairs_and_options_together_without_torch():
    script = (
        "import sys; from napari_seewhy.nuclei import card; "
        "from napari_seewhy.nuclei.learning import options, pairs; "
        "print('torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False"]


@pytest.mark.filterwarnings("ignore:.*no distance and no time between them")
def test_slices_are_what_a_person_says_they_are(tmp_path, tiny_image, tiny_labels):
    frames = np.stack([tiny_image.pixels[0]] * 3)
    path = touch(tmp_path / "images") / "a.tif"
    tifffile.imwrite(path, frames, imagej=True, metadata={"axes": "ZYX"})
    labels = touch(tmp_path / "labels") / "a.tif"
    tifffile.imwrite(labels, tiny_labels.astype("u2"))
    with pytest.raises(OptionError, match="say it \\(--slices planes or --slices times\\)"):
        find_pairs(path, labels).pairs[0].read("0")
    assert len(find_pairs(path, labels, "planes").pairs[0].read("0").pixels) == 1
    frames = np.stack([tiny_labels.astype("u2")] * 3)
    tifffile.imwrite(labels, frames, photometric="minisblack")
    assert len(find_pairs(path, labels, "times").pairs[0].read("0").pixels) == 3
