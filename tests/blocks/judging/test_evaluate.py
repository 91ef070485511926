from __future__ import annotations

import json

import numpy as np
import pytest

from napari_seewhy.blocks.judging.evaluate import evaluate_stains, thresholding_of
from napari_seewhy.blocks.marking.fields import FieldReader
from napari_seewhy.blocks.marking.options import StainThresholdOptions
from napari_seewhy.blocks.pairing.options import StainPairOptions
from napari_seewhy.blocks.staining.options import ApplyStainOptions
from napari_seewhy.blocks.staining.stain import Stainer
from napari_seewhy.errors import DataError
from napari_seewhy.images import CellImage
from napari_seewhy.models.files.weights_file import read_card_of
from napari_seewhy.staining.card import StainCard

READING = StainPairOptions(phase_channel="phase", marker_channel="GFP")


@pytest.fixture(scope="module")
def stainer(stain_file):
    return Stainer.open(stain_file, ApplyStainOptions(device="cpu", precision="fp32"))


@pytest.fixture
def reader(stainer):
    return FieldReader(READING, thresholding_of(stainer.card))


def test_a_model_that_learned_finds_the_blocks_of_new_dishes(stainer, reader, open_pair):
    found = evaluate_stains(stainer, [open_pair(seed) for seed in range(10, 16)], reader)
    assert found.scores.n_blocks == 6 * 80
    assert found.scores.roc_auc > 0.97
    assert found.scores.f1 > 0.75
    assert found.area_correlation > 0.75
    assert found.by_dish.n == 6
    assert found.by_dish.pearson_r > 0.8
    assert found.by_dish.mae < 0.2
    assert found.learned_share == 0
    assert found.warnings == ()


def test_the_json_has_the_promised_keys_and_plain_values(stainer, reader, open_pair):
    found = evaluate_stains(stainer, [open_pair(10), open_pair(11)], reader)
    document = json.loads(json.dumps(found.to_json(), allow_nan=False))
    promised = {"f1", "accuracy", "precision", "recall", "roc_auc"}
    assert promised | {"efficiency_pearson_r", "efficiency_mae"} <= set(document)
    assert document["n_fields"] == 2
    assert [row["dish"] for row in document["fields"]] == ["dish10", "dish11"]


def test_the_measured_efficiency_is_the_share_of_positive_blocks(stainer, reader, open_pair):
    pair = open_pair(12)
    found = evaluate_stains(stainer, [pair], reader)
    true = (pair.marker.pixels[1] > 500).mean()
    assert found.fields["measured"].item() == pytest.approx(true)


def test_only_the_blocks_of_the_region_are_judged(stainer, open_pair):
    reading = READING.change(region=":,0:64")
    reader = FieldReader(reading, StainThresholdOptions(threshold=500.0))
    found = evaluate_stains(stainer, [open_pair(12)], reader)
    assert found.scores.n_blocks == 8 * 4


def test_a_shared_threshold_stays_that_of_the_training(stain_file):
    card = read_card_of(stain_file, StainCard)
    assert thresholding_of(card).threshold == 500.0
    per_image = card.change(
        threshold={"how": "log-otsu", "per_image": True, "lowest": 3.0, "highest": 4.0}
    )
    assert thresholding_of(per_image) == StainThresholdOptions(threshold="log-otsu")
    with pytest.raises(DataError, match="does not say how its marker was thresholded"):
        thresholding_of(card.change(threshold={}))


def test_a_pair_that_cannot_be_judged_is_told_of(stainer, reader, open_pair, dish):
    small = dish(3)
    cut = small.pixels[:, :8]
    found = evaluate_stains(
        stainer, [open_pair(10), open_pair(3, type(small)(cut, "CYX", small.channels))], reader
    )
    assert [name for name, _ in found.left_out] == ["dish3"]
    assert "smaller than a block of 16 px" in found.warnings[0]


@pytest.mark.parametrize("name", ["dish0", "called otherwise"])
def test_blocks_that_were_learned_from_are_told_of(stainer, reader, dish, tmp_path, name):
    from napari_seewhy.blocks.pairing.pairs import FilePair
    from napari_seewhy.blocks.pairing.places import Place
    from napari_seewhy.files import hash_file
    from napari_seewhy.images import write_image

    path = tmp_path / "dish0.ome.tif"
    write_image(path, dish(0))
    pair = FilePair(path, path, Place("dish0", ""))
    inputs = [{"path": str(path), "sha256": hash_file(path)}]
    piece = {"name": name, "y": [0, 64], "x": [0, 160]}
    record = {"inputs": inputs, "results": {"split": {"train": [piece], "stop": []}}}
    seen = Stainer(
        stainer.model._replace(card=stainer.card.change(record=record)),
        stainer.options,
        stainer.runtime,
    )
    found = evaluate_stains(seen, [pair], reader)
    assert found.learned_share == pytest.approx(0.5)
    assert "learned from 50% of these blocks" in found.warnings[0]
    assert np.isfinite(found.scores.f1)


def test_a_field_of_another_pixel_size_is_judged_once_rescaled(stainer, reader, open_pair, dish):
    image = dish(12)
    twice = CellImage(image.pixels.repeat(2, 1).repeat(2, 2), "CYX", image.channels, 0.325)
    with pytest.raises(DataError, match="have the field rescaled"):
        evaluate_stains(stainer, [open_pair(12, twice)], reader)
    rescaling = Stainer(stainer.model, stainer.options.change(rescale=True), stainer.runtime)
    found = evaluate_stains(rescaling, [open_pair(12, twice)], reader)
    usual = evaluate_stains(stainer, [open_pair(12)], reader)
    assert found.scores.n_blocks == usual.scores.n_blocks
    assert found.fields["measured"].item() == usual.fields["measured"].item()
    assert found.scores.roc_auc > 0.9
