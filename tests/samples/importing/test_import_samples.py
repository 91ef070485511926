"""Samples that were made elsewhere come in whole; what cannot be used is refused or reported."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
import tifffile

from napari_seewhy.errors import DataError, FileError, OptionError, SeewhyWarning
from napari_seewhy.progress import finish
from napari_seewhy.samples.importing.import_samples import (
    import_folders,
    import_folders_steps,
    import_npz,
    import_npz_steps,
    import_table,
)
from napari_seewhy.samples.importing.options import ImagesOptions, ImageTableOptions, NpzOptions
from napari_seewhy.samples.storing.describe import describe_samples

PIXELS = np.random.default_rng(0).integers(0, 999, (6, 2, 8, 8)).astype(np.uint16)
PHASES = np.array(["G1", "S", "G1", "G2", "", "S"])


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "crops 1.npz"
    days = np.array([1, 1, 2, 2, 3, 3])
    names = np.array(["DNA", "Golgi"])
    np.savez(path, pixels=PIXELS, phase=PHASES, day=days, channels=names)
    return path


def test_an_archive_becomes_a_sample_set(archive, tmp_path):
    options = NpzOptions(target_key="phase", group_key="day", pixel_size_um=0.5)
    samples, failures = import_npz(archive, tmp_path / "a.h5", options)
    with samples:
        np.testing.assert_array_equal(samples.pixels[:], PIXELS)
        assert samples.classes == ("G1", "G2", "S")
        assert samples.target.tolist() == [0, 2, 0, 1, -1, 2]
        assert samples.group.tolist() == ["1", "1", "2", "2", "3", "3"]
        assert samples.channels == ("DNA", "Golgi")
        assert samples.pixel_size_um == 0.5
        assert samples.origin["row"].tolist() == [0, 1, 2, 3, 4, 5]
        assert set(samples.origin["source"]) == {str(archive)}
        assert samples.record["verb"] == "import"
    assert failures == ()


def test_without_classes_and_groups_all_is_unknown_and_one_group(archive, tmp_path):
    with import_npz(archive, tmp_path / "a.h5").samples as samples:
        assert set(samples.target) == {-1}
        assert set(samples.group) == {"crops 1"}


@pytest.mark.parametrize(
    ("layout", "array"),
    [("NHWC", np.moveaxis(PIXELS, 1, -1).copy()), ("NHW", PIXELS[:, 0].copy())],
)
def test_other_orders_of_axes_are_turned_round(tmp_path, layout, array):
    np.savez_compressed(tmp_path / "a.npz", x=array)
    options = NpzOptions(pixels_key="x", layout=layout)
    with import_npz(tmp_path / "a.npz", tmp_path / "a.h5", options).samples as samples:
        n_channels = samples.pixels.shape[1]
        np.testing.assert_array_equal(samples.pixels[:], PIXELS[:, :n_channels])
        assert samples.channels == tuple(f"channel {i}" for i in range(n_channels))


def test_a_large_archive_is_read_block_by_block(tmp_path):
    np.savez(tmp_path / "a.npz", pixels=np.zeros((33, 1, 1024, 1024), np.uint8))
    steps = list(import_npz_steps(tmp_path / "a.npz", tmp_path / "a.h5"))
    assert [step.done for step in steps] == [0, 16, 32]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"pixels_key": "x"}, "has no array 'x'; its arrays are pixels, phase, day, channels"),
        ({"target_key": "channels"}, r"channels has shape \(2,\) for 6 samples"),
        ({"layout": "NHW"}, "choose another order of axes"),
        ({"layout": "NHWC"}, "2 names for 8 channels; choose another order"),
        ({"target_key": "phase", "classes": ("M",)}, "No sample is of class M"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(archive, tmp_path, changed, sentence):
    with pytest.raises(DataError, match=sentence):
        import_npz(archive, tmp_path / "a.h5", NpzOptions(**changed))
    assert not (tmp_path / "a.h5").exists()


def test_python_objects_are_never_loaded(tmp_path):
    np.savez(tmp_path / "a.npz", pixels=np.array([{"a": 1}, None], object))
    with pytest.raises(DataError, match="cannot be read row by row; save a plain array"):
        import_npz(tmp_path / "a.npz", tmp_path / "a.h5")


def cut_short(path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def flip_bytes(path) -> None:
    content = bytearray(path.read_bytes())
    content[300:400] = bytes(100)
    path.write_bytes(content)


def write_text_entry(path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("pixels.npy", "no array")


@pytest.mark.parametrize(
    ("damage", "error", "sentence"),
    [
        (lambda path: path.unlink(), FileError, "does not exist"),
        (lambda path: path.write_bytes(b""), FileError, "is no numpy archive"),
        (cut_short, FileError, "is no numpy archive"),
        (flip_bytes, FileError, "is no numpy archive .*, or is damaged"),
        (write_text_entry, DataError, "is no numpy array"),
    ],
)
def test_an_archive_that_is_not_whole_is_refused(archive, tmp_path, damage, error, sentence):
    damage(archive)
    with pytest.raises(error, match=sentence):
        import_npz(archive, tmp_path / "a.h5")
    assert {file.suffix for file in tmp_path.iterdir()} <= {".npz"}


@pytest.fixture
def class_folders(tmp_path):
    """Root with G1/day1/a.tif, G1/day2/b.tif, G2/day1/c.tif (filled 1, 2, 3) and no image."""
    root = tmp_path / "日本語 set"
    names = ("G1/day1/a.tif", "G1/day2/b.tif", "G2/day1/c.tif")
    for value, name in enumerate(names, start=1):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        tifffile.imwrite(root / name, np.full((10, 12), value, np.uint8))
    (root / "G1" / "notes.txt").write_text("no image")
    (root / "outside.tif").write_bytes(b"in no class folder")
    return root


def test_class_folders_become_a_sample_set(class_folders, tmp_path):
    options = ImagesOptions(group_regex=r"/(day\d)/", pixel_size_um=0.3)
    samples, failures = import_folders(class_folders, tmp_path / "a.h5", options)
    with samples:
        assert samples.pixels[:, 0, 0, 0].tolist() == [1, 2, 3]
        assert samples.pixels.shape == (3, 1, 10, 12)
        assert samples.classes == ("G1", "G2")
        assert samples.target.tolist() == [0, 0, 1]
        assert samples.group.tolist() == ["day1", "day2", "day1"]
        assert samples.pixel_size_um == 0.3
        assert describe_samples(samples)["n_sources"] == 3
    assert failures == ()


def test_without_a_pattern_every_file_is_its_own_group(class_folders, tmp_path):
    with import_folders(class_folders, tmp_path / "a.h5").samples as samples:
        assert samples.group.tolist() == ["a", "b", "c"]


def test_files_that_cannot_be_used_are_reported_and_the_others_done(class_folders, tmp_path):
    (class_folders / "G2" / "empty.tif").write_bytes(b"")
    tifffile.imwrite(class_folders / "G2" / "small.tif", np.zeros((5, 5), np.uint8))
    tifffile.imwrite(
        class_folders / "G2" / "two.ome.tif",
        np.zeros((2, 10, 12), np.uint8),
        metadata={"axes": "CYX"},
    )
    series = np.zeros((2, 10, 12), np.uint8)
    tifffile.imwrite(class_folders / "G2" / "time.ome.tif", series, metadata={"axes": "TYX"})
    samples, failures = import_folders(class_folders, tmp_path / "a.h5")
    with samples:
        assert samples.target.tolist() == [0, 0, 1]
        assert [failure["path"] for failure in samples.record["results"]["failures"]] == [
            failure.path for failure in failures
        ]
    reasons = {failure.path.rsplit("/")[-1]: failure.reason for failure in failures}
    assert set(reasons) == {"empty.tif", "small.tif", "two.ome.tif", "time.ome.tif"}
    assert "all samples must be alike" in reasons["small.tif"]
    assert "bring in images of one kind at a time" in reasons["two.ome.tif"]
    assert "2 time points; a sample is one picture" in reasons["time.ome.tif"]


def test_a_size_cuts_the_middle_and_mirrors_small_images(class_folders, tmp_path):
    small = np.arange(25, dtype=np.uint8).reshape(5, 5)
    tifffile.imwrite(class_folders / "G2" / "small.tif", small)
    samples, failures = import_folders(class_folders, tmp_path / "a.h5", ImagesOptions(size_px=7))
    with samples:
        assert samples.pixels.shape == (4, 1, 7, 7)
        np.testing.assert_array_equal(samples.pixels[3, 0], np.pad(small, 1, mode="reflect"))
    assert failures == ()


def test_folders_without_images_are_refused(tmp_path):
    (tmp_path / "G1").mkdir()
    with pytest.raises(FileError, match=r"holds no folder with images; wanted .*/<class>/<image>"):
        import_folders(tmp_path, tmp_path / "a.h5")


def test_nothing_usable_is_refused_with_the_first_reason(tmp_path):
    (tmp_path / "G1").mkdir()
    (tmp_path / "G1" / "a.tif").write_bytes(b"")
    with pytest.raises(
        DataError, match=r"Not one of the 1 images could be used\. The first reason:"
    ):
        import_folders(tmp_path, tmp_path / "a.h5")


@pytest.mark.parametrize(
    ("pattern", "sentence"), [("week", "finds no group in"), ("(", "is no regular expression")]
)
def test_a_pattern_that_finds_no_group_is_refused(class_folders, tmp_path, pattern, sentence):
    with pytest.raises(OptionError, match=sentence):
        import_folders(class_folders, tmp_path / "a.h5", ImagesOptions(group_regex=pattern))


def test_closing_an_import_half_way_leaves_no_file(class_folders, tmp_path):
    task = import_folders_steps(class_folders, tmp_path / "out" / "a.h5")
    next(task), next(task)
    assert len(list((tmp_path / "out").iterdir())) == 1
    task.close()
    assert list((tmp_path / "out").iterdir()) == []


def test_a_table_of_files_becomes_a_sample_set(class_folders, tmp_path):
    table = class_folders / "files.csv"
    table.write_text("file,phase,dish\nG1/day1/a.tif,1,d1\nG2/day1/c.tif,,d2\nnone.tif,0,d2\n")
    options = ImageTableOptions(path_column="file", class_column="phase", group_column="dish")
    samples, failures = import_table(table, tmp_path / "a.h5", options)
    with samples:
        assert samples.classes == ("1",)
        assert samples.target.tolist() == [0, -1]
        assert samples.group.tolist() == ["d1", "d2"]
    assert len(failures) == 1
    assert "it does not exist" in failures[0].reason


def test_a_table_without_classes_leaves_all_unknown(class_folders, tmp_path):
    table = class_folders / "files.csv"
    table.write_text("path\nG1/day1/a.tif\n")
    options = ImageTableOptions(class_column="")
    with import_table(table, tmp_path / "a.h5", options).samples as samples:
        assert samples.target.tolist() == [-1]
        assert samples.group.tolist() == ["a"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("path\na.tif\n", "has no column class; its columns are path"),
        ("path,class\na.tif,G1\n,G2\n", "Line 3 of .* names no file; fill it in"),
    ],
)
def test_a_table_that_lacks_something_is_refused(tmp_path, text, sentence):
    (tmp_path / "files.csv").write_text(text)
    with pytest.raises(DataError, match=sentence):
        import_table(tmp_path / "files.csv", tmp_path / "a.h5")


@pytest.mark.realdata
def test_the_jurkat_cells_come_in_with_their_phases(real_data, tmp_path):
    options = NpzOptions(target_key="phase", classes=("G1", "S_phase", "G2"))
    task = import_npz_steps(real_data / "jurkat" / "crops.npz", tmp_path / "a.h5", options)
    with finish(task).samples as samples:
        told = describe_samples(samples)
        assert told["n_samples"] == 2733
        assert told["classes"] == {"G1": 720, "S_phase": 720, "G2": 720}
        assert told["n_unknown"] == 573
        assert list(told["channels"]) == ["Ch3_brightfield", "Ch4_DNA", "Ch6_darkfield"]
        assert told["channels"]["Ch4_DNA"]["max"] == 3014
        g1, g2 = (samples.read_pixels(np.flatnonzero(samples.target == c))[:, 1] for c in (0, 2))
    # G2 has twice the DNA of G1, which normalising each crop would have deleted.
    assert 1.6 < g2.sum(axis=(1, 2)).mean() / g1.sum(axis=(1, 2)).mean() < 2.2


def write_crops(root, folders, size_um=0.25):
    for i, folder in enumerate(folders):
        (root / folder).mkdir(parents=True, exist_ok=True)
        size = size_um[i % len(size_um)] if isinstance(size_um, tuple) else size_um
        tifffile.imwrite(
            root / folder / "cell.tif",
            PIXELS[i % 6, 0],
            imagej=True,
            resolution=(1 / size, 1 / size),
            metadata={"unit": "um", "axes": "YX"},
        )


def test_sets_of_a_split_are_kept_beside_the_classes_and_it_is_told(tmp_path):
    folders = [f"{part}/{name}" for part in ("test", "train", "val") for name in ("G1", "G2")]
    write_crops(tmp_path / "root", folders)
    with pytest.warns(SeewhyWarning, match="test, train, val of .* are taken for the sets"):
        samples, failures = import_folders(tmp_path / "root", tmp_path / "a.h5")
    with samples:
        assert samples.classes == ("G1", "G2")
        assert samples.origin["set"].tolist() == ["test"] * 2 + ["train"] * 2 + ["val"] * 2
        assert len(set(samples.group)) == 6
    assert failures == ()


def test_images_of_two_pixel_sizes_are_not_mixed(tmp_path):
    write_crops(tmp_path / "root", ["G1", "G2", "G3"], (0.25, 0.5, 0.25))
    samples, failures = import_folders(tmp_path / "root", tmp_path / "a.h5")
    with samples:
        assert (samples.pixel_size_um, len(samples)) == (0.25, 2)
    (failure,) = failures
    assert "pixels of 0.5 µm, but the images before it have 0.25 µm" in failure.reason


def test_a_pixel_size_that_was_given_holds_for_all(tmp_path):
    write_crops(tmp_path / "root", ["G1", "G2"], (0.25, 0.5))
    samples, failures = import_folders(
        tmp_path / "root", tmp_path / "a.h5", ImagesOptions(pixel_size_um=0.3)
    )
    with samples:
        assert (samples.pixel_size_um, len(samples)) == (0.3, 2)
    assert failures == ()


def test_an_image_of_unknown_pixel_size_is_not_mixed_with_others(tmp_path):
    write_crops(tmp_path / "root", ["G1"])
    (tmp_path / "root" / "G2").mkdir()
    tifffile.imwrite(tmp_path / "root" / "G2" / "cell.tif", PIXELS[0, 0])
    samples, failures = import_folders(tmp_path / "root", tmp_path / "a.h5")
    samples.close()
    assert "pixels of unknown size, but the images before it have 0.25 µm" in failures[0].reason


def test_an_image_in_several_files_becomes_one_sample_whose_record_names_all(tmp_path):
    schema = 'xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"'
    names = ["a_c0.ome.tif", "a_c1.ome.tif"]
    planes = "".join(
        f'<TiffData FirstC="{c}" PlaneCount="1"><UUID FileName="{name}">urn:{c}</UUID></TiffData>'
        for c, name in enumerate(names)
    )
    folder = tmp_path / "set" / "A"
    folder.mkdir(parents=True)
    for c, name in enumerate(names):
        text = (
            f'<OME {schema} UUID="urn:{c}"><Image ID="Image:0"><Pixels ID="Pixels:0" SizeX="8" '
            'SizeY="8" SizeC="2" SizeZ="1" SizeT="1" Type="uint16" DimensionOrder="XYCZT">'
            f"{planes}</Pixels></Image></OME>"
        )
        pixels = np.full((8, 8), c + 1, np.uint16)
        tifffile.imwrite(folder / name, pixels, description=text, metadata=None)
    gathered = import_folders(tmp_path / "set", tmp_path / "set.h5")
    assert [failure.path for failure in gathered.failures] == [str(folder / names[1])]
    assert "begins in another of these files" in gathered.failures[0].reason
    assert (len(gathered.samples), gathered.samples.channels) == (1, ("channel 0", "channel 1"))
    inputs = gathered.samples.record["inputs"]
    assert [Path(one["path"]).name for one in inputs] == names
    assert len({one["sha256"] for one in inputs}) == 2


def test_a_single_array_is_no_archive_and_not_damaged(tmp_path):
    with (tmp_path / "one.npz").open("wb") as stream:
        np.save(stream, PIXELS)
    with pytest.raises(FileError, match=r"is a single numpy array \(.npy\)") as error:
        import_npz(tmp_path / "one.npz", tmp_path / "out.h5")
    assert "damaged" not in str(error.value)


@pytest.mark.filterwarnings("ignore:.*no distance and no time between them")
def test_slices_are_projected_only_if_they_are_said_to_be_planes(tmp_path):
    stack = np.arange(3 * 8 * 8, dtype="u2").reshape(3, 8, 8)
    (tmp_path / "in" / "G1").mkdir(parents=True)
    tifffile.imwrite(tmp_path / "in" / "G1" / "a.tif", stack, imagej=True, metadata={"axes": "ZYX"})
    with pytest.raises(DataError, match="3 slices are planes or time points; say it"):
        finish(import_folders_steps(tmp_path / "in", tmp_path / "a.h5", ImagesOptions()))
    options = ImagesOptions(slices="planes")
    with finish(import_folders_steps(tmp_path / "in", tmp_path / "a.h5", options)).samples as found:
        np.testing.assert_array_equal(found.read_pixels([0])[0, 0], stack[2])
    with pytest.raises(DataError, match="has 3 time points"):
        finish(
            import_folders_steps(tmp_path / "in", tmp_path / "a.h5", ImagesOptions(slices="times"))
        )


def test_folders_that_systems_leave_are_no_classes(tmp_path):
    leftovers = ("__MACOSX", "@eaDir", ".ipynb_checkpoints", "G1/.ipynb_checkpoints", "G2/@eaDir")
    write_crops(tmp_path / "set", ("G1", "G2", *leftovers))
    with import_folders(tmp_path / "set", tmp_path / "a.h5").samples as samples:
        assert samples.classes == ("G1", "G2")
        assert len(samples) == 2


@pytest.mark.parametrize("outer", [("day1", "day2"), ("fold1", "fold2"), ("G1", "G2")])
def test_folders_that_recur_in_all_classes_may_be_the_classes_and_it_is_told(tmp_path, outer):
    write_crops(tmp_path / "set", [f"{a}/{b}" for a in outer for b in ("dead", "live")])
    with (
        pytest.warns(SeewhyWarning, match="are taken for classes, and dead, live recur in each"),
        import_folders(tmp_path / "set", tmp_path / "a.h5").samples as samples,
    ):
        assert samples.classes == outer


def test_copies_of_an_image_are_told(tmp_path):
    write_crops(tmp_path / "set", ("G1", "G2"))
    (tmp_path / "set/G2/again.tif").write_bytes((tmp_path / "set/G1/cell.tif").read_bytes())
    with (
        pytest.warns(
            SeewhyWarning, match=r"1 image holds the same pixels.*again\.tif and .*cell\.tif"
        ),
        import_folders(tmp_path / "set", tmp_path / "a.h5").samples as samples,
    ):
        assert "same pixels" in samples.record["results"]["warnings"][0]


def test_channels_that_stand_last_are_not_taken_for_columns(tmp_path):
    np.savez(tmp_path / "keras.npz", pixels=np.zeros((4, 8, 8, 3), np.uint8))
    with pytest.raises(DataError, match=r"squares of 8 px with 3 channels last; say --layout NHWC"):
        import_npz(tmp_path / "keras.npz", tmp_path / "a.h5")
    with import_npz(tmp_path / "keras.npz", tmp_path / "a.h5", NpzOptions(layout="NHWC"))[0] as one:
        assert one.pixels.shape == (4, 3, 8, 8)
