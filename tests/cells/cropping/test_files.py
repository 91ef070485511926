"""Crops of many images in one sample set, streamed; what fails is left out and reported."""

from __future__ import annotations

import re
import tracemalloc
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from napari_seewhy.cells.cropping.crop import CropOptions, cut_crops
from napari_seewhy.cells.cropping.files import crop_files, crop_files_steps
from napari_seewhy.cells.cropping.jobs import CropJob
from napari_seewhy.cells.cropping.targets import MarkerTargetOptions, TableTargetOptions
from napari_seewhy.cells.measuring.measure import measure_cells
from napari_seewhy.cells.segmenting.image import segment
from napari_seewhy.cells.segmenting.options import SegmentOptions
from napari_seewhy.engine import WorkerOptions, spread_steps
from napari_seewhy.errors import DataError
from napari_seewhy.images import CellImage, read_image, write_image, write_labels
from napari_seewhy.progress import finish
from napari_seewhy.samples import SampleSet
from napari_seewhy.samples.storing.describe import describe_samples

SMALL = CropOptions(size_px=16)


def write_job(folder, name: str, image: CellImage, labels: np.ndarray, **chosen) -> CropJob:
    folder.mkdir(parents=True, exist_ok=True)
    write_image(folder / f"{name}.ome.tif", image)
    write_labels(folder / f"{name}_labels.ome.tif", labels)
    return CropJob(folder / f"{name}.ome.tif", folder / f"{name}_labels.ome.tif", **chosen)


@pytest.fixture
def jobs(tmp_path, tiny_image, tiny_labels):
    """Two images with five cells each; in the second, DNA is 1000 brighter."""
    brighter = replace(tiny_image, pixels=tiny_image.pixels + np.uint16(1000))
    return [
        write_job(tmp_path / "one day", "A1", tiny_image, tiny_labels),
        write_job(tmp_path / "日本語", "B2", brighter, tiny_labels, group="dish 2"),
    ]


def test_crops_of_all_images_stand_in_one_file_with_their_origins(jobs, tmp_path, tiny_image):
    samples, failures = crop_files(jobs, tmp_path / "out" / "samples.h5", SMALL)
    with samples:
        assert samples.channels == ("DNA", "Golgi")
        assert samples.pixel_size_um == 0.5
        assert samples.pixels[:, 0, 8, 8].tolist() == [
            150, 200, 250, 300, 350, 1150, 1200, 1250, 1300, 1350,
        ]  # fmt: skip
        assert samples.group.tolist() == ["A1"] * 5 + ["dish 2"] * 5
        assert set(samples.target) == {-1}
        origin = samples.origin
        assert list(origin) == ["source", "scene", "t", "label", "y", "x"]
        assert origin["label"].tolist() == [1, 2, 3, 4, 5] * 2
        assert origin.loc[6, ["y", "x"]].tolist() == [20, 60]
        assert origin.loc[9, "source"] == str(jobs[1].path)
        cut = cut_crops(tiny_image, origin[:5], SMALL)
        np.testing.assert_array_equal(samples.pixels[:5], cut)
        record = samples.record
    assert record["verb"] == "crop"
    assert record["options"]["crop"]["size_px"] == 16
    assert len(record["inputs"]) == 4
    assert failures == ()


def test_a_table_of_cells_chooses_which_cells_are_cropped(jobs, tmp_path):
    table = tmp_path / "one day" / "A1_cells.csv"
    pd.DataFrame({"label": [4, 2], "y": [64.0, 20.0], "x": [64.0, 60.0]}).to_csv(table)
    in_memory = pd.DataFrame({"label": [5], "y": [44.0], "x": [92.0]})
    chosen = [replace(jobs[0], cells=table), replace(jobs[1], labels_path=None, cells=in_memory)]
    with crop_files(chosen, tmp_path / "a.h5", SMALL).samples as samples:
        assert samples.origin["label"].tolist() == [4, 2, 5]
        assert samples.pixels[:, 0, 8, 8].tolist() == [300, 200, 1350]


def test_a_marker_is_parted_over_all_images_and_left_out_of_the_crops(jobs, tmp_path):
    target = MarkerTargetOptions(channel="DNA", negative="DNA low", positive="DNA high")
    with crop_files(jobs, tmp_path / "a.h5", SMALL, target).samples as samples:
        assert samples.channels == ("Golgi",)
        assert samples.classes == ("DNA low", "DNA high")
        assert samples.target.tolist() == [0] * 5 + [1] * 5
        assert samples.record["results"]["threshold"] == (350 + 1150) / 2
        assert samples.record["options"]["target"]["channel"] == "DNA"


def test_undecided_cells_stay_in_the_file_as_unknown(jobs, tmp_path):
    target = MarkerTargetOptions(channel="DNA", threshold=345, undecided=0.05, keep_channel=True)
    with crop_files(jobs, tmp_path / "a.h5", SMALL, target).samples as samples:
        assert samples.channels == ("DNA", "Golgi")
        assert samples.target.tolist() == [0, 0, 0, 0, -1] + [1] * 5


def test_classes_come_from_one_table_for_all_images(jobs, tmp_path):
    table = tmp_path / "classes.csv"
    table.write_text("image,label,class\nA1,1,G1\nB2.ome.tif,1,G2\nB2,5,G1\n")
    target = TableTargetOptions(path=table)
    with crop_files(jobs, tmp_path / "a.h5", SMALL, target).samples as samples:
        assert samples.classes == ("G1", "G2")
        assert samples.target.tolist() == [0, -1, -1, -1, -1, 1, -1, -1, -1, 0]


def test_neighbours_are_masked_with_the_cells_where_there_are_cells(
    tmp_path, tiny_image, tiny_labels
):
    job = write_job(tmp_path, "A1", tiny_image, tiny_labels)
    whole = np.where(np.indices(tiny_labels.shape)[0] < 42, tiny_labels, 0)
    whole[tiny_labels > 2] = tiny_labels[tiny_labels > 2]
    write_labels(tmp_path / "A1_cell_labels.ome.tif", whole)
    job = replace(job, cell_labels_path=tmp_path / "A1_cell_labels.ome.tif")
    options = CropOptions(size_px=88, mask_neighbours=True)
    with crop_files([job], tmp_path / "a.h5", options).samples as samples:
        assert [crop.max() for crop in samples.pixels[:, 0]] == [150, 200, 250, 300, 350]


def test_inputs_that_cannot_be_used_are_reported_and_the_others_done(
    jobs, tmp_path, tiny_image, tiny_labels
):
    folder = tmp_path / "bad"
    renamed = replace(tiny_image, channels=("DNA", "tubulin"))
    floats = replace(tiny_image, pixels=tiny_image.pixels.astype(np.float32))
    coarse = replace(tiny_image, pixel_size_um=0.7)
    tiny = CellImage(np.ones((2, 9, 9), np.uint16), "CYX", ("DNA", "Golgi"), 0.5)
    truncated = write_job(folder, "truncated", tiny_image, tiny_labels)
    truncated.path.write_bytes(truncated.path.read_bytes()[:100])
    bad = {
        "is damaged or of another kind": truncated,
        "does not exist": replace(jobs[0], path=folder / "none.tif"),
        "neither labels nor a table of cells": replace(jobs[0], labels_path=None),
        "but the image has": replace(
            jobs[0],
            labels_path=write_job(folder, "small", tiny, np.ones((9, 9), np.int32)).labels_path,
        ),
        "larger than the image of 9 x 9": write_job(folder, "t", tiny, np.ones((9, 9), np.int32)),
        "has channels DNA, tubulin, but": write_job(folder, "c", renamed, tiny_labels),
        "has pixel type float32, but": write_job(folder, "f", floats, tiny_labels),
        "has pixel size in µm .* 0.7, but": write_job(folder, "p", coarse, tiny_labels),
    }
    samples, failures = crop_files([jobs[0], *bad.values(), jobs[1]], tmp_path / "a.h5", SMALL)
    with samples:
        assert samples.origin["label"].tolist() == [1, 2, 3, 4, 5] * 2
        assert len(samples.record["results"]["failures"]) == len(bad)
    assert [failure.path for failure in failures] == [str(job.path) for job in bad.values()]
    for sentence, failure in zip(bad, failures, strict=True):
        assert re.search(sentence, failure.reason), failure.reason


def test_a_common_pixel_size_brings_magnifications_together(
    jobs, tmp_path, tiny_image, tiny_labels
):
    coarse = write_job(tmp_path, "C3", replace(tiny_image, pixel_size_um=0.7), tiny_labels)
    options = CropOptions(size_px=16, pixel_size_um=1.0)
    samples, failures = crop_files([*jobs, coarse], tmp_path / "a.h5", options)
    with samples:
        assert len(samples) == 15
        assert samples.pixel_size_um == 1.0
        golgi = (samples.pixels[:, 1] > 22).sum(axis=(1, 2))
    assert 1.5 < golgi[10:].sum() / golgi[:5].sum() < 2.4
    assert failures == ()


def test_an_image_that_breaks_off_half_way_leaves_none_of_its_crops(jobs, tmp_path, monkeypatch):
    # Two crops per block; one in the last block lies outside the image of its table.
    monkeypatch.setattr("napari_seewhy.cells.cropping.crop._BLOCK_BYTES", 2 * 2 * 16 * 16 * 2)
    y = [20.0, 20.0, 60.0, 64.0, 44.0]
    cells = pd.DataFrame({"label": [1, 2, 3, 4, 4], "y": y, "x": [20.0, 60.0, 22.0, 64.0, 92.0]})
    options = CropOptions(size_px=16, mask_neighbours=True)
    broken = replace(jobs[1], cells=cells)
    target = MarkerTargetOptions(channel="DNA", threshold=225)
    chosen = [broken, jobs[0]]
    samples, failures = crop_files(chosen, tmp_path / "a.h5", options, target)
    with samples:
        assert samples.target.tolist() == [0, 0, 1, 1, 1]
        assert set(samples.group) == {"A1"}
    assert "Object 4 of the table is not at its place" in failures[0].reason


def test_an_image_without_cells_adds_nothing_and_fails_nothing(jobs, tmp_path, tiny_image):
    empty = write_job(tmp_path, "empty", tiny_image, np.zeros((88, 112), np.int32))
    samples, failures = crop_files([empty, *jobs], tmp_path / "a.h5", SMALL)
    with samples:
        assert len(samples) == 10
    assert failures == ()


def test_no_cell_at_all_is_an_error_that_gives_the_first_reason(tmp_path):
    job = CropJob(tmp_path / "none.tif")
    with pytest.raises(DataError, match=r"No cell was found .* The first reason: .*does not exist"):
        crop_files([job], tmp_path / "a.h5", SMALL)
    with pytest.raises(DataError, match="No cell was found"):
        crop_files([], tmp_path / "a.h5", SMALL)
    assert list(tmp_path.iterdir()) == []


def test_a_marker_that_is_everywhere_the_same_leaves_the_old_file(jobs, tmp_path):
    path = tmp_path / "a.h5"
    path.write_text("old")
    with pytest.raises(DataError, match="All 5 values of the marker are 40"):
        crop_files(jobs[:1], path, SMALL, MarkerTargetOptions(channel="Golgi"))
    assert path.read_text() == "old"
    assert not list(tmp_path.glob(".*.part"))


def test_stopping_half_way_leaves_nothing(jobs, tmp_path):
    task = crop_files_steps(jobs, tmp_path / "out" / "a.h5", SMALL)
    messages = [next(task).message for _ in range(3)]
    assert messages == ["Cropping A1.ome.tif", "Cropping A1.ome.tif", "Cropping B2.ome.tif"]
    task.close()
    assert list((tmp_path / "out").iterdir()) == []


def peak_bytes(job: CropJob, n_images: int, path) -> int:
    tracemalloc.start()
    crop_files([job] * n_images, path, CropOptions(size_px=48)).samples.close()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_memory_does_not_grow_with_the_number_of_images(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 60000, (1, 256, 256)).astype(np.uint16)
    image = CellImage(pixels, "CYX", ("DNA",))
    labels = np.zeros((256, 256), np.int32)
    labels[8::16, 8::16] = np.arange(1, 257).reshape(16, 16)
    job = write_job(tmp_path, "field", image, labels)
    peak_bytes(job, 1, tmp_path / "warm.h5")
    few, many = (peak_bytes(job, n, tmp_path / f"{n}.h5") for n in (2, 12))
    with SampleSet(tmp_path / "12.h5") as samples:
        n_bytes = samples.pixels.nbytes
    # Ten images more are 11.8 MB of crops.
    assert many - few < 0.05 * n_bytes


@pytest.mark.realdata
def test_ph3_marks_the_mitotic_minority_of_the_human_cells(real_data, tmp_path):
    path = real_data / "human" / "dna_ph3_cell.ome.tif"
    image = read_image(path)
    labels = segment(image, SegmentOptions(channel="DNA")).nuclei
    write_labels(tmp_path / "labels.ome.tif", labels)
    job = CropJob(path, tmp_path / "labels.ome.tif")
    target = MarkerTargetOptions(channel="PH3", negative="interphase", positive="mitosis")
    samples, failures = crop_files([job], tmp_path / "a.h5", CropOptions(size_px=40), target)
    with samples:
        told = describe_samples(samples)
        cells = measure_cells(image, labels)
        ph3 = cells["mean_PH3"].to_numpy()
        is_mitotic = samples.target == 1
    assert failures == ()
    assert told["n_samples"] == labels.max() > 200
    assert list(told["channels"]) == ["DNA", "cell"]
    assert 8 <= told["classes"]["mitosis"] < 0.1 * told["n_samples"]
    assert ph3[is_mitotic].min() > ph3[~is_mitotic].max()
    # Condensed chromosomes are brighter; the network is to see it, so crops must keep it.
    assert np.median(cells["mean_DNA"][is_mitotic]) > np.median(cells["mean_DNA"][~is_mitotic])


@pytest.mark.realdata
def test_the_plate_is_cropped_with_its_wells_as_groups_and_its_doses_as_classes(
    real_data, tmp_path
):
    plate = real_data / "translocation_plate"
    wells = pd.read_csv(plate / "wells.csv")
    wells = wells[wells["row"] == wells["row"].min()]
    jobs = []
    for well, dose in zip(wells["well"], wells["dose_level"], strict=True):
        image = read_image(plate / f"{well}.ome.tif")
        labels = segment(image, SegmentOptions(channel="1")).nuclei
        cells = measure_cells(image, labels).assign(dose=dose)
        jobs.append(CropJob(plate / f"{well}.ome.tif", cells=cells))
    samples, failures = crop_files(
        jobs, tmp_path / "a.h5", CropOptions(size_px=32), TableTargetOptions(column="dose")
    )
    with samples:
        told = describe_samples(samples)
        reporter = samples.pixels[:, 0, 13:19, 13:19].mean(axis=(1, 2))
        by_dose = pd.Series(reporter).groupby(samples.target).median()
    assert failures == ()
    assert set(told["groups"]) == set(wells["well"])
    assert told["n_samples"] > 50 * len(wells)
    assert spearmanr(by_dose.index, by_dose).statistic > 0.8


def test_processes_write_the_file_that_one_process_writes(jobs, tmp_path, tiny_image, tiny_labels):
    renamed = replace(tiny_image, channels=("DNA", "tubulin"))
    empty = write_job(tmp_path, "empty", tiny_image, np.zeros((88, 112), np.int32))
    chosen = [
        jobs[0],
        CropJob(tmp_path / "none.tif", jobs[0].labels_path),
        write_job(tmp_path, "renamed", renamed, tiny_labels),
        empty,
        jobs[1],
    ]
    target = MarkerTargetOptions(channel="DNA", threshold=225)
    alone = crop_files(chosen, tmp_path / "alone.h5", SMALL, target)
    where = WorkerOptions(workers=2)
    path = tmp_path / "out" / "spread.h5"
    task = spread_steps(crop_files_steps, chosen, path, SMALL, target, where=where)
    spread = finish(task)
    with alone.samples as one, spread.samples as other:
        assert other.pixels[:].tolist() == one.pixels[:].tolist()
        pd.testing.assert_frame_equal(other.origin, one.origin)
        for name in ("target", "group"):
            assert getattr(other, name).tolist() == getattr(one, name).tolist()
        assert other.record["inputs"] == one.record["inputs"]
        assert other.record["results"] == one.record["results"]
    assert len(spread.failures) == 2
    assert spread.failures == alone.failures
    assert [left.name for left in path.parent.iterdir()] == ["spread.h5"]
