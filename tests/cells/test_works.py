"""The works on cells travel to other processes: small, without a network, and do the same there."""

from __future__ import annotations

import json
import pickle

import pytest
import tifffile
import torch

from napari_seewhy import files
from napari_seewhy.batch import Processes, run_steps
from napari_seewhy.cells.classifying import ClassifyOptions, ClassifyWork
from napari_seewhy.cells.cropping import CropOptions
from napari_seewhy.cells.explaining import ExplainCellsOptions, ExplainWork
from napari_seewhy.cells.segmenting import (
    LabelSource,
    SegmentOptions,
    SegmentWork,
    list_folder,
)
from napari_seewhy.images import work as image_work, write_image
from napari_seewhy.models import Model, ModelCard, NetworkOptions, save_model
from napari_seewhy.progress import finish

MOST_BYTES = 20_000
RUNNING = {"device": "cpu", "precision": "fp32"}
OTSU = SegmentOptions(method="otsu", channel="DNA")


@pytest.fixture(scope="module")
def model_path(tmp_path_factory):
    channel = {"mean": 50, "std": 80, "low": 5, "high": 350}
    card = ModelCard(
        name="cycle",
        network=NetworkOptions(backbone="small", width=32, n_stages=2),
        classes=("G1", "G2"),
        channels=[{"name": "DNA"} | channel, {"name": "Golgi"} | channel | {"high": 40}],
        size_px=(16, 16),
        dtype="uint16",
        pixel_size_um=0.5,
        samples={"verb": "crop", "crop": CropOptions(size_px=16).model_dump(mode="json")},
    )
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("model") / "cycle.safetensors"
    save_model(path, Model.from_card(card))
    assert path.stat().st_size > MOST_BYTES
    return path


@pytest.fixture(params=["segment", "classify", "explain"])
def work(request, model_path, tmp_path):
    out, labels = tmp_path / "out", LabelSource(None, OTSU)
    if request.param == "segment":
        return SegmentWork(out)
    if request.param == "classify":
        return ClassifyWork(model_path, out, labels, options=ClassifyOptions(**RUNNING))
    return ExplainWork(model_path, out, labels, options=ExplainCellsOptions(**RUNNING))


@pytest.fixture
def jobs(tmp_path, tiny_image):
    for name in ("a", "b", "c"):
        write_image(tmp_path / "in" / f"{name}.ome.tif", tiny_image)
    return list_folder(tmp_path / "in")


def test_what_travels_is_small_and_knows_the_hashes(work):
    work.check()
    packed = pickle.dumps(work)
    assert len(packed) < MOST_BYTES
    there = pickle.loads(packed)
    assert there == work
    assert vars(there)["hashes"] == work.hashes
    assert len(work.hashes) == 1


def test_each_model_is_hashed_once_for_a_batch(work, jobs, monkeypatch):
    hashed = []

    def count(path):
        hashed.append(path)
        return files.hash_file(path)

    monkeypatch.setattr(image_work, "hash_file", count)
    assert [one.status for one in finish(run_steps(jobs, work))] == ["done"] * 3
    assert [one.status for one in finish(run_steps(jobs, work))] == ["skipped"] * 3
    for path in work.models:
        assert hashed.count(path) == 1


def test_processes_write_what_this_one_writes(work, jobs, tmp_path):
    with Processes(1) as executor:
        outcomes = finish(run_steps(jobs, work, executor))
    assert [one.reason for one in outcomes] == [""] * 3
    assert all(work.is_done(job) for job in jobs)
    tables = {path.name: path.read_bytes() for path in sorted(work.out.glob("a_*.csv"))}
    finish(run_steps(jobs[:1], work, resume=False))
    assert tables
    assert tables == {name: (work.out / name).read_bytes() for name in tables}


def test_the_plane_that_is_measured_is_the_one_that_was_segmented(tmp_path):
    work = SegmentWork(tmp_path, SegmentOptions(method="otsu", z_plane=2))
    assert work.chosen()["measure"]["z_plane"] == 2
    assert work.models == ()


@pytest.fixture
def oblong(tmp_path, tiny_image):
    """An image of which something has to be assumed: its pixels are no squares."""
    path = tmp_path / "oblong" / "a.ome.tif"
    path.parent.mkdir()
    said = {"axes": "CYX", "PhysicalSizeX": 0.5, "PhysicalSizeY": 0.52}
    tifffile.imwrite(
        path, tiny_image.pixels, metadata=said | {"Channel": {"Name": ["DNA", "Golgi"]}}
    )
    return path


def test_what_was_assumed_when_reading_stands_in_the_record_and_the_report(work, oblong):
    (job,) = list_folder(oblong.parent)
    (outcome,) = finish(run_steps([job], work))
    assert outcome.reason == ""
    record = json.loads(work.path(job, work.RECORD).read_text())
    for told in (outcome.warnings, record["results"]["warnings"]):
        assert len([one for one in told if "taken for squares of 0.5099 um" in one]) == 1


def test_an_image_in_several_files_is_not_whole_once_one_of_them_changed(tmp_path, tiny_image):
    frame = tiny_image.pixels[0]
    schema = 'xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"'
    names = ["a_t0.ome.tif", "a_t1.ome.tif"]
    planes = "".join(
        f'<TiffData FirstT="{t}" PlaneCount="1"><UUID FileName="{name}">urn:{t}</UUID></TiffData>'
        for t, name in enumerate(names)
    )
    pixels = (
        f'<Pixels ID="Pixels:0" SizeX="{frame.shape[1]}" SizeY="{frame.shape[0]}" SizeC="1" '
        f'SizeZ="1" SizeT="2" Type="{frame.dtype}" DimensionOrder="XYCZT">{planes}</Pixels>'
    )
    folder = tmp_path / "set"
    folder.mkdir()

    def write(t, values):
        text = f'<OME {schema} UUID="urn:{t}"><Image ID="Image:0">{pixels}</Image></OME>'
        tifffile.imwrite(folder / names[t], values, description=text, metadata=None)

    for t in range(2):
        write(t, frame)
    work = SegmentWork(tmp_path / "out", SegmentOptions(method="otsu"))
    (job,) = list_folder(folder)
    assert [one.status for one in finish(run_steps([job], work))] == ["done"]
    record = json.loads(work.path(job, work.RECORD).read_text())
    assert [one["path"] for one in record["inputs"]] == [str(folder / name) for name in names]
    assert [one.status for one in finish(run_steps([job], work))] == ["skipped"]
    write(1, frame[::-1].copy())
    assert [one.status for one in finish(run_steps([job], work))] == ["done"]
