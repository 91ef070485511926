from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from napari_seewhy.files import read_json
from napari_seewhy.generating.card import GeneratorCard
from napari_seewhy.models.files.weights_file import read_card_of
from napari_seewhy.samples import SampleSet, SampleWriter

if TYPE_CHECKING:
    from pathlib import Path

QUICK = (
    *("--n-steps", 3, "--batch-size", 4, "--width", 4, "--n-noise", 8, "--n-drawn", 6),
    *("--device", "cpu", "--precision", "fp32"),
)
CLASSIFIER = (
    *("--classifier-epochs", 1, "--classifier-width", 4, "--classifier-n-stages", 2),
    *("--classifier-device", "cpu", "--classifier-precision", "fp32"),
)


@pytest.fixture
def pictures(tmp_path) -> Path:
    """96 pictures of 12 stretches; every third is an induction, which is brighter."""
    path = tmp_path / "pictures.h5"
    target = (np.arange(96) % 3 == 0).astype(np.int64)
    pixels = np.random.default_rng(0).integers(0, 99, (96, 3, 16, 24))
    pixels = (pixels + 90 * target[:, None, None, None]).astype(np.uint8)
    names = {"channels": ("red", "green", "blue"), "classes": ("suppression", "induction")}
    with SampleWriter(path, size_px=(16, 24), dtype="uint8", **names) as writer:
        writer.append(pixels, target, np.array([f"s{i // 8}" for i in range(96)], object))
    return path


def test_a_generator_and_its_honesty_panel_are_written(tmp_path, call, pictures):
    out, drawn = tmp_path / "induction.safetensors", tmp_path / "drawn.h5"
    words = ("epigenome", "amplify", pictures, "--rare-class", "induction", "--out", out, *QUICK)
    done = call(*words, "--drawn", drawn, "--json")
    assert done.status == 0, done.err
    likeness = read_json(tmp_path / "induction_honesty.json")["likeness"]
    assert done.document["likeness"] == likeness
    assert done.document["comparison"] is None
    assert len(likeness["distance"]) == 6
    page = (tmp_path / "induction_honesty.html").read_text()
    assert likeness["verdict"].split(":")[0] in page
    assert page.count("<img") == 12
    assert "should not be learned from" in page
    with SampleSet(drawn) as samples, SampleSet(pictures) as real:
        assert samples.target.tolist() == [1] * 6
        assert samples.origin["is_drawn"].all()
        assert samples.pixels.shape[1:] == real.pixels.shape[1:]
        rows = read_card_of(out, GeneratorCard).record["results"]["rows"]
        assert 8 <= len(rows) < (real.target == 1).sum()
        assert (real.target[rows] == 1).all()
    listed = call("models", "show", out)
    assert "generator, draws more samples of one class" in listed.out


def test_the_verdict_of_the_comparison_is_said(tmp_path, call, pictures):
    out = tmp_path / "induction.safetensors"
    words = ("epigenome", "amplify", pictures, "--rare-class", "induction", "--out", out, *QUICK)
    done = call(*words, "--compare-classifiers", "--n-folds", 2, "--n-bootstrap", 100, *CLASSIFIER)
    assert done.status == 0, done.err
    comparison = read_json(tmp_path / "induction_honesty.json")["comparison"]
    assert comparison["verdict"] in done.out
    assert comparison["n_samples"] == 96
    sentence = comparison["verdict"].split(":")[0]
    assert sentence in (tmp_path / "induction_honesty.html").read_text()
    folds = sorted(path.name for path in (tmp_path / "induction_folds").iterdir())
    assert folds == ["generator_1.safetensors", "generator_2.safetensors"]


def test_what_cannot_be_drawn_is_refused_in_words(tmp_path, call, pictures):
    out = tmp_path / "other.safetensors"
    done = call("epigenome", "amplify", pictures, "--rare-class", "other", "--out", out)
    assert done.status == 1
    assert "no class other; their classes are suppression, induction" in done.err
    done = call(
        *(
            "epigenome",
            "amplify",
            pictures,
            "--rare-class",
            "induction",
            "--out",
            out,
            "--n-drawn",
            1,
        )
    )
    assert done.status == 2
    assert "--n-drawn is 1" in done.err
