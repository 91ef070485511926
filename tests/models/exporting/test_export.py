from __future__ import annotations

import json
import socket
import zipfile
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from napari_seewhy.errors import DataError, FileError, MissingPackageError, OptionError, TaskError
from napari_seewhy.models.cards.card import ChannelCard, ModelCard
from napari_seewhy.models.exporting import bioimageio as bioimageio_module, onnx as onnx_module
from napari_seewhy.models.exporting.bioimageio import export_bioimageio
from napari_seewhy.models.exporting.onnx import export_onnx, run_onnx
from napari_seewhy.models.exporting.options import PackageOptions
from napari_seewhy.models.files.model import Model
from napari_seewhy.models.networks.options import NetworkOptions
from napari_seewhy.models.running.predict import predict
from napari_seewhy.models.running.predict_options import PredictOptions

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("onnxruntime", reason="the packages of the extra `export` are not installed")

EXACT = PredictOptions(device="cpu", precision="fp32")
OPTIONS = PackageOptions(author="Ada Lovelace")


def build_model(backbone: str = "small") -> Model:
    torch.manual_seed(0)
    channels = (
        ChannelCard(name="Ch4 DNA", mean=900, std=400, low=50, high=3000),
        ChannelCard(name="Golgi", mean=120, std=35, low=10, high=400),
    )
    card = ModelCard(
        name="cycle: G1/G2",
        network=NetworkOptions(backbone=backbone, width=4, n_stages=2),
        classes=("G1", "S phase", "G2"),
        channels=channels,
        size_px=(32, 40),
        dtype="uint16",
        pixel_size_um=0.5,
        temperature=0.4,
        metrics={
            "n_samples": 40,
            "balanced_accuracy": {"value": 0.91, "low": 0.85, "high": 0.96, "baseline": 1 / 3},
            "roc_auc": None,
            "confusion": [[1]],
        },
        data="Drawn by a test.",
    )
    return Model.from_card(card)


@pytest.fixture(scope="module")
def model() -> Model:
    return build_model()


@pytest.fixture
def pixels() -> np.ndarray:
    generator = np.random.default_rng(0)
    return generator.integers(0, 3000, (7, 2, 32, 40)).astype(np.uint16)


@pytest.fixture
def offline(monkeypatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("it asked the internet"))


@pytest.mark.parametrize(
    "backbone", ["small", "nagao", "tracks", "resnet10t", "torchvision/squeezenet1_1"]
)
def test_onnx_gives_the_same_probabilities_from_raw_pixels(tmp_path, pixels, backbone, offline):
    model = build_model(backbone)
    path = tmp_path / "model.onnx"
    export_onnx(path, model)
    expected = predict(model, pixels, EXACT)
    for n in (1, 2, 7):
        said = run_onnx(path, pixels[:n].astype(np.float32))
        np.testing.assert_allclose(said, expected[:n], atol=1e-4)
    assert [file.name for file in tmp_path.iterdir()] == ["model.onnx"]


def test_onnx_carries_the_card_and_leaves_the_model_as_it_was(tmp_path):
    import onnx

    model = build_model()
    model.network.train()
    before = {name: value.clone() for name, value in model.network.state_dict().items()}
    path = tmp_path / "model.onnx"
    export_onnx(path, model)
    metadata = {entry.key: entry.value for entry in onnx.load(path).metadata_props}
    assert ModelCard(**json.loads(metadata["napari-seewhy model"])) == model.card
    assert model.network.training
    assert all(torch.equal(before[name], now) for name, now in model.network.state_dict().items())


def test_an_export_that_says_something_else_is_not_given_out(tmp_path, model, monkeypatch):
    monkeypatch.setattr(onnx_module, "run_onnx", lambda path, pixels: np.zeros((3, 3), np.float32))
    with pytest.raises(TaskError, match="differs from ours by"):
        export_onnx(tmp_path / "model.onnx", model)
    assert not list(tmp_path.iterdir())


def test_a_missing_package_is_said_with_the_command_that_installs_it(tmp_path, model, monkeypatch):
    monkeypatch.setattr(onnx_module, "find_spec", lambda name: None)
    with pytest.raises(MissingPackageError, match=r'pip install "napari-seewhy\[export\]"'):
        export_onnx(tmp_path / "model.onnx", model)


def test_packages_that_cannot_work_together_are_said_before_the_work():
    with pytest.raises(
        MissingPackageError, match=r"0\.5\.12\.0 cannot work with pydantic 2\.14\.3"
    ):
        bioimageio_module._check_versions("2.14.3", "0.5.12.0")
    for pydantic, spec in (("2.13.5", "0.5.12.0"), ("2.14.3", "0.5.14.3"), ("3.0", "0.6.0.post1")):
        bioimageio_module._check_versions(pydantic, spec)


def test_another_ending_is_refused(tmp_path, model, pixels):
    with pytest.raises(FileError, match=r"does not end in \.onnx"):
        export_onnx(tmp_path / "model.pt", model)
    with pytest.raises(FileError, match=r"does not end in \.zip"):
        export_bioimageio(tmp_path / "model.onnx", model, pixels, OPTIONS)


@pytest.fixture(scope="module")
def package(tmp_path_factory, model) -> Path:
    pytest.importorskip("bioimageio.core")
    path = tmp_path_factory.mktemp("package") / "cycle.zip"
    pixels = np.random.default_rng(0).integers(0, 3000, (7, 2, 32, 40)).astype(np.uint16)
    try:
        export_bioimageio(path, model, pixels, OPTIONS)
    except MissingPackageError as error:
        pytest.skip(str(error))
    return path


def test_a_package_holds_all_that_the_format_asks_for(package):
    with zipfile.ZipFile(package) as archive:
        files = {
            "README.md",
            "cover.png",
            "rdf.yaml",
            "test_input.npy",
            "test_output.npy",
            "weights.onnx",
        }
        assert set(archive.namelist()) == files
        page = archive.read("README.md").decode()
        description = archive.read("rdf.yaml").decode()
    assert "- balanced accuracy: 0.91 (0.85 to 0.96), baseline 0.3333\n" in page
    assert "- n samples: 40\n" in page
    assert "confusion" not in page
    assert "| Ch4 DNA | 900 | 400 | 50 to 3000 |" in page
    for said in ("name: cycle- G1-G2", "Ada Lovelace", "license: CC-BY-4.0", "micrometer"):
        assert said in description


def test_a_package_runs_in_the_formats_own_program_and_says_the_same(package, model, offline):
    from bioimageio.core import test_description as check_description

    with onnx_module.quiet():
        summary = check_description(package, weight_format="onnx")
    assert summary.status == "passed"
    with zipfile.ZipFile(package) as archive:
        pixels = np.load(archive.open("test_input.npy"))
        said = np.load(archive.open("test_output.npy"))
    np.testing.assert_allclose(said, predict(model, pixels, EXACT), atol=1e-4)


def test_a_licence_that_nobody_knows_is_refused(tmp_path, package, model, pixels):
    with pytest.raises(OptionError, match="'my own' is not known by SPDX"):
        export_bioimageio(tmp_path / "a.zip", model, pixels, OPTIONS.change(licence="my own"))
    assert not list(tmp_path.iterdir())


def test_examples_of_another_size_are_refused(tmp_path, package, model, pixels):
    for wrong in (pixels[:, :1], pixels[:0], pixels[0]):
        with pytest.raises(DataError, match=r"the model takes \(N, 2, 32, 40\)"):
            export_bioimageio(tmp_path / "a.zip", model, wrong, OPTIONS)
