from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.blocks.learning.train import train_stains
from napari_seewhy.blocks.marking.fields import FieldReader
from napari_seewhy.blocks.marking.options import StainThresholdOptions
from napari_seewhy.blocks.pairing.options import StainPairOptions
from napari_seewhy.errors import DataError, SeewhyWarning
from napari_seewhy.images import CellImage
from napari_seewhy.models.files.library import ModelLibrary
from napari_seewhy.models.files.weights_file import read_card_of
from napari_seewhy.staining.card import StainCard
from napari_seewhy.staining.stain_options import StainOptions

READING = StainPairOptions(phase_channel="phase", marker_channel="GFP")
QUICK = StainOptions(block_px=16, width=8, epochs=1, n_windows=2, window_blocks=2, device="cpu")


def test_the_card_says_channels_marker_scale_and_threshold(stain_file):
    card = read_card_of(stain_file, StainCard)
    assert card.channels == ("phase",)
    assert card.marker == "GFP"
    assert card.pixel_size_um == pytest.approx(0.65)
    assert card.block_px == 16
    assert card.threshold["how"] == "fixed"
    assert card.threshold["value"] == 500.0
    assert not card.threshold["per_image"]
    assert ModelLibrary().find(stain_file) == stain_file


def test_a_blank_marker_is_refused_with_the_reason(open_pair, dish, tmp_path):
    blank = dish(0)
    blank.pixels[1] = 7
    reader = FieldReader(READING, StainThresholdOptions())
    with pytest.raises(DataError, match="dish0 is blank: all its pixels are 7"):
        train_stains([open_pair(0, blank)], reader, QUICK, out=tmp_path / "m.safetensors")
    assert not list(tmp_path.iterdir())


def test_a_marker_under_its_fixed_threshold_gives_nothing_to_learn(open_pair, tmp_path):
    reader = FieldReader(READING, StainThresholdOptions(threshold=5000.0))
    with pytest.raises(DataError, match="None of the 80 blocks is positive"):
        train_stains([open_pair(0)], reader, QUICK, out=tmp_path / "m.safetensors")


def test_a_pair_that_cannot_be_used_is_told_of_and_the_rest_is_learned(open_pair, dish, tmp_path):
    blank = dish(1)
    blank.pixels[1] = np.random.default_rng(0).normal(100, 10, blank.shape_yx)
    reader = FieldReader(READING, StainThresholdOptions())
    pairs = [open_pair(0), open_pair(1, blank), open_pair(2)]
    with pytest.warns(SeewhyWarning, match="dish1 is left out: dish1 is blank: it holds nothing"):
        trained = train_stains(pairs, reader, QUICK, out=tmp_path / "m.safetensors")
    assert trained.fields == ("dish0", "dish2")
    assert [name for name, _ in trained.left_out] == ["dish1"]


def test_pairs_of_unlike_channels_are_not_mixed(open_pair, dish, tmp_path):
    whole = dish(1)
    more = CellImage(
        whole.pixels[[0, 0, 1]], "CYX", ("phase", "DIC", "GFP"), 0.65, source="dish1.tif"
    )
    reading = StainPairOptions(marker_channel="GFP")
    reader = FieldReader(reading, StainThresholdOptions())
    with pytest.warns(SeewhyWarning, match="dish1 is left out: It has 2 channels of phase"):
        trained = train_stains(
            [open_pair(0), open_pair(1, more)], reader, QUICK, out=tmp_path / "m.safetensors"
        )
    assert trained.fields == ("dish0",)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"pixels": slice(0, 8)}, "smaller than a block of 16 px"),
        ({"size": 1.3}, r"Its pixels measure 1\.3 µm and those before it 0\.65 µm; rescale"),
    ],
)
def test_a_field_too_small_or_of_another_scale_is_left_out(open_pair, dish, tmp_path, change, said):
    whole = dish(1)
    pixels = whole.pixels[:, change.get("pixels", slice(None))]
    odd = CellImage(pixels, "CYX", whole.channels, change.get("size", 0.65), source="odd.tif")
    reader = FieldReader(READING, StainThresholdOptions(threshold=500.0))
    with pytest.warns(SeewhyWarning, match=said):
        trained = train_stains(
            [open_pair(0), open_pair(1, odd)], reader, QUICK, out=tmp_path / "m.safetensors"
        )
    assert trained.fields == ("dish0",)


def test_every_time_point_is_a_field_of_its_dish(open_pair, dish, tmp_path):
    frames = np.stack([dish(seed).pixels for seed in (0, 1)])
    series = CellImage(frames, "TCYX", ("phase", "GFP"), 0.65)
    reader = FieldReader(READING, StainThresholdOptions())
    trained = train_stains([open_pair(0, series)], reader, QUICK, out=tmp_path / "m.safetensors")
    assert trained.fields == ("dish0 t=0", "dish0 t=1")
