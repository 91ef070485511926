"""The background is that of the light where no object is, also where the light is uneven."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import rotate

from napari_seewhy.cells.measuring import measure_cells
from napari_seewhy.cells.measuring.backgrounds import measure_backgrounds
from napari_seewhy.errors import SeewhyWarning
from napari_seewhy.images import CellImage


def measure(pixels: np.ndarray, labels: np.ndarray, square_px: int = 256):
    (background,) = measure_backgrounds(lambda _, rows: pixels[rows], [None], [labels], square_px)
    return background


def read(background, y: int, x: int) -> float:
    return background.at(np.array([y]), np.array([x])).item()


def test_the_background_of_even_light_is_its_level_in_spite_of_a_missed_cell(tiny_labels):
    labels = tiny_labels
    pixels = np.random.default_rng(0).poisson(np.where(labels > 0, 500, 30))
    pixels[labels == 3] = 500
    labels[labels == 3] = 0
    assert read(measure(pixels, labels), 40, 40) == pytest.approx(30, abs=1)


def test_the_background_follows_uneven_light():
    y, x = np.indices((400, 500))
    light = 100 + 0.2 * y + 0.1 * x
    background = measure(light, np.zeros(light.shape, int), 50)
    inner_y, inner_x = np.meshgrid(np.arange(40, 360, 20), np.arange(40, 460, 20), indexing="ij")
    wanted = light[inner_y, inner_x]
    np.testing.assert_allclose(background.at(inner_y, inner_x), wanted, rtol=0.01)


def test_one_level_for_the_field_is_the_same_everywhere():
    light = np.repeat(np.linspace(0, 100, 200)[:, None], 60, axis=1)
    flat = measure(light, np.zeros(light.shape, int), 50).flatten()
    np.testing.assert_allclose(flat.at(np.array([0, 199]), np.array([0, 59])), 50, atol=1)


def test_a_square_full_of_cells_takes_the_level_of_the_next_one():
    labels = np.zeros((100, 200), int)
    labels[:, 100:] = 1
    pixels = np.where(labels > 0, 900, 20)
    assert read(measure(pixels, labels, 100), 50, 150) == pytest.approx(20)


def test_an_image_full_of_cells_takes_its_darkest_pixels():
    labels = np.ones((100, 100), int)
    pixels = np.full(labels.shape, 80)
    pixels[:, :5] = 12
    assert read(measure(pixels, labels), 50, 50) == pytest.approx(12)


def test_only_the_pixels_clear_of_nuclei_and_cells_are_background():
    nuclei, cells = np.zeros((2, 60, 60), int)
    cells[:, :45] = 1
    pixels = np.where(cells > 0, 300, 10)
    (background,) = measure_backgrounds(lambda _, rows: pixels[rows], [None], [nuclei, cells], 256)
    assert read(background, 30, 30) == pytest.approx(10)


def test_what_was_not_measured_is_no_background():
    y, x = np.indices((200, 200))
    labels = ((y - 100) ** 2 + (x - 100) ** 2 < 200).astype(np.int32)
    flat = np.random.default_rng(0).normal(120, 4, labels.shape) + 500 * labels
    turned = rotate(flat, 20, order=1).astype(np.uint16)
    turned_labels = rotate(labels, 20, order=0)
    image = CellImage(turned[None], "CYX", ("DNA",))
    with pytest.warns(SeewhyWarning, match="of the image is one value up to its border"):
        cells = measure_cells(image, turned_labels)
    assert cells["background_DNA"].to_numpy() == pytest.approx([120], abs=1)
    plain = measure_cells(CellImage(flat[None], "CYX", ("DNA",)), labels)
    assert cells["integrated_DNA"][0] == pytest.approx(plain["integrated_DNA"][0], rel=0.03)


def test_what_the_file_declares_as_empty_is_no_background():
    y, x = np.indices((200, 200))
    labels = ((y - 100) ** 2 + (x - 100) ** 2 < 200).astype(np.int32)
    pixels = np.random.default_rng(0).normal(120, 4, labels.shape) + 500 * labels
    measured = np.ones(labels.shape, bool)
    measured[60:140, 120:180] = False
    holed = np.where(measured, np.round(pixels), 3).astype(np.uint16)
    image = CellImage(holed[None], "CYX", ("DNA",), measured=measured)
    with pytest.warns(SeewhyWarning, match="a mask or its file declares so"):
        cells = measure_cells(image, labels)
    assert cells["background_DNA"].to_numpy() == pytest.approx([120], abs=1)
