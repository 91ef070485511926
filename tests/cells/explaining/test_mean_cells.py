from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.cells.explaining.mean_cells import find_poses, turn

SIZE = 41


def draw_cell(angle: float, y: float = 20, x: float = 20) -> tuple[np.ndarray, np.ndarray]:
    """An ellipse turned by `angle` degrees, and a spot at one of its ends."""
    rows, columns = np.indices((SIZE, SIZE)).astype(float)
    radians = np.deg2rad(angle)
    along = (columns - x) * np.cos(radians) + (rows - y) * np.sin(radians)
    across = -(columns - x) * np.sin(radians) + (rows - y) * np.cos(radians)
    mask = (along / 14) ** 2 + (across / 7) ** 2 <= 1
    spot = np.exp(-((along - 9) ** 2 + (across - 3) ** 2) / 8)
    return mask, spot.astype(np.float32)


@pytest.mark.parametrize("angle", [0, 35, 90, 140, 200, 290])
def test_however_a_cell_lies_it_is_turned_the_same_way(angle):
    mask, spot = draw_cell(angle, y=18, x=22)
    poses = find_poses(mask[None], spot[None])
    turned = turn(spot[None], poses)[0]
    y, x = np.unravel_index(turned.argmax(), turned.shape)
    # The heavy end to the right and below, the centre in the middle.
    assert (y - 20, x - 20) == (pytest.approx(3, abs=1), pytest.approx(9, abs=1))


def test_a_mirrored_cell_is_mirrored_back():
    mask, spot = draw_cell(30)
    masks, spots = np.stack([mask, mask[:, ::-1]]), np.stack([spot, spot[:, ::-1]])
    turned = turn(spots, find_poses(masks, spots))
    np.testing.assert_allclose(turned[0], turned[1], atol=0.05)


def test_the_mean_of_turned_cells_is_as_sharp_as_one_cell():
    cells = [draw_cell(angle) for angle in range(0, 360, 40)]
    masks, spots = (np.stack(pictures) for pictures in zip(*cells, strict=True))
    assert turn(spots, find_poses(masks, spots)).mean(axis=0).max() > 0.8
    assert spots.mean(axis=0).max() < 0.5


def test_a_crop_without_its_cell_is_left_as_it_is():
    spot = draw_cell(0)[1]
    poses = find_poses(np.zeros((1, SIZE, SIZE), bool), spot[None])
    np.testing.assert_allclose(turn(spot[None], poses)[0], spot, atol=1e-6)
