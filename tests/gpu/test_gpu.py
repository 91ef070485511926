"""What networks answer and learn on a GPU of NVIDIA, against the CPU; skipped where there is none.

Each precision has the difference that it may make: float32 the order of its sums, TensorFloat-32
and bfloat16 the 10 and 7 bits to which they round what they multiply.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from napari_seewhy.cells import SegmentOptions, average_precision, segment
from napari_seewhy.cells.cropping import plan_model_crops_steps
from napari_seewhy.cells.labels import LabelledCells
from napari_seewhy.explaining import ExplainOptions
from napari_seewhy.explaining.explain import explain
from napari_seewhy.images import read_image, read_labels
from napari_seewhy.models import NetworkOptions
from napari_seewhy.models.files.library import SHIPPED_FOLDER
from napari_seewhy.models.files.model_file import load_model
from napari_seewhy.models.running import DeviceOptions, choose_runtime
from napari_seewhy.models.running.predict import PredictOptions, predict, predict_steps
from napari_seewhy.progress import finish
from napari_seewhy.samples import SampleSet, SampleWriter
from napari_seewhy.samples.splitting.split import SplitOptions, split_samples
from napari_seewhy.staining.card import load_stain
from napari_seewhy.staining.predict import stain_pixels
from napari_seewhy.training.fitting.fit import fit_steps
from napari_seewhy.training.fitting.options import TrainOptions
from napari_seewhy.training.learning.checkpoint import checkpoint_path

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="There is no GPU of NVIDIA here."),
]

SAMPLES = Path(__file__).parents[2] / "sample_data"
FIELD = SAMPLES / "field_typical.ome.tif"
PRECISIONS = {"fp32": 1e-4, "tf32": 2e-2, "bf16": 0.1}
"""Largest difference of a probability from the CPU's."""

each_precision = pytest.mark.parametrize(("precision", "most"), PRECISIONS.items())


@pytest.fixture(scope="module")
def classifier():
    return load_model(SHIPPED_FOLDER / "cell-cycle-simulated.safetensors")


@pytest.fixture(scope="module")
def crops(classifier) -> np.ndarray:
    """Crops of a simulated field, ``(N, C, Y, X)``."""
    cells = LabelledCells(read_image(FIELD), segment(read_image(FIELD)).nuclei)
    plan = finish(plan_model_crops_steps(cells, classifier.card))
    return plan.cut(np.arange(len(plan)))


@pytest.fixture
def discs(tmp_path) -> SampleSet:
    """Discs, dim or bright, which any network can tell apart."""
    rng = np.random.default_rng(0)
    target = np.arange(256) % 2
    pixels = rng.normal(100, 10, (256, 1, 32, 32))
    pixels[:, :, 8:24, 8:24] += 60 * target[:, None, None, None]
    given = {"channels": "a", "size_px": (32, 32), "dtype": "uint16", "classes": ("dim", "bright")}
    with SampleWriter(tmp_path / "discs.h5", **given) as writer:
        writer.append(pixels.astype(np.uint16), target, "one")
    with SampleSet(tmp_path / "discs.h5") as samples:
        yield samples


@each_precision
def test_the_gpu_predicts_what_the_cpu_predicts(classifier, crops, precision, most):
    said, expected = (
        predict(classifier, crops, PredictOptions(device=device, precision=one))
        for device, one in (("cuda", precision), ("cpu", "fp32"))
    )
    assert np.abs(said - expected).max() < most


@each_precision
@pytest.mark.parametrize("method", ["grad-cam", "xgrad-cam"])
def test_the_gpu_explains_as_the_cpu_does(classifier, crops, method, precision, most):
    options = ExplainOptions(method=method, of=classifier.card.classes[0])
    said, expected = (
        explain(classifier, crops, options.change(device=device, precision=one)).grid
        for device, one in (("cuda", precision), ("cpu", "fp32"))
    )
    assert expected.max() > 0
    assert np.abs(said - expected).max() < 5 * most * expected.max()


@pytest.mark.parametrize(("precision", "least"), [("fp32", 1.0), ("tf32", 0.98), ("bf16", 0.97)])
def test_the_gpu_finds_the_nuclei_that_the_cpu_finds(precision, least):
    image = read_image(FIELD)
    said, expected = (
        segment(image, SegmentOptions(device=device, precision=one)).nuclei
        for device, one in (("cuda", precision), ("cpu", "fp32"))
    )
    assert expected.max() > 60
    assert average_precision(expected, said, (0.9,))[0] >= least


@each_precision
def test_the_gpu_stains_as_the_cpu_does(precision, most):
    model = load_stain(SHIPPED_FOLDER / "stain-simulated-dishes.safetensors")
    phase = read_image(sorted((SAMPLES / "dishes").glob("*.tif"))[0]).pixels[:1]
    said, expected = (
        stain_pixels(model, phase, runtime=choose_runtime(chosen)).probability
        for chosen in (
            DeviceOptions(device="cuda", precision=precision),
            DeviceOptions(device="cpu", precision="fp32"),
        )
    )
    assert np.abs(said - expected).max() < most


@pytest.mark.parametrize("precision", PRECISIONS)
def test_a_network_learns_on_the_gpu_and_goes_on_after_a_stop(discs, tmp_path, precision):
    options = TrainOptions(
        epochs=6, batch_size=32, learning_rate=0.02, device="cuda", precision=precision
    )
    split = split_samples(
        discs.target, discs.group, SplitOptions(by="sample"), classes=discs.classes
    )
    models = []
    for name, stops in (("whole", False), ("stopped", True)):
        given = discs, NetworkOptions(width=8, n_stages=2), options, split
        out = tmp_path / f"{name}.safetensors"
        if stops:
            task = fit_steps(*given, out=out)
            next(step for step in task if getattr(step, "epoch", 0) >= 3)
            task.close()
            assert checkpoint_path(out).exists()
        models.append(finish(fit_steps(*given, out=out, resume=stops)))
    said = [predict(model, discs, PredictOptions(device="cuda")) for model in models]
    for one in said:
        assert (one.argmax(1) == discs.target).mean() > 0.97
    # Sums of gradients come in any order on a GPU, so the two are alike and not the same.
    assert np.abs(said[0] - said[1]).max() < 0.1


def test_where_the_memory_of_the_gpu_is_short_the_batch_is_halved(classifier, crops):
    many = np.concatenate([crops] * 8)
    expected = predict(classifier, many, PredictOptions(device="cpu"))
    total = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.empty_cache()
    torch.cuda.set_per_process_memory_fraction(
        min((torch.cuda.memory_reserved() + 100 * 2**20) / total, 1)
    )
    messages: list[str] = []
    options = PredictOptions(device="cuda", batch_size=len(many))
    try:
        said = finish(
            predict_steps(classifier, many, options), lambda step: messages.append(step.message)
        )
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    assert any(message.startswith("Memory is short") for message in messages)
    assert np.abs(said - expected).max() < PRECISIONS["fp32"]


def test_several_processes_share_one_gpu(tmp_path):
    code = "import sys; from napari_seewhy.cli.main import main; sys.exit(main())"
    words = [sys.executable, "-c", code, "segment", str(FIELD), "--device", "cuda", "--quiet"]
    folders = [tmp_path / str(i) for i in range(3)]
    running = [subprocess.Popen([*words, "--out", str(folder)]) for folder in folders]
    assert [one.wait(240) for one in running] == [0, 0, 0]
    first, *others = (read_labels(next(folder.glob("*labels*"))).labels for folder in folders)
    for other in others:
        np.testing.assert_array_equal(other, first)
