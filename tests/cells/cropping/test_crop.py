"""Crops: the pixels about each cell, as they were measured."""

from __future__ import annotations

from dataclasses import replace

import dask.array as da
import numpy as np
import pandas as pd
import pytest

from napari_seewhy.cells.cropping.crop import CropOptions, crop_geometry, cut_blocks, cut_crops
from napari_seewhy.errors import DataError, OptionError, SeewhyWarning
from napari_seewhy.images import CellImage

CENTERS = pd.DataFrame(
    {
        "label": [1, 2, 3, 4, 5],
        "y": [20.0, 20.0, 60.0, 64.0, 44.0],
        "x": [20.0, 60.0, 22.0, 64.0, 92.0],
    }
)


def test_each_cell_stands_in_the_middle_with_its_own_intensity(tiny_image):
    crops = cut_crops(tiny_image, CENTERS, CropOptions(size_px=15))
    assert crops.shape == (5, 2, 15, 15)
    assert crops.dtype == np.uint16
    assert crops[:, 0, 7, 7].tolist() == [150, 200, 250, 300, 350]
    np.testing.assert_array_equal(crops[0], tiny_image.pixels[:, 13:28, 13:28])


def test_crops_come_in_the_order_of_the_table(tiny_image):
    order = [3, 0, 4, 1, 2]
    crops = cut_crops(tiny_image, CENTERS.iloc[order], CropOptions(size_px=9))
    assert crops[:, 0, 4, 4].tolist() == [300, 150, 350, 200, 250]


def test_an_even_crop_begins_half_its_size_before_the_centre(tiny_image):
    crops = cut_crops(tiny_image, CENTERS, CropOptions(size_px=16))
    np.testing.assert_array_equal(crops[1], tiny_image.pixels[:, 13:29, 53:69])


def test_at_the_border_the_image_is_mirrored():
    image = CellImage(np.arange(100).reshape(1, 10, 10), "CYX", ("DNA",))
    cells = pd.DataFrame({"label": [1], "y": [0.0], "x": [9.0]})
    crop = cut_crops(image, cells, CropOptions(size_px=5))[0, 0]
    np.testing.assert_array_equal(crop[:, 2:], crop[:, 2::-1])
    np.testing.assert_array_equal(crop[2:], crop[2::-1])
    assert crop[2, 2] == 9


def test_neighbours_are_painted_over_with_the_background(tiny_image, tiny_labels):
    options = CropOptions(size_px=88, mask_neighbours=True)
    crops = cut_crops(tiny_image, CENTERS, options, labels=tiny_labels)
    for crop, own in zip(crops, (150, 200, 250, 300, 350), strict=True):
        assert set(np.unique(crop[0])) == {10, own}
        assert set(np.unique(crop[1])) == {5, 40}


def test_masking_leaves_the_cell_and_what_lies_about_it(tiny_image, tiny_labels):
    masked = cut_crops(
        tiny_image, CENTERS, CropOptions(size_px=20, mask_neighbours=True), labels=tiny_labels
    )
    plain = cut_crops(tiny_image, CENTERS, CropOptions(size_px=20))
    np.testing.assert_array_equal(masked[0], plain[0])


def test_without_background_neighbours_take_the_darkest_pixel():
    labels = np.repeat([[1, 1, 2, 2]], 4, axis=0)
    image = CellImage(np.where(labels == 1, 7, 90)[None], "CYX", ("DNA",))
    cells = pd.DataFrame({"label": [2], "y": [1.0], "x": [2.0]})
    options = CropOptions(size_px=3, mask_neighbours=True)
    crop = cut_crops(image, cells, options, labels=labels)[0, 0]
    assert crop.tolist() == [[7, 90, 90]] * 3


def test_rescaling_keeps_intensity_and_type_and_brings_sizes_together(tiny_image):
    half = CropOptions(size_px=16, pixel_size_um=1.0)
    crops = cut_crops(tiny_image, CENTERS, half)
    assert crops.shape == (5, 2, 16, 16)
    assert crops.dtype == np.uint16
    assert crops[:, 0, 8, 8].tolist() == [150, 200, 250, 300, 350]
    plain = cut_crops(tiny_image, CENTERS, CropOptions(size_px=32))
    golgi = (plain[:, 1] - 5.0).sum(axis=(1, 2))
    np.testing.assert_allclose(4 * (crops[:, 1] - 5.0).sum(axis=(1, 2)), golgi, rtol=0.03)


def test_rescaling_keeps_the_mean_of_a_noisy_image():
    noise = np.random.default_rng(0).poisson(100, (1, 200, 200)).astype(np.float32)
    image = CellImage(noise, "CYX", ("DNA",), 0.3)
    cells = pd.DataFrame({"label": [1], "y": [100.0], "x": [100.0]})
    crop = cut_crops(image, cells, CropOptions(size_px=40, pixel_size_um=1.0))
    assert crop.mean() == pytest.approx(100, abs=0.5)
    # 0.3 to 1.0 um averages over some ten pixels: the noise of 10 falls to less than 4.
    assert crop.std() < 4


def test_rescaling_has_the_right_scale():
    ramp = np.broadcast_to(np.arange(300.0), (1, 300, 300))
    image = CellImage(ramp.copy(), "CYX", ("DNA",), 0.35)
    cells = pd.DataFrame({"label": [1], "y": [150.0], "x": [150.0]})
    for wanted in (0.2, 0.5, 1.0):
        crop = cut_crops(image, cells, CropOptions(size_px=31, pixel_size_um=wanted))[0, 0]
        expected = 150 + (np.arange(31) - 15) * wanted / 0.35
        # Half a pixel for the place of the window, little for the triangle between pixels.
        np.testing.assert_allclose(crop, np.broadcast_to(expected, (31, 31)), atol=0.55)
        np.testing.assert_allclose(np.diff(crop).mean(), wanted / 0.35, rtol=0.005)


def test_a_common_pixel_size_that_is_the_images_own_changes_no_pixel(tiny_image):
    plain = cut_crops(tiny_image, CENTERS, CropOptions(size_px=20))
    same = cut_crops(tiny_image, CENTERS, CropOptions(size_px=20, pixel_size_um=0.5))
    np.testing.assert_array_equal(plain, same)


def test_a_size_in_micrometres_decides_over_one_in_pixels(tiny_image):
    assert crop_geometry(tiny_image, CropOptions(size_um=12)).size_px == 24
    rescaled = crop_geometry(tiny_image, CropOptions(size_um=12, pixel_size_um=1))
    assert (rescaled.size_px, rescaled.scale, rescaled.pixel_size_um) == (12, 2, 1)


def test_channels_are_chosen_and_ordered(tiny_image):
    crops = cut_crops(tiny_image, CENTERS, CropOptions(size_px=9, channels=("Golgi", "DNA")))
    assert crops[0, :, 4, 4].tolist() == [40, 150]


def test_each_cell_is_cut_from_its_own_frame_and_the_chosen_plane():
    pixels = np.zeros((3, 1, 2, 20, 20), np.uint8)
    pixels += np.arange(3, dtype=np.uint8)[:, None, None, None, None] * 10
    pixels[:, :, 1] += 1
    image = CellImage(pixels, "TCZYX", ("DNA",))
    cells = pd.DataFrame({"label": [1, 1, 2], "t": [2, 0, 1], "y": [9.0] * 3, "x": [9.0] * 3})
    highest = cut_crops(image, cells, CropOptions(size_px=5))
    assert highest[:, 0, 2, 2].tolist() == [21, 1, 11]
    first = cut_crops(image, cells, CropOptions(size_px=5, z_plane=0))
    assert first[:, 0, 2, 2].tolist() == [20, 0, 10]


def test_neighbours_are_masked_by_the_labels_of_their_frame():
    labels = np.zeros((2, 20, 20), np.int32)
    labels[0, 8:12, 4:8], labels[0, 8:12, 12:16] = 1, 2
    labels[1, 8:12, 4:8], labels[1, 8:12, 12:16] = 2, 1
    image = CellImage(np.where(labels > 0, 50 + labels, 3)[:, None], "TCYX", ("DNA",))
    cells = pd.DataFrame({"label": [1, 1], "t": [0, 1], "y": [9.5, 9.5], "x": [5.5, 13.5]})
    crops = cut_crops(image, cells, CropOptions(size_px=19, mask_neighbours=True), labels=labels)
    assert [sorted(set(crop.ravel())) for crop in crops] == [[3, 51], [3, 51]]


def test_crops_may_be_centred_on_the_whole_cell(tiny_image):
    cells = CENTERS.assign(y_cell=CENTERS["y"] + 3, x_cell=CENTERS["x"])
    crops = cut_crops(tiny_image, cells, CropOptions(size_px=9, center="cell"))
    np.testing.assert_array_equal(crops[0], tiny_image.pixels[:, 19:28, 16:25])
    with pytest.raises(DataError, match="no column y_cell and x_cell; measure the nuclei together"):
        cut_crops(tiny_image, CENTERS, CropOptions(center="cell"))


def test_a_lazy_image_gives_the_same_crops(tiny_image):
    lazy = replace(tiny_image, pixels=da.from_array(tiny_image.pixels, chunks=(1, 30, 40)))
    options = CropOptions(size_px=33)
    np.testing.assert_array_equal(
        cut_crops(lazy, CENTERS, options), cut_crops(tiny_image, CENTERS, options)
    )


def test_a_tall_image_is_cut_band_by_band_and_every_cell_once():
    image = CellImage(np.arange(5000)[None, :, None] * np.ones((1, 1, 8), int), "CYX", ("DNA",))
    y = np.random.default_rng(0).uniform(0, 4999, 60).round()
    cells = pd.DataFrame({"label": range(1, 61), "y": y, "x": 4.0})
    blocks = list(cut_blocks(image, cells, CropOptions(size_px=3)))
    assert len(blocks) == 5
    assert all(np.ptp(y[rows]) <= 1024 for rows, _ in blocks)
    assert sorted(np.concatenate([rows for rows, _ in blocks])) == list(range(60))
    np.testing.assert_array_equal(cut_crops(image, cells, CropOptions(size_px=1))[:, 0, 0, 0], y)


def test_no_cell_gives_no_crop(tiny_image):
    assert cut_crops(tiny_image, CENTERS.iloc[:0], CropOptions(size_px=8)).shape == (0, 2, 8, 8)


def test_a_crop_may_be_larger_than_the_image_in_one_direction_only(tiny_image):
    assert cut_crops(tiny_image, CENTERS, CropOptions(size_px=100)).shape == (5, 2, 100, 100)
    sentence = (
        "113 x 113 image pixels is larger than the image of 88 x 112 pixels; choose a smaller"
    )
    with pytest.raises(DataError, match=sentence):
        cut_crops(tiny_image, CENTERS, CropOptions(size_px=113))
    with pytest.raises(DataError, match="A crop of 120 x 120 image pixels"):
        cut_crops(tiny_image, CENTERS, CropOptions(size_px=60, pixel_size_um=1))


def test_a_one_pixel_image_gives_a_one_pixel_crop():
    image = CellImage(np.full((1, 1, 1), 7), "CYX", ("DNA",))
    cells = pd.DataFrame({"label": [1], "y": [0.0], "x": [0.0]})
    assert cut_crops(image, cells, CropOptions(size_px=1)).tolist() == [[[[7]]]]
    with pytest.raises(DataError, match="larger than the image of 1 x 1 pixels"):
        cut_crops(image, cells, CropOptions())


@pytest.mark.parametrize("position", [{"y": 500.0}, {"x": -0.6}, {"y": np.nan}])
def test_cells_outside_the_image_are_refused(tiny_image, position):
    with pytest.raises(DataError, match="outside the image of 88 x 112 pixels; choose the table"):
        cut_crops(tiny_image, CENTERS.assign(**position), CropOptions(size_px=8))


def test_what_masking_needs_is_asked_for(tiny_image, tiny_labels):
    options = CropOptions(size_px=8, mask_neighbours=True)
    with pytest.raises(OptionError, match="needs the labels"):
        cut_crops(tiny_image, CENTERS, options)
    with pytest.raises(DataError, match="no column label"):
        cut_crops(tiny_image, CENTERS.drop(columns="label"), options, labels=tiny_labels)
    with pytest.raises(DataError, match="Object 5 of the table is not at its place in the labels"):
        cut_crops(tiny_image, CENTERS.assign(label=5), options, labels=tiny_labels)
    with pytest.raises(DataError, match=r"labels have shape \(8, 8\)"):
        cut_crops(tiny_image, CENTERS, options, labels=tiny_labels[:8, :8])


def test_micrometres_need_a_pixel_size(tiny_image):
    unknown = replace(tiny_image, pixel_size_um=None)
    for options in (CropOptions(size_um=10), CropOptions(pixel_size_um=1)):
        with pytest.raises(DataError, match="pixel size of the image is not known; give the crop"):
            cut_crops(unknown, CENTERS, options)
    assert crop_geometry(unknown, CropOptions()).pixel_size_um is None


def test_a_size_must_be_given(tiny_image):
    with pytest.raises(OptionError, match="No crop size was given"):
        cut_crops(tiny_image, CENTERS, CropOptions(size_px=None))


def test_a_time_series_needs_a_column_t(tiny_image):
    series = replace(tiny_image, pixels=np.stack([tiny_image.pixels] * 2), axes="TCYX")
    with pytest.raises(DataError, match="2 time points and the table of cells no column t"):
        cut_crops(series, CENTERS, CropOptions(size_px=8))


@pytest.mark.parametrize("is_lazy", [False, True])
def test_what_was_not_measured_is_no_rim_of_zeros(is_lazy):
    rng = np.random.default_rng(0)
    pixels = rng.integers(90, 110, (2, 64, 96)).astype(np.uint16)
    pixels[1, :, 60:] = 0
    image = CellImage(da.from_array(pixels, chunks=32) if is_lazy else pixels, "CYX", ("DNA", "M"))
    cells = pd.DataFrame({"label": [1, 2], "y": [29.5, 29.5], "x": [19.5, 56.5]})
    with pytest.warns(SeewhyWarning, match="1 crops reach into pixels that were not measured"):
        crops = cut_crops(image, cells, CropOptions(size_px=16))
    assert crops.min() >= 90
    np.testing.assert_array_equal(
        crops[:, 0], pixels[0][22:38][:, [range(12, 28), range(49, 65)]].swapaxes(0, 1)
    )
    assert len(np.unique(crops[1, 1, :, 11:])) == 1
    np.testing.assert_array_equal(crops[1, 1, :, :11], pixels[1, 22:38, 49:60])
