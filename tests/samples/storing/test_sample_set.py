"""Sample sets: what was written comes back, and a file that is not whole is refused."""

from __future__ import annotations

import pickle

import h5py
import numpy as np
import pandas as pd
import pytest

from napari_seewhy.errors import DataError, FileError
from napari_seewhy.samples import SampleSet, SampleWriter
from napari_seewhy.samples.storing.retarget import write_targets


def draw_pixels(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 60000, (n, 2, 6, 5)).astype(np.uint16)


def write(path, *parts, **announced) -> None:
    chosen = {"channels": ["DNA", "Golgi"], "size_px": (6, 5), "dtype": np.uint16} | announced
    with SampleWriter(path, **chosen) as writer:
        for part in parts:
            writer.append(**part)


@pytest.fixture
def samples_path(tmp_path):
    path = tmp_path / "samples.h5"
    write(path, {"pixels": draw_pixels(7)})
    return path


def test_what_was_appended_in_pieces_comes_back_whole(tmp_path):
    origin = pd.DataFrame(
        {"source": ["a b.tif", "日本語.tif", "a b.tif"], "label": [3, 1, 2], "y": [1.5, 2.0, 0.25]}
    )
    pixels = draw_pixels(3)
    path = tmp_path / "two words" / "日本語.h5"
    first, second = origin.iloc[:2], origin.iloc[2:]
    write(
        path,
        {"pixels": pixels[:2], "target": [1, -1], "group": ["day 1", "день 2"], "origin": first},
        {"pixels": pixels[2:], "target": [0], "group": "day 1", "origin": second},
        classes=["G1", "G2/M"],
        pixel_size_um=0.65,
        record={"verb": "crop", "note": "µ"},
    )
    with SampleSet(path) as samples:
        assert len(samples) == 3
        np.testing.assert_array_equal(samples.pixels[:], pixels)
        assert samples.pixels.dtype == np.uint16
        assert samples.target.tolist() == [1, -1, 0]
        assert samples.group.tolist() == ["day 1", "день 2", "day 1"]
        assert samples.classes == ("G1", "G2/M")
        assert samples.channels == ("DNA", "Golgi")
        assert samples.pixel_size_um == 0.65
        assert samples.record == {"verb": "crop", "note": "µ"}
        pd.testing.assert_frame_equal(samples.origin, origin)
    assert "closed" in repr(samples)


def test_the_repr_names_numbers_sizes_and_channels(samples_path):
    with SampleSet(samples_path) as samples:
        assert "7 samples of 6 x 5 px, channels DNA, Golgi, classes none" in repr(samples)


def test_an_unknown_pixel_size_and_a_long_record_are_kept(tmp_path):
    record = {"inputs": [{"path": f"{i}.tif", "sha256": f"{i:064x}"} for i in range(3000)]}
    write(tmp_path / "a.h5", {"pixels": draw_pixels(1)}, record=record)
    with SampleSet(tmp_path / "a.h5") as samples:
        assert samples.pixel_size_um is None
        assert samples.record == record
        assert samples.target.tolist() == [-1]
        assert samples.origin.shape == (1, 0)


def test_rows_are_read_in_the_order_they_were_asked_for(samples_path):
    with SampleSet(samples_path) as samples:
        np.testing.assert_array_equal(samples.read_pixels([5, 0, 5]), draw_pixels(7)[[5, 0, 5]])
        assert samples.read_pixels([]).shape == (0, 2, 6, 5)
        with pytest.raises(DataError, match="holds samples 0 to 6"):
            samples.read_pixels([7])


def test_a_sample_set_travels_to_another_process_by_its_path(samples_path):
    with SampleSet(samples_path) as samples:
        copy = pickle.loads(pickle.dumps(samples))
    with copy:
        np.testing.assert_array_equal(copy.pixels[:], draw_pixels(7))


def test_a_sample_set_may_be_open_twice_and_by_others(samples_path):
    with SampleSet(samples_path), h5py.File(samples_path) as file, SampleSet(samples_path) as again:
        assert file["pixels"].shape == again.pixels.shape


def test_a_locked_file_is_read_all_the_same(samples_path, monkeypatch):
    open_file = h5py.File

    def refuse_lock(*arguments, locking=None, **named):
        if locking is None:
            raise BlockingIOError(11, "unable to lock file")
        return open_file(*arguments, locking=locking, **named)

    monkeypatch.setattr(h5py, "File", refuse_lock)
    with SampleSet(samples_path) as samples:
        assert len(samples) == 7


def break_file(path, how: str) -> None:
    if how == "missing":
        path.unlink()
    elif how == "zero bytes":
        path.write_bytes(b"")
    elif how == "text":
        path.write_text("label,y,x\n1,2,3\n")
    elif how == "truncated":
        path.write_bytes(path.read_bytes()[:-200])
    else:
        with h5py.File(path, "a") as file:
            change_hdf5(file, how)


def change_hdf5(file: h5py.File, how: str) -> None:
    if how == "foreign":
        del file.attrs["kind"]
    elif how == "newer":
        file.attrs["schema_version"] = 2
    elif how == "no target":
        del file["target"]
    elif how == "unequal lengths":
        file["group"].resize(6, axis=0)


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ("missing", "does not exist; check the name"),
        ("zero bytes", "is empty .0 bytes.; make it again"),
        ("text", "is no HDF5 file; choose a sample set"),
        ("truncated", "is damaged or cut short; make it again"),
        ("foreign", "no sample set of ours; choose another file"),
        ("newer", "has version 2 and this program reads up to 1; update napari-seewhy"),
        ("no target", "damaged or was written by another program: its target is missing; make it"),
        (
            "unequal lengths",
            "another program: its group has another number of rows than its pixels",
        ),
    ],
)
def test_a_file_that_is_no_whole_sample_set_is_refused_in_one_sentence(samples_path, how, sentence):
    break_file(samples_path, how)
    with pytest.raises(FileError, match=sentence) as caught:
        SampleSet(samples_path)
    assert str(samples_path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(FileError, match="it is a folder; choose a file"):
        SampleSet(tmp_path)


def test_damage_in_the_pixels_is_told_when_they_are_read(samples_path):
    with h5py.File(samples_path) as file:
        chunk = file["pixels"].id.get_chunk_info(0)
    with samples_path.open("r+b") as stream:
        stream.seek(chunk.byte_offset)
        stream.write(b"\xff" * chunk.size)
    with SampleSet(samples_path) as samples, pytest.raises(DataError, match="is damaged"):
        samples.read_pixels([0])


def test_a_compression_that_is_not_here_is_named_and_not_the_file_blamed(samples_path):
    with h5py.File(samples_path, "r+") as file:
        shape, dtype = file["pixels"].shape, file["pixels"].dtype
        attributes = dict(file["pixels"].attrs)
        del file["pixels"]
        creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        creation.set_chunk((1, *shape[1:]))
        creation.set_filter(32001, h5py.h5z.FLAG_OPTIONAL, ())
        space = h5py.h5s.create_simple(shape)
        kind = h5py.h5t.py_create(dtype)
        made = h5py.h5d.create(file.id, b"pixels", kind, space, creation)
        made.write_direct_chunk((0,) * len(shape), b"\x02\x01" * 40)
        file["pixels"].attrs.update(attributes)
    sentence = "is damaged or was written by another program: its pixels is packed in a way"
    with pytest.raises(FileError, match=sentence):
        SampleSet(samples_path)


def test_measured_targets_come_back_with_what_is_unknown(tmp_path):
    path = tmp_path / "coverage.h5"
    measured = np.random.default_rng(0).normal(size=(5, 3, 4)).astype(np.float32)
    pixels = draw_pixels(7)
    parts = [{"pixels": pixels[:5], "target": measured}, {"pixels": pixels[5:]}]
    write(path, *parts, target_shape=(3, 4))
    with SampleSet(path) as samples:
        assert samples.target_shape == (3, 4)
        assert samples.target.dtype == np.float32
        np.testing.assert_array_equal(samples.target[:5], measured)
        assert np.isnan(samples.target[5:]).all()
        np.testing.assert_array_equal(samples.read_target([4, 0]), measured[[4, 0]])
        with pytest.raises(DataError, match="holds samples 0 to 6"):
            samples.read_target([7])


def test_one_measured_number_may_be_the_target_of_a_sample(tmp_path):
    path = tmp_path / "expression.h5"
    write(path, {"pixels": draw_pixels(3), "target": [0.5, 2, np.nan]}, target_shape=())
    with SampleSet(path) as samples:
        assert samples.target_shape == ()
        np.testing.assert_array_equal(samples.target, np.array([0.5, 2, np.nan], np.float32))


def test_classes_have_no_shape_of_measured_targets(samples_path):
    with SampleSet(samples_path) as samples:
        assert samples.target_shape is None
        assert samples.read_target([6, 1]).tolist() == [-1, -1]


def test_measured_targets_of_another_shape_are_refused(tmp_path):
    part = {"pixels": draw_pixels(2), "target": np.zeros((2, 4))}
    with pytest.raises(DataError, match=r"shape \(2, 4\) for 2 samples; give each sample one of"):
        write(tmp_path / "a.h5", part, target_shape=(3,))
    assert not (tmp_path / "a.h5").exists()


def test_measured_targets_are_rewritten_in_a_copy(tmp_path):
    path, out = tmp_path / "a.h5", tmp_path / "b.h5"
    write(path, {"pixels": draw_pixels(3)}, target_shape=(2,))
    target = np.array([[1, 2], [3, 4], [np.nan, 5]], np.float32)
    write_targets(path, out, target, ())
    with SampleSet(out) as samples:
        np.testing.assert_array_equal(samples.target, target)
        np.testing.assert_array_equal(samples.read_pixels([2]), draw_pixels(3)[2:])
        assert samples.record["annotated"]["results"]["n_known"] == 5
    with pytest.raises(DataError, match=r"shape \(3, 1\) for 3 samples"):
        write_targets(path, out, target[:, :1], ())


def test_all_measured_targets_may_be_said_at_the_end(tmp_path):
    path = tmp_path / "late.h5"
    with SampleWriter(
        path, channels=["DNA", "Golgi"], size_px=(6, 5), dtype=np.uint16, target_shape=(2,)
    ) as writer:
        writer.append(draw_pixels(2))
        writer.set_target([[1, 2], [3, 4]])
    with SampleSet(path) as samples:
        assert samples.target.tolist() == [[1, 2], [3, 4]]
