"""The method otsu: the same labels whatever the tiles, and nuclei of every kind."""

from __future__ import annotations

import dask.array as da
import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from napari_seewhy.cells import SegmentOptions, average_precision, make_sequential
from napari_seewhy.cells.segmenting.otsu import OtsuSegmenter
from napari_seewhy.images import scratch
from napari_seewhy.progress import finish


def draw_field(seed: int, shape: tuple[int, int] = (300, 420), n_nuclei: int = 90):
    """Overlapping ellipses of unlike brightness in uneven light, blurred, with noise."""
    random = np.random.default_rng(seed)
    y, x = np.indices(shape)
    field = 20 + 30 * (x + y) / sum(shape)
    for _ in range(n_nuclei):
        center_y, center_x = random.uniform(0, shape[0]), random.uniform(0, shape[1])
        long, short = random.uniform(8, 14), random.uniform(6, 9)
        angle = random.uniform(0, np.pi)
        along = (y - center_y) * np.cos(angle) + (x - center_x) * np.sin(angle)
        across = (x - center_x) * np.cos(angle) - (y - center_y) * np.sin(angle)
        field[(along / long) ** 2 + (across / short) ** 2 < 1] += random.uniform(40, 250)
    return random.poisson(gaussian_filter(field, 1.2)).astype(np.uint16)


def find(pixels, segmenter=OtsuSegmenter(), diameter_px=None, **chosen):  # noqa: B008  (holds no state)
    return finish(segmenter.find_steps(pixels, SegmentOptions(**chosen), diameter_px))


@pytest.mark.parametrize("threshold", ["otsu", "local"])
@pytest.mark.parametrize("tile_px", [37, 100, 256])
@pytest.mark.parametrize("seed", [0, 1])
def test_tiles_of_any_size_give_the_labels_of_one_piece(seed, tile_px, threshold):
    pixels = draw_field(seed)
    whole = find(pixels, OtsuSegmenter(tile_px=10_000), threshold=threshold)
    tiled = find(pixels, OtsuSegmenter(tile_px=tile_px, keep_px=0), threshold=threshold)
    assert len(np.unique(whole.labels)) > 40
    assert tiled.threshold == whole.threshold
    assert average_precision(whole.labels, tiled.labels, (1.0,)) == 1.0


def test_float_pixels_read_by_tiles_give_the_labels_of_one_piece():
    pixels = gaussian_filter(draw_field(3).astype(np.float64), 0.5) * 1e-4
    lazy = da.from_array(pixels, chunks=(64, 64))
    whole = find(pixels, smoothing_px=2.5)
    tiled = find(lazy, OtsuSegmenter(tile_px=90, keep_px=0), smoothing_px=2.5)
    assert average_precision(whole.labels, tiled.labels, (1.0,)) == 1.0


def test_no_read_of_lazy_pixels_is_larger_than_a_tile_and_its_surroundings():
    reads = []

    class Recorded:
        def __init__(self, pixels):
            self.pixels, self.shape, self.size = pixels, pixels.shape, pixels.size
            self.dtype = pixels.dtype

        def __getitem__(self, box):
            reads.append(self.pixels[box].shape)
            return self.pixels[box]

    pixels = np.tile(draw_field(0), (6, 5))
    find(Recorded(pixels), OtsuSegmenter(tile_px=512, keep_px=0))
    assert max(max(shape) for shape in reads) < 1100
    assert pixels.shape[0] > 1700


def disc(shape, y, x, radius):
    rows, columns = np.indices(shape)
    return (rows - y) ** 2 + (columns - x) ** 2 <= radius**2


def blurred(mask, height=200.0):
    return gaussian_filter(mask * height + 10, 1.0)


def n_found(pixels, **chosen):
    return len(np.unique(find(pixels, **chosen).labels)) - 1


def test_two_touching_discs_are_cut_apart_at_their_waist():
    first, second = disc((60, 80), 30, 28, 13), disc((60, 80), 30, 52, 13)
    labels = make_sequential(find(blurred(first | second)).labels)
    assert labels.max() == 2
    truth = np.where(second, 2, 0) + np.where(first & ~second, 1, 0)
    assert average_precision(truth, labels, (0.85,)) == 1.0


def test_splitting_zero_leaves_touching_discs_together():
    touching = disc((60, 80), 30, 28, 13) | disc((60, 80), 30, 52, 13)
    assert n_found(blurred(touching), splitting=0) == 1


def test_more_splitting_cuts_at_slighter_waists():
    pixels = blurred(disc((60, 80), 30, 30, 13) | disc((60, 80), 30, 45, 13))
    by_strength = [n_found(pixels, splitting=s, diameter_px=26) for s in (0.0, 0.2, 0.8)]
    assert by_strength == [1, 1, 2]


def test_one_ellipse_is_not_cut():
    rows, columns = np.indices((80, 80))
    ellipse = ((rows - 40) / 11) ** 2 + ((columns - 40) / 24) ** 2 < 1
    assert n_found(blurred(ellipse), diameter_px=22) == 1


def test_a_dim_nucleus_beside_bright_ones_is_found():
    pixels = blurred(disc((90, 90), 20, 20, 10) | disc((90, 90), 20, 65, 10))
    pixels += gaussian_filter(disc((90, 90), 65, 45, 10) * 70.0, 1.0)
    assert n_found(pixels) == 3


def test_bright_and_dim_nuclei_are_outlined_alike():
    bright, dim = disc((60, 90), 30, 22, 10), disc((60, 90), 30, 66, 10)
    pixels = gaussian_filter(np.where(bright, 240.0, 10.0) + dim * 120.0, 1.5)
    labels = make_sequential(find(pixels).labels)
    areas = np.bincount(labels.ravel())[1:]
    assert areas == pytest.approx([bright.sum()] * 2, rel=0.06)


def test_small_holes_are_filled_and_large_ones_stay():
    ring = disc((140, 140), 70, 70, 60) & ~disc((140, 140), 70, 70, 45)
    speckled = disc((140, 140), 70, 70, 20) & ~disc((140, 140), 70, 70, 4)
    labels = find(blurred(ring | speckled), smoothing_px=0, diameter_px=40, splitting=0).labels
    assert labels[70, 70] != 0
    assert labels[70, 70 + 32] == 0


def test_noise_alone_is_no_nucleus():
    found = find(np.random.default_rng(0).poisson(100, (200, 200)).astype(np.uint16))
    assert not found.labels.any()
    assert "Nothing stands out" in found.warnings[0]


def test_uneven_light_makes_no_object(tiny_labels):
    light = np.linspace(0, 90, tiny_labels.shape[1])[None, :]
    pixels = gaussian_filter(np.where(tiny_labels > 0, 120.0, 0.0), 1) + light
    labels = find(pixels, threshold="local").labels
    assert average_precision(tiny_labels, labels, (0.8,)) == 1.0


def test_a_dead_pixel_does_not_change_the_light_about_it(tiny_image):
    plane = tiny_image.pixels[0].astype(float) + 100
    expected = find(plane).labels
    plane[44, 50] = 0
    assert np.array_equal(find(plane).labels, expected)


def test_an_object_too_large_for_memory_is_left_whole_and_said(monkeypatch):
    pixels = blurred(disc((80, 120), 40, 40, 30) | disc((80, 120), 40, 100, 8))
    pixels[40, 30:50] = 400
    alone = find(pixels, threshold="otsu", diameter_px=20)
    monkeypatch.setattr("napari_seewhy.cells.planes.cutting._LARGEST_BOX_PX", 1000)
    left = find(pixels, threshold="otsu", diameter_px=20)
    assert alone.warnings == ()
    assert left.warnings[0].startswith("1 of the objects")
    assert len(np.unique(left.labels)) == 3
    assert np.array_equal(left.labels[:, 80:] > 0, alone.labels[:, 80:] > 0)
    assert (left.labels[:, :80] > 0).sum() >= (alone.labels[:, :80] > 0).sum()


def test_masks_and_labels_of_a_large_image_lie_in_files_and_are_the_same(monkeypatch):
    pixels = draw_field(0)
    expected = find(pixels).labels
    assert expected.flags.owndata
    monkeypatch.setattr(scratch, "SCRATCH_BYTES", 0)
    found = find(pixels).labels
    assert not found.flags.owndata
    np.testing.assert_array_equal(found, expected)
