"""OME-Zarr of several makers is read as what it is: images, plates, units, names, scales."""

from __future__ import annotations

import json
import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest
import zarr

from napari_seewhy.batch import run_steps
from napari_seewhy.errors import DataError, FileError, OptionError, SeewhyWarning
from napari_seewhy.files import hash_file
from napari_seewhy.images import (
    ImageJob,
    ImageWork,
    Written,
    list_scenes,
    read_image,
    write_zarr_labels,
)
from napari_seewhy.inputs import find_inputs
from napari_seewhy.progress import Step, finish

if TYPE_CHECKING:
    from pathlib import Path

PIXELS = np.arange(2 * 40 * 50, dtype=np.uint16).reshape(2, 40, 50)


def write_attributes(group, attributes, version):
    group.attrs.update(
        {"ome": {"version": version, **attributes}} if version == "0.5" else attributes
    )


def make_image(
    path, version="0.4", pixels=PIXELS, axes="cyx", unit="micrometer", outer=(), names=()
):
    """An image with two resolutions, written with zarr alone."""
    group = zarr.open_group(path, mode="w", zarr_format=3 if version == "0.5" else 2)
    small = pixels[..., ::2, ::2]
    for name, level in (("0", pixels), ("1", small)):
        chunks = (1,) * (level.ndim - 2) + (16, 16)
        group.create_array(name, shape=level.shape, dtype=level.dtype, chunks=chunks)[:] = level
    kinds = {"c": "channel", "t": "time"}
    lengths = {"x": 0.5, "y": 0.5, "z": 2.0}

    def scale(factor):
        each = [lengths.get(axis, 1.0) * (factor if axis in "yx" else 1.0) for axis in axes]
        return [{"type": "scale", "scale": each}]

    multiscale = {
        "axes": [
            {"name": axis, "type": kinds.get(axis, "space")}
            | ({"unit": unit} if axis in "zyx" and unit else {})
            for axis in axes
        ],
        "datasets": [
            {"path": name, "coordinateTransformations": scale(factor)}
            for name, factor in (("0", 1.0), ("1", 2.0))
        ],
    }
    if version == "0.4":
        multiscale["version"] = version
    if outer:
        multiscale["coordinateTransformations"] = [{"type": "scale", "scale": list(outer)}]
    attributes = {"multiscales": [multiscale]}
    if names:
        attributes["omero"] = {"channels": [{"label": name} for name in names]}
    write_attributes(group, attributes, version)
    return path


def make_plate(path, version="0.4", wells=("A/1", "B/2"), named=("A/1", "B/2")):
    plate = zarr.open_group(path, mode="w", zarr_format=3 if version == "0.5" else 2)
    where = [
        {"path": well, "rowIndex": ord(well[0]) - 65, "columnIndex": int(well[2:]) - 1}
        for well in named
    ]
    rows = [{"name": row} for row in sorted({well[0] for well in named})]
    columns = [{"name": column} for column in sorted({well[2:] for well in named})]
    write_attributes(
        plate,
        {"plate": {"wells": where, "rows": rows, "columns": columns, "version": version}},
        version,
    )
    for i, well in enumerate(wells):
        group = plate.create_group(well)
        images = [{"path": "0"}, {"path": "1"}]
        write_attributes(group, {"well": {"images": images, "version": version}}, version)
        for field in (0, 1):
            make_image(path / well / str(field), version, PIXELS + 10 * i + field)
    return path


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_an_image_is_read_with_names_and_pixel_size(tmp_path, version):
    path = make_image(tmp_path / "a.zarr", version, names=("DAPI", "GFP"))
    image = read_image(path)
    assert np.array_equal(image.pixels, PIXELS)
    assert image.pixels.dtype == np.uint16
    assert (image.axes, image.channels, image.pixel_size_um) == ("CYX", ("DAPI", "GFP"), 0.5)
    assert list_scenes(path) == [""]


def test_what_is_large_stays_in_its_folder_and_travels(tmp_path):
    image = read_image(make_image(tmp_path / "a.zarr"), lazy=True)
    assert not isinstance(image.pixels, np.ndarray)
    again = pickle.loads(pickle.dumps(image.pixels))
    assert np.array_equal(again[1, 5:30, 3:20].compute(), PIXELS[1, 5:30, 3:20])


def test_the_scale_beside_the_resolutions_and_the_unit_count(tmp_path):
    outer = make_image(tmp_path / "outer.zarr", outer=(1, 0.65, 0.65))
    assert read_image(outer).pixel_size_um == pytest.approx(0.325)
    nanometres = make_image(tmp_path / "nm.zarr", unit="nanometer", outer=(1, 100, 100))
    assert read_image(nanometres).pixel_size_um == pytest.approx(0.05)
    with pytest.warns(SeewhyWarning, match="no unit, so it is not known in micrometres"):
        assert read_image(make_image(tmp_path / "none.zarr", unit="")).pixel_size_um is None


def test_stacks_and_times_without_channel_names(tmp_path):
    pixels = np.zeros((2, 3, 4, 20, 20), np.uint8)
    pixels[1, 2, 3] = 7
    image = read_image(make_image(tmp_path / "a.zarr", "0.5", pixels, "tczyx"))
    assert image.axes == "TCZYX"
    assert image.channels == ("channel 0", "channel 1", "channel 2")
    assert image.z_step_um == 2.0
    assert np.array_equal(image.pixels, pixels)


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_wells_and_fields_of_a_plate_are_scenes(tmp_path, version):
    path = make_plate(tmp_path / "plate.zarr", version)
    assert list_scenes(path) == ["A/1/0", "A/1/1", "B/2/0", "B/2/1"]
    image = read_image(path, scene="B/2/1")
    assert image.scene == "B/2/1"
    assert np.array_equal(image.pixels, PIXELS + 11)
    assert list_scenes(path / "A" / "1") == ["0", "1"]
    with pytest.raises(OptionError, match="There is no scene 'C/3/0'"):
        read_image(path, scene="C/3/0")


def test_missing_wells_are_passed_over_with_a_warning(tmp_path):
    path = make_plate(tmp_path / "plate.zarr", wells=("A/1",))
    with pytest.warns(SeewhyWarning, match=r"names 1 wells that are not there, such as B/2"):
        assert list_scenes(path) == ["A/1/0", "A/1/1"]


def test_a_collection_of_bioformats2raw_lists_its_series(tmp_path):
    group = zarr.open_group(tmp_path / "c.zarr", mode="w", zarr_format=2)
    group.attrs["bioformats2raw.layout"] = 3
    for name in ("0", "1"):
        make_image(tmp_path / "c.zarr" / name, pixels=PIXELS + int(name))
    assert list_scenes(tmp_path / "c.zarr") == ["0", "1"]
    assert np.array_equal(read_image(tmp_path / "c.zarr", scene=1).pixels, PIXELS + 1)


def test_half_written_folders_are_refused_or_told(tmp_path):
    bare = make_image(tmp_path / "bare.zarr")
    (bare / ".zattrs").unlink()
    with pytest.raises(FileError, match="has no description of its images"):
        read_image(bare)
    lost = make_image(tmp_path / "lost.zarr")
    (lost / "0" / ".zarray").unlink()
    with pytest.raises(FileError, match=r"cannot be read|does not exist"):
        read_image(lost)
    cut = make_image(tmp_path / "cut.zarr")
    chunk = cut / "0" / "0.0.0"
    chunk.write_bytes(chunk.read_bytes()[:9])
    with pytest.raises(FileError):
        read_image(cut)
    empty = make_image(tmp_path / "empty.zarr")
    for one in (empty / "0").glob("[0-9]*"):
        one.unlink()
    with pytest.warns(SeewhyWarning, match="was not written to its end"):
        assert not read_image(empty).pixels.any()
    other = tmp_path / "other.zarr"
    zarr.open_group(other, mode="w", zarr_format=2).attrs["author"] = "nobody"
    with pytest.raises(FileError, match="holds no image that is described as OME-Zarr"):
        read_image(other)


def test_a_folder_of_zarr_counts_as_one_file(tmp_path):
    path = make_image(tmp_path / "a.zarr")
    for given in (tmp_path, path):
        assert find_inputs([given]) == [path]
    before = hash_file(path)
    assert before == hash_file(path)
    attributes = json.loads((path / ".zattrs").read_text())
    (path / ".zattrs").write_text(json.dumps(attributes | {"more": 1}))
    assert hash_file(path) != before


def test_other_writers_are_read(tmp_path):
    ngff_zarr = pytest.importorskip("ngff_zarr")
    image = ngff_zarr.to_ngff_image(
        PIXELS,
        dims=("c", "y", "x"),
        scale={"y": 0.3, "x": 0.3, "c": 1.0},
        axes_units={"y": "micrometer", "x": "micrometer"},
    )
    ngff_zarr.to_ngff_zarr(
        str(tmp_path / "n.zarr"), ngff_zarr.to_multiscales(image, scale_factors=[2]), version="0.4"
    )
    found = read_image(tmp_path / "n.zarr")
    assert np.array_equal(found.pixels, PIXELS)
    assert found.pixel_size_um == pytest.approx(0.3)


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_labels_have_the_resolutions_and_scales_of_their_image_for_other_readers(tmp_path, version):
    path = make_image(tmp_path / "a.zarr", version, outer=(1, 0.65, 0.65))
    before = hash_file(path)
    labels = np.zeros((40, 50), np.int32)
    labels[10:20, 5:25], labels[31, 47] = 3, 70_000
    write_zarr_labels(path, 0, labels + 1, "nuclei")
    write_zarr_labels(path, 0, labels, "nuclei")
    written = write_zarr_labels(path, 0, labels, "cells")
    assert hash_file(path) == before
    assert sorted(one.name for one in written.parent.iterdir() if one.is_dir()) == [
        "cells",
        "nuclei",
    ]

    again = read_image(path / "labels" / "nuclei")
    assert again.pixel_size_um == pytest.approx(0.325)
    assert np.array_equal(again.pixels[0], labels)

    ngff_zarr = pytest.importorskip("ngff_zarr")
    levels = ngff_zarr.from_ngff_zarr(str(path / "labels" / "nuclei"), validate=True).images
    assert [level.data.shape for level in levels] == [(40, 50), (20, 25)]
    assert np.array_equal(levels[0].data.compute(), labels)
    assert levels[1].data.compute()[7, 6] == 3
    assert [level.scale["x"] for level in levels] == pytest.approx([0.325, 0.65])

    bioio = pytest.importorskip("bioio_ome_zarr")
    opened = bioio.Reader(path / "labels" / "nuclei")
    assert pytest.approx(0.325) == opened.physical_pixel_sizes.X
    assert np.array_equal(opened.data, labels)


def test_labels_of_another_size_are_refused(tmp_path):
    path = make_image(tmp_path / "a.zarr")
    with pytest.raises(DataError, match="they belong to another image"):
        write_zarr_labels(path, 0, np.zeros((40, 40), np.int32), "nuclei")
    assert not list(path.glob("labels/*"))


def test_the_fields_of_a_plate_are_worked_on_and_resumed(tmp_path):
    plate = make_plate(tmp_path / "plate.zarr")

    @dataclass(frozen=True)
    class Copying(ImageWork):
        out: Path
        VERB = "copy"
        RECORD = "_record.json"

        def chosen(self):
            return {}

        def look_steps(self, job, image):
            yield Step(0, 1)
            return int(image.pixels.max())

        def write(self, job, image, found):
            labels = np.full(PIXELS.shape[1:], 5, np.int32)
            write_zarr_labels(job.path, job.scene, labels, "nuclei")
            return Written([], {"largest": found})

    work = Copying(tmp_path / "out")
    jobs = [ImageJob(plate, i, f"plate_{i}") for i in range(4)]
    outcomes = finish(run_steps(jobs, work))
    assert [one.results["largest"] - int(PIXELS.max()) for one in outcomes] == [0, 1, 10, 11]
    assert (plate / "B" / "2" / "1" / "labels" / "nuclei" / "0").is_dir()
    assert {one.status for one in finish(run_steps(jobs, work))} == {"skipped"}
    make_image(plate / "A" / "1" / "0", pixels=PIXELS[:, ::-1])
    again = finish(run_steps(jobs, work))
    assert [one.status for one in again] == ["done", "skipped", "skipped", "skipped"]
