"""A folder of images: what fails is told of, what is done is skipped, a stop loses nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from napari_seewhy.batch import run_steps
from napari_seewhy.cells.classifying.options import ClassifyOptions
from napari_seewhy.cells.classifying.work import ClassifyWork
from napari_seewhy.cells.cropping.crop import CropOptions
from napari_seewhy.cells.segmenting import LabelSource, list_folder
from napari_seewhy.errors import FileError, OptionError
from napari_seewhy.images import write_image, write_labels
from napari_seewhy.models import Model, ModelCard, NetworkOptions, save_model
from napari_seewhy.progress import finish


@pytest.fixture
def work(tmp_path, tiny_image, tiny_labels) -> ClassifyWork:
    """Two images with labels, and one that is no picture."""
    channel = {"mean": 50, "std": 80, "low": 5, "high": 350}
    card = ModelCard(
        name="cycle",
        network=NetworkOptions(backbone="small", width=4, n_stages=1),
        classes=("G1", "G2"),
        channels=[{"name": "DNA"} | channel, {"name": "Golgi"} | channel | {"high": 40}],
        size_px=(16, 16),
        dtype="uint16",
        pixel_size_um=0.5,
        samples={"verb": "crop", "crop": CropOptions(size_px=16).model_dump(mode="json")},
    )
    torch.manual_seed(0)
    save_model(tmp_path / "cycle.safetensors", Model.from_card(card))
    for name in ("a", "b"):
        write_image(tmp_path / "in" / f"{name}.ome.tif", tiny_image)
        write_labels(tmp_path / "labels" / f"{name}_labels.ome.tif", tiny_labels)
    (tmp_path / "in" / "bad.png").write_bytes(b"no picture")
    return ClassifyWork(
        model_path=tmp_path / "cycle.safetensors",
        out=tmp_path / "out",
        options=ClassifyOptions(device="cpu", precision="fp32"),
        labels=LabelSource(tmp_path / "labels"),
    )


def statuses(files) -> list[str]:
    return [file.status for file in files]


def test_every_image_is_told_of_and_one_that_fails_ends_nothing(work, tmp_path):
    files = finish(run_steps(list_folder(tmp_path / "in"), work))
    assert [file.name for file in files] == ["a.ome.tif", "b.ome.tif", "bad.png"]
    assert statuses(files) == ["done", "done", "failed"]
    assert [file.results.get("n_cells") for file in files] == [5, 5, None]
    assert "bad.png" in files[2].reason
    assert (tmp_path / "out" / "b_classify_record.json").is_file()


def test_steps_say_how_far_every_image_is(work, tmp_path):
    steps = list(run_steps(list_folder(tmp_path / "in"), work))
    assert statuses(steps[0].outcomes) == ["waiting"] * 3
    assert statuses(steps[1].outcomes) == ["running", "waiting", "waiting"]
    assert statuses(steps[-1].outcomes) == ["done", "done", "failed"]
    assert [step.done for step in steps] == sorted(step.done for step in steps)


def test_a_stopped_folder_is_gone_on_with(work, tmp_path):
    task = run_steps(list_folder(tmp_path / "in"), work)
    while next(task).done < 1:
        pass
    task.close()
    files = finish(run_steps(list_folder(tmp_path / "in"), work))
    assert statuses(files) == ["skipped", "done", "failed"]
    repeated = finish(run_steps(list_folder(tmp_path / "in"), work, resume=False))
    assert statuses(repeated) == ["done", "done", "failed"]


def test_a_fault_of_the_program_fails_one_image_alone(work, tmp_path, monkeypatch):
    usual = ClassifyWork.steps

    def faulty(self, job):
        if job.name == "a":
            raise ZeroDivisionError("by accident")
        return (yield from usual(self, job))

    monkeypatch.setattr(ClassifyWork, "steps", faulty)
    files = finish(run_steps(list_folder(tmp_path / "in"), work))
    assert statuses(files) == ["failed", "done", "failed"]
    assert "ZeroDivisionError: by accident. This is a fault of the program" in files[0].reason


def test_what_makes_every_image_fail_is_said_at_once(work, tmp_path):
    with pytest.raises(FileError, match="does not exist"):
        list_folder(tmp_path / "nowhere")
    short = replace(work, options=work.options.change(channels=("DNA",)))
    with pytest.raises(OptionError, match="1 channels were given"):
        finish(run_steps(list_folder(tmp_path / "in"), short))
