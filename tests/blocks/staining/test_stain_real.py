from __future__ import annotations

import pytest

from napari_seewhy.blocks.judging.evaluate import evaluate_stains, thresholding_of
from napari_seewhy.blocks.marking.fields import FieldReader
from napari_seewhy.blocks.pairing.options import StainPairOptions
from napari_seewhy.blocks.pairing.pairs import find_pairs
from napari_seewhy.blocks.staining.options import ApplyStainOptions
from napari_seewhy.blocks.staining.stain import Stainer
from napari_seewhy.models.files.library import SHIPPED_FOLDER


@pytest.fixture(scope="module")
def stainer():
    options = ApplyStainOptions(device="cpu", precision="fp32")
    return Stainer.open(SHIPPED_FOLDER / "stain-neurons-map2.safetensors", options)


@pytest.fixture
def evaluate(stainer, real_data):
    def run(region: str):
        reading = StainPairOptions(
            phase=str(real_data / "neurons" / "phase*.tif"),
            marker=str(real_data / "neurons" / "dapi*.tif"),
            marker_channel="MAP2",
            region=region,
        )
        reader = FieldReader(reading, thresholding_of(stainer.card))
        return evaluate_stains(stainer, find_pairs(reading).pairs, reader)

    return run


@pytest.mark.realdata
def test_neurons_are_found_in_the_part_that_was_not_learned_from(evaluate):
    found = evaluate(":,512:")
    assert found.learned_share == 0
    assert found.scores.roc_auc >= 0.97
    assert found.scores.f1 >= 0.77
    assert found.area_correlation >= 0.85


@pytest.mark.realdata
def test_the_part_that_was_learned_from_is_told_of(evaluate):
    found = evaluate(":,:512")
    assert found.learned_share > 0.9
    assert "figures are too good" in found.warnings[0]
