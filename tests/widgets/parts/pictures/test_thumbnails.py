import numpy as np

from napari_seewhy.widgets.parts.pictures.thumbnails import blend_channels, contrast_limits


def test_one_bright_crop_does_not_darken_the_others_wholly():
    pixels = np.random.default_rng(0).integers(0, 100, (600, 1, 8, 8)).astype(np.uint16)
    pixels[7, 0, 0, 0] = 60000
    low, high = contrast_limits(pixels)[0]
    assert 0 <= low < 10
    assert 90 < high < 110


def test_pixels_that_are_not_numbers_are_drawn_black():
    pixels = np.full((1, 1, 2, 2), np.nan, np.float32)
    assert blend_channels(pixels, np.array([[0, 1]]), [(1, 1, 1)]).max() == 0


def test_overlapping_channels_add_up_and_do_not_wrap_round():
    pixels = np.ones((1, 2, 1, 1), np.float32)
    limits = np.array([[0, 1], [0, 1]])
    picture = blend_channels(pixels, limits, [(1, 0, 0), (1, 1, 0)])
    assert picture.ravel().tolist() == [255, 255, 0]
