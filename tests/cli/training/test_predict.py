from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from napari_seewhy.files import hash_file
from napari_seewhy.models.files.model_file import load_model
from napari_seewhy.models.running.predict import PredictOptions, predict
from napari_seewhy.samples import SampleSet

EXACT = ("--device", "cpu", "--precision", "fp32")


def test_every_sample_gets_a_row(seewhy, trained_model, cells_file, tmp_path):
    done = seewhy("predict", trained_model, cells_file, "--out", "p/said.csv", *EXACT)
    assert (done.status, done.err) == (0, "")
    assert "96 samples (early" in done.out
    table = pd.read_csv(tmp_path / "p" / "said.csv")
    assert list(table) == [
        *("sample", "source", "label", "group"),
        *("p_early", "p_late", "class", "confidence"),
    ]
    with SampleSet(cells_file) as samples:
        said = predict(load_model(trained_model), samples, PredictOptions(precision="fp32"))
        assert list(table["label"]) == list(samples.origin["label"])
        assert list(table["group"]) == list(samples.group)
    np.testing.assert_allclose(table[["p_early", "p_late"]], said, atol=2e-6)
    np.testing.assert_allclose(table["p_early"] + table["p_late"], 1, atol=2e-6)
    assert list(table["class"]) == [("early", "late")[k] for k in said.argmax(1)]
    np.testing.assert_allclose(table["confidence"], said.max(1), atol=2e-6)


def test_the_record_names_model_and_samples(call, trained_model, cells_file, tmp_path):
    done = call("predict", trained_model, cells_file, "--out", tmp_path / "p.csv", "--json", *EXACT)
    assert sum(done.document["classes"].values()) == done.document["n_samples"] == 96
    record = json.loads((tmp_path / "p_record.json").read_text())
    hashes = [one["sha256"] for one in record["inputs"]]
    assert hashes == [hash_file(trained_model), hash_file(cells_file)]
    assert record["options"]["precision"] == "fp32"


def test_samples_of_another_pixel_size_are_rescaled_with_a_notice(
    call, trained_model, write_samples, tmp_path
):
    samples, out = write_samples(pixel_size_um=0.4), tmp_path / "p.csv"
    done = call("predict", trained_model, samples, "--out", out, *EXACT)
    assert done.status == 0
    assert "Notice: " in done.err
    assert len(pd.read_csv(out)) == 96
    out.unlink()
    done = call("predict", trained_model, samples, "--out", out, "--strict", *EXACT)
    assert done.status == 1
    assert "The samples differ from those of the model." in done.err
    assert not out.exists()


def test_channels_in_another_order_are_found_by_name(call, trained_model, write_samples, tmp_path):
    straight, swapped = tmp_path / "a.csv", tmp_path / "b.csv"
    first = write_samples("first.h5")
    with SampleSet(first) as samples:
        pixels = samples.pixels[:][:, ::-1]
    second = write_samples("second.h5", pixels=pixels, channels=("empty", "DNA"))
    assert call("predict", trained_model, first, "--out", straight, *EXACT).status == 0
    done = call("predict", trained_model, second, "--out", swapped, *EXACT)
    assert "another order" in done.err
    assert straight.read_text() == swapped.read_text()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"channels": ("actin", "tubulin")}, "cut samples with those channels"),
        ({"pixels": np.full((96, 2, 16, 16), np.inf, np.float32)}, "NaN or infinite"),
    ],
)
def test_samples_that_the_model_refuses_leave_no_file(
    call, trained_model, write_samples, tmp_path, changed, said
):
    out = tmp_path / "p.csv"
    done = call("predict", trained_model, write_samples(**changed), "--out", out)
    assert done.status == 1
    assert said in done.err
    assert not out.exists()


def test_samples_of_a_wholly_other_size_are_refused_or_said(
    call, trained_model, write_samples, tmp_path
):
    pixels = np.random.default_rng(0).integers(90, 260, (96, 2, 80, 80), np.uint16)
    done = call("predict", trained_model, write_samples(pixels=pixels), "--out", tmp_path / "p.csv")
    assert "80 x 80" in done.err


def test_samples_of_images_are_predicted_without_classes(call, trained_model, tmp_path):
    rng = np.random.default_rng(0)
    np.savez(
        tmp_path / "new.npz",
        pixels=rng.integers(90, 260, (5, 2, 16, 16), np.uint16),
        channels=np.array(["DNA", "empty"]),
    )
    out = tmp_path / "p.csv"
    words = ("--npz-pixel-size-um", 0.5, "--out", out)
    done = call("predict", trained_model, tmp_path / "new.npz", *words)
    assert done.status == 0, done.err
    assert list(pd.read_csv(out)["row"]) == [0, 1, 2, 3, 4]
