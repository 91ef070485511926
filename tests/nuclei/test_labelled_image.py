from __future__ import annotations

import dask.array as da
import numpy as np
import pytest

from napari_seewhy.errors import DataError, OptionError
from napari_seewhy.images import CellImage
from napari_seewhy.nuclei.labelled_image import LabelledImage, count_areas, is_mask


@pytest.fixture(autouse=True)
def usual_zoom(monkeypatch):
    """A scale that stays as it is, whatever the networks are trained at."""
    monkeypatch.setattr("napari_seewhy.nuclei.scale.choose_zoom", lambda diameter: 20 / diameter)


def labelled(labels: np.ndarray, pixels: np.ndarray | None = None) -> LabelledImage:
    labels = labels.reshape(-1, *labels.shape[-2:])
    return LabelledImage("a.tif", np.zeros(labels.shape) if pixels is None else pixels, labels)


def draw_squares(shape: tuple[int, int], places: list[tuple[int, int]], edge: int) -> np.ndarray:
    labels = np.zeros(shape, np.int32)
    for number, (top, left) in enumerate(places, start=1):
        labels[top : top + edge, left : left + edge] = number
    return labels


def test_labels_of_another_shape_are_refused(tiny_image, tiny_labels):
    with pytest.raises(DataError, match=r"have shape \(87, 112\) and the image has \(88, 112\)"):
        LabelledImage.match("a.tif", tiny_image, tiny_labels[1:], "DNA")


def test_labels_that_are_no_whole_numbers_are_refused(tiny_image, tiny_labels):
    with pytest.raises(DataError, match="are of type float64; labels are whole numbers"):
        LabelledImage.match("a.tif", tiny_image, tiny_labels / 2, "DNA")
    with pytest.raises(DataError, match="hold negative numbers"):
        LabelledImage.match("a.tif", tiny_image, tiny_labels - 1, "DNA")


def test_a_mask_is_refused_and_one_nucleus_is_none(tiny_image, tiny_labels):
    for mask in (tiny_labels > 0, np.where(tiny_labels, 255, 0)):
        with pytest.raises(DataError, match=r"a\.tif have one number, (1|255), for all objects"):
            LabelledImage.match("a.tif", tiny_image, mask, "DNA")
    specks = np.where(tiny_labels == 2, 2, 0)
    specks[::40, ::40] = 2
    assert LabelledImage.match("a.tif", tiny_image, specks, "DNA").labels.max() == 2
    assert not is_mask(np.zeros((1, 0, 8), np.int32))
    large = np.zeros((2, 2100, 3000), bool)
    large[1, 2070:2080, 100:2900:300] = True
    assert is_mask(large)


def test_a_channel_that_is_not_there_is_refused(tiny_image, tiny_labels):
    with pytest.raises(OptionError, match="There is no channel 'ER'"):
        LabelledImage.match("a.tif", tiny_image, tiny_labels, "ER")


def test_stacks_are_flattened_and_time_points_kept():
    pixels = np.zeros((3, 2, 4, 8, 8), np.uint8)
    pixels[2, 1, 3] = 7
    image = CellImage(pixels, "TCZYX", ("empty", "DNA"))
    matched = LabelledImage.match("a.tif", image, np.zeros((3, 8, 8), np.int32), "DNA")
    assert matched.pixels.shape == (3, 8, 8)
    assert (matched.pixels[2] == 7).all()
    with pytest.raises(DataError, match=r"\(8, 8\) and the image has \(3, 8, 8\)"):
        LabelledImage.match("a.tif", image, np.zeros((8, 8), np.int32), "DNA")


def test_areas_are_counted_whatever_the_numbers_and_across_strips():
    labels = draw_squares((5000, 1000), [(10, 10), (4190, 30)], 12)
    assert count_areas(labels).tolist() == [144, 144]
    assert count_areas(np.where(labels, 2_000_000_000 + labels, 0)).tolist() == [144, 144]
    for dtype in (bool, np.uint8, np.uint64):
        assert count_areas(np.ones((3, 4), dtype)).tolist() == [12]
    assert count_areas(np.zeros((3, 4), bool)).tolist() == []
    assert count_areas(np.zeros((3, 0), np.int32)).tolist() == []


def test_diameters_are_those_of_the_first_time_point_with_nuclei(tiny_labels):
    frames = np.stack([np.zeros_like(tiny_labels), tiny_labels])
    # Their discs are drawn with the radii 8, 10, 7, 9 and 8.
    assert labelled(frames).diameters_px == pytest.approx([16, 20, 14, 18, 16], abs=0.5)
    assert labelled(frames[:1]).diameters_px.shape == (0,)


def test_the_quadrant_with_fewest_nuclei_is_spared_and_the_rest_is_taught():
    corners = [(5, 5), (5, 15), (15, 5)]
    places = [(top + y, left + x) for y in (0, 40) for x in (0, 40) for top, left in corners]
    labels = draw_squares((80, 80), [*places, (25, 5), (65, 45), (65, 5)], 4)
    taught, spared = labelled(labels).spare_quadrant()
    assert spared == [(slice(0, 40), slice(40, 80))]
    covered = np.zeros((80, 80), int)
    for box in taught + spared:
        covered[box] += 1
    assert (covered == 1).all()


def test_nothing_is_spared_of_a_picture_with_few_nuclei():
    labels = draw_squares((80, 80), [(5, 5), (5, 50), (50, 5), (50, 50)], 8)
    whole = [(slice(0, 80), slice(0, 80))]
    assert labelled(labels).spare_quadrant() == (whole, [])


@pytest.mark.parametrize("shape", [(1, 1), (1, 30), (30, 1)])
def test_nothing_is_spared_of_a_picture_of_one_row_or_column(shape):
    labels = np.ones(shape, np.int32)
    whole = [(slice(0, shape[0]), slice(0, shape[1]))]
    assert labelled(labels).spare_quadrant() == (whole, [])


def test_a_large_picture_is_cut_into_pieces_with_nuclei():
    labels = draw_squares((1200, 2400), [(100, 100), (900, 2000), (130, 700)], 9)
    image = labelled(labels, da.from_array(np.broadcast_to(np.arange(2400), (1, 1200, 2400))))
    pieces = list(image.cut_pieces([image.whole], 100))
    # Nuclei of 10 px, so that a piece of 1024 px at the nominal scale has up to 520 here.
    assert all(pixels.shape == near.shape == (400, 480) for pixels, near in pieces)
    assert [int(pixels[0, 0]) for pixels, _ in pieces] == [0, 480, 1920]
    assert [np.unique(near).tolist() for _, near in pieces] == [[0, 1], [0, 3], [0, 2]]


def test_no_more_pieces_are_read_than_wanted_and_they_are_spread():
    places = [(y, x) for y in range(10, 1000, 100) for x in range(10, 1000, 100)]
    image = labelled(draw_squares((1000, 1000), places, 5))
    pieces = [near.max() for _, near in image.cut_pieces([image.whole], 2)]
    assert len(pieces) == 2
    assert pieces[0] < 30
    assert pieces[1] == 100


def test_of_a_picture_without_nuclei_one_piece_is_read():
    image = labelled(np.zeros((3000, 30), np.int32))
    (piece,) = image.cut_pieces([image.whole], 10)
    assert piece[1].shape == (1000, 30)


def test_pixels_that_are_not_finite_are_refused(tiny_labels):
    pixels = np.zeros((1, *tiny_labels.shape), np.float32)
    pixels[0, 3, 4] = np.nan
    image = labelled(tiny_labels, pixels)
    with pytest.raises(DataError, match=r"a\.tif has pixels that are NaN or infinite"):
        list(image.cut_pieces([image.whole], 1))
