from __future__ import annotations

import dask.array as da
import numpy as np
import pytest

from napari_seewhy.blocks.pairing.options import StainPairOptions
from napari_seewhy.blocks.pairing.planes import split_names
from napari_seewhy.blocks.staining.options import ApplyStainOptions
from napari_seewhy.blocks.staining.stain import Stainer, stain_image
from napari_seewhy.errors import DataError, FileError, OptionError
from napari_seewhy.images import CellImage
from napari_seewhy.models.files.library import SHIPPED_FOLDER
from napari_seewhy.staining.grid import BlockGrid

EXACT = ApplyStainOptions(device="cpu", precision="fp32")


def test_positive_patches_get_a_high_probability(stain_file, dish):
    image = dish(21)
    stained = stain_image(image, stain_file, EXACT)
    true = image.pixels[1].reshape(8, 16, 10, 16).mean(axis=(1, 3)) > 500
    assert stained.probability.shape == (1, 8, 10)
    assert stained.probability.dtype == np.float32
    assert stained.grid == BlockGrid(16, 16)
    assert stained.probability[0][true].mean() > stained.probability[0][~true].mean() + 0.3
    assert stained.fluorescence is None
    assert stained.warnings == ()


def test_a_smaller_stride_gives_a_finer_map_of_the_same_size(stain_file, dish):
    stained = stain_image(dish(21), stain_file, EXACT.change(stride_px=8))
    assert stained.probability.shape == (1, 15, 19)
    painted = stained.paint()
    assert painted.shape == (128, 160)
    assert np.isfinite(painted).all()


def test_a_time_series_gets_an_efficiency_for_each_time_point(stain_file, dish):
    frames = np.stack([dish(seed).pixels for seed in (20, 23)])
    series = CellImage(frames, "TCYX", ("phase", "GFP"), 0.65)
    stained = stain_image(series, stain_file, EXACT)
    early, late = stained.efficiencies()
    assert stained.n_frames == 2
    assert early.value == pytest.approx(stained.probability[0].mean())
    assert late.value > early.value
    counted = stained.efficiencies(cut=0.7)[1]
    assert counted.value == pytest.approx((stained.probability[1] >= 0.7).mean())


def test_pixels_that_are_still_in_their_file_give_the_same(stain_file, dish):
    image = dish(21)
    lazy = CellImage(da.from_array(image.pixels, chunks=(1, 50, 50)), "CYX", image.channels, 0.65)
    assert np.array_equal(
        stain_image(lazy, stain_file, EXACT).probability,
        stain_image(image, stain_file, EXACT).probability,
    )


def test_blocks_are_positive_where_the_probability_reaches_the_cut(stain_file, dish):
    stained = stain_image(dish(21), stain_file, EXACT.change(cut=0.6))
    assert np.array_equal(stained.positive, stained.probability >= 0.6)


def test_a_field_of_another_pixel_size_is_refused_and_rescaled_on_demand(stain_file, dish):
    image = dish(21)
    larger = CellImage(image.pixels.repeat(2, 1).repeat(2, 2), "CYX", image.channels, 0.325)
    with pytest.raises(DataError, match=r"measure 0\.325 µm and those of the model 0\.65 µm; have"):
        stain_image(larger, stain_file, EXACT)
    stained = stain_image(larger, stain_file, EXACT.change(rescale=True))
    assert stained.seen_px == (128, 160)
    assert stained.paint().shape == (256, 320)
    assert "rescaled by 0.5" in stained.warnings[0]
    usual = stain_image(image, stain_file, EXACT)
    assert np.corrcoef(stained.probability.ravel(), usual.probability.ravel())[0, 1] > 0.9


def test_a_pixel_size_that_is_far_off_is_refused(stain_file, dish):
    image = dish(21)
    far = CellImage(image.pixels, "CYX", image.channels, 0.01)
    with pytest.raises(DataError, match="too far apart"):
        stain_image(far, stain_file, EXACT.change(rescale=True))


def test_an_unknown_pixel_size_is_told_of(stain_file, dish):
    image = dish(21)
    stained = stain_image(CellImage(image.pixels, "CYX", image.channels), stain_file, EXACT)
    assert "Its pixel size is not known" in stained.warnings[0]


def test_a_field_smaller_than_a_block_is_refused(stain_file, dish):
    image = dish(21)
    small = CellImage(image.pixels[:, :12, :40], "CYX", image.channels, 0.65)
    with pytest.raises(DataError, match="12 x 40 px, smaller than a block of 16 px"):
        stain_image(small, stain_file, EXACT)


def test_channels_are_found_by_name_or_taken_as_chosen(stain_file, dish):
    image = dish(21)
    turned = CellImage(image.pixels[::-1], "CYX", ("GFP", "Phase"), 0.65)
    usual = stain_image(image, stain_file, EXACT).probability
    assert np.array_equal(stain_image(turned, stain_file, EXACT).probability, usual)
    foreign = CellImage(image.pixels[:1], "CYX", ("DIC",), 0.65)
    stained = stain_image(foreign, stain_file, EXACT)
    assert np.array_equal(stained.probability, usual)
    assert stained.warnings == (
        "Its channels (DIC) are taken for those of the model (phase) in their order.",
    )


def test_channels_that_do_not_fit_are_refused(stain_file, dish):
    image = dish(21)
    foreign = CellImage(image.pixels, "CYX", ("DIC", "RFP"), 0.65)
    with pytest.raises(DataError, match="has the channels DIC, RFP and the model takes 1: phase"):
        stain_image(foreign, stain_file, EXACT)
    with pytest.raises(OptionError, match="There is no channel 'GFP2'"):
        stain_image(image, stain_file, EXACT.change(channels=("GFP2",)))


def test_a_model_of_another_kind_is_refused(dish):
    with pytest.raises(FileError):
        Stainer.open(SHIPPED_FOLDER / "nuclei.safetensors")
    with pytest.raises(FileError, match="holds no model 'nobody'"):
        stain_image(dish(0), "nobody")


@pytest.mark.parametrize("options", [ApplyStainOptions, StainPairOptions])
def test_planes_that_are_no_numbers_are_refused(options):
    assert options(planes=" 0, 4,").planes == " 0, 4,"
    with pytest.raises(OptionError, match="give numbers of planes from 0, parted by commas"):
        options(planes="first")


def test_names_of_channels_may_hold_commas(stain_file, dish):
    image = CellImage(dish(21).pixels, "CYX", ("phase, 10x", "GFP"), 0.65)
    chosen = stain_image(image, stain_file, EXACT.change(channels=("phase, 10x",)))
    plain = stain_image(dish(21), stain_file, EXACT)
    np.testing.assert_array_equal(chosen.probability, plain.probability)


def test_a_comma_parts_names_unless_it_stands_in_one_that_there_is():
    assert split_names("phase, 10x", ["phase", "Phase, 10x"]) == ["phase, 10x"]
    assert split_names("phase, 10x", ["phase", "10x"]) == ["phase", "10x"]
    assert split_names(",a,,b,") == ["a", "b"]
