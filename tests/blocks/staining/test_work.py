from __future__ import annotations

import json
import pickle

import numpy as np
import pandas as pd
import pytest

from napari_seewhy.batch import run_steps
from napari_seewhy.blocks.learning.train import train_stains
from napari_seewhy.blocks.marking.fields import FieldReader
from napari_seewhy.blocks.marking.options import StainThresholdOptions
from napari_seewhy.blocks.pairing.options import StainPairOptions
from napari_seewhy.blocks.pairing.place_options import PlaceOptions
from napari_seewhy.blocks.staining.efficiency_files import write_efficiencies
from napari_seewhy.blocks.staining.options import ApplyStainOptions
from napari_seewhy.blocks.staining.work import StainWork, stain_files_steps
from napari_seewhy.errors import FileError
from napari_seewhy.images import CellImage, ImageJob, read_image, write_image
from napari_seewhy.progress import finish
from napari_seewhy.staining.stain_options import StainOptions

EXACT = ApplyStainOptions(device="cpu", precision="fp32")


@pytest.fixture
def make_work(stain_file, tmp_path):
    def make(**options) -> StainWork:
        places = PlaceOptions(dish=r"(dish\d+)")
        return StainWork(stain_file, tmp_path / "out", places, EXACT.change(**options))

    return make


@pytest.fixture
def job(tmp_path, dish):
    path = tmp_path / "dish7_a.ome.tif"
    write_image(path, dish(7))
    return ImageJob(path, 0, "dish7_a")


def test_an_image_gets_probability_mask_table_and_record(make_work, job, tmp_path):
    work = make_work()
    result = finish(work.steps(job))
    out = tmp_path / "out"
    assert sorted(path.name for path in out.iterdir()) == [
        "dish7_a_efficiency.csv",
        "dish7_a_positive_mask.ome.tif",
        "dish7_a_probability.ome.tif",
        "dish7_a_stain_record.json",
    ]
    stained = finish(work.stainer.stain_steps(read_image(job.path)))
    probability = read_image(out / "dish7_a_probability.ome.tif")
    assert probability.channels == ("probability per block, not intensity",)
    assert probability.pixel_size_um == pytest.approx(0.65)
    np.testing.assert_allclose(np.squeeze(probability.pixels), stained.paint(), atol=1e-6)
    mask = read_image(out / "dish7_a_positive_mask.ome.tif")
    assert np.array_equal(np.squeeze(mask.pixels) == 1, stained.paint() >= stained.cut)
    row = pd.read_csv(out / "dish7_a_efficiency.csv").iloc[0]
    assert (row["dish"], row["t"], row["n_blocks"]) == ("dish7", 0, 80)
    assert row["low"] < row["efficiency"] < row["high"]
    record = json.loads((out / "dish7_a_stain_record.json").read_text(encoding="utf-8"))
    assert record["verb"] == "stain apply"
    assert record["results"]["efficiency"] == [pytest.approx(row["efficiency"])]
    assert result.figures["n_blocks"] == 80


def test_whole_outputs_are_not_made_again(make_work, job):
    work = make_work()
    assert not work.is_done(job)
    finish(work.steps(job))
    assert make_work().is_done(job)
    assert not make_work(stride_px=8).is_done(job)
    (work.out / "dish7_a_probability.ome.tif").unlink()
    assert not make_work().is_done(job)


def test_another_dish_by_a_new_pattern_is_done_anew(make_work, job, stain_file):
    finish(make_work().steps(job))
    elsewhere = PlaceOptions(dish="dish7_(a)")
    other = StainWork(stain_file, make_work().out, elsewhere, EXACT)
    assert not other.is_done(job)


def test_outputs_of_another_image_are_not_overwritten(make_work, job, dish, tmp_path):
    finish(make_work().steps(job))
    (tmp_path / "other").mkdir()
    other = tmp_path / "other" / "dish7_a.ome.tif"
    write_image(other, dish(8))
    with pytest.raises(FileError, match="belongs to another image of this name"):
        finish(make_work().steps(ImageJob(other, 0, "dish7_a")))


def test_fields_of_a_dish_are_put_together(make_work, dish, tmp_path):
    work = make_work()
    for name, seed in (("dish1_a", 1), ("dish1_b", 2), ("dish2_a", 3)):
        path = tmp_path / f"{name}.ome.tif"
        write_image(path, dish(seed))
        finish(work.steps(ImageJob(path, 0, name)))
    tables = write_efficiencies(work.out, ["dish1_a", "dish1_b", "dish2_a"])
    assert list(tables.dishes["dish"]) == ["dish1", "dish2"]
    assert list(tables.dishes["n_fields"]) == [2, 1]
    fields = pd.read_csv(work.out / "efficiency_per_field.csv")
    mean = fields["efficiency"][:2].mean()
    assert tables.dishes["efficiency"][0] == pytest.approx(mean)
    assert tables.describe().startswith("dish1: ")
    assert len(pd.read_csv(work.out / "efficiency_per_dish.csv")) == 2


def test_a_time_series_has_a_row_for_each_time_point(make_work, dish, tmp_path):
    frames = np.stack([dish(seed).pixels for seed in (20, 21, 22)])
    path = tmp_path / "dish5.ome.tif"
    write_image(path, CellImage(frames, "TCYX", ("phase", "GFP"), 0.65))
    work = make_work()
    finish(work.steps(ImageJob(path, 0, "dish5")))
    table = pd.read_csv(work.out / "dish5_efficiency.csv")
    assert list(table["t"]) == [0, 1, 2]
    painted = read_image(work.out / "dish5_probability.ome.tif")
    assert (painted.axes, painted.n_frames) == ("TCYX", 3)
    dishes = write_efficiencies(work.out, ["dish5"]).dishes
    assert list(zip(dishes["dish"], dishes["t"], strict=True)) == [
        ("dish5", 0),
        ("dish5", 1),
        ("dish5", 2),
    ]


def test_predicted_fluorescence_is_a_file_of_its_own(open_pair, dish, tmp_path):
    reading = StainPairOptions(phase_channel="phase", marker_channel="GFP")
    options = StainOptions(
        **{"block_px": 16, "width": 8, "epochs": 1, "n_windows": 2, "window_blocks": 2},
        predicted_fluorescence=True,
        device="cpu",
    )
    model = tmp_path / "gfp.safetensors"
    reader = FieldReader(reading, StainThresholdOptions())
    train_stains([open_pair(0), open_pair(1)], reader, options, out=model)
    path = tmp_path / "a.ome.tif"
    write_image(path, dish(2))
    work = StainWork(model, tmp_path / "out", PlaceOptions(), EXACT)
    finish(work.steps(ImageJob(path, 0, "a")))
    image = read_image(work.out / "a_predicted_fluorescence.ome.tif")
    assert image.channels == ("predicted fluorescence",)
    assert np.squeeze(image.pixels).shape == (128, 160)
    assert 0 < image.pixels.mean() < 1500


def test_what_travels_is_small_and_finds_dishes_in_a_table(stain_file, job, tmp_path):
    table = tmp_path / "dishes.csv"
    rows = [f"dish{i}_a.ome.tif,well {i},{i % 5}" for i in range(2000)]
    table.write_text("\n".join(["image,dish,day", *rows]) + "\n")
    work = StainWork(stain_file, tmp_path / "out", PlaceOptions(table=table), EXACT)
    work.check()
    packed = pickle.dumps(work)
    assert len(packed) < 20_000 < table.stat().st_size
    there = pickle.loads(packed)
    assert there == work
    assert vars(there)["hashes"] == work.hashes
    outcomes = finish(run_steps([job], there))
    assert outcomes[0].results["dish"] == "well 7"
    assert outcomes[0].results["day"] == "2"


def test_files_of_a_batch_give_the_tables_of_dishes(make_work, job, dish, tmp_path):
    bad = tmp_path / "bad.tif"
    bad.write_bytes(b"no picture")
    jobs = [job, ImageJob(bad, 0, "bad")]
    outcomes, tables = finish(stain_files_steps(jobs, make_work()))
    assert [one.status for one in outcomes] == ["done", "failed"]
    assert list(tables.dishes["dish"]) == ["dish7"]
    outcomes, tables = finish(stain_files_steps(jobs[1:], make_work()))
    assert tables is None
