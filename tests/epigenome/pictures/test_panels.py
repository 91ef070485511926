"""The panels of pictures of other programs are found; nothing is guessed where there are none."""

from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.epigenome.pictures.dividing_line import find_dividing_line
from napari_seewhy.epigenome.pictures.panels import find_panels, place_panels
from napari_seewhy.errors import DataError

CHROMATIN, METHYLATION = (25, 110), (135, 214)
"""Rows inside the frames that are drawn."""


def close(found: tuple[int, int], wanted: tuple[int, int], within: int = 2) -> bool:
    return max(abs(a - b) for a, b in zip(found, wanted, strict=True)) <= within


@pytest.mark.parametrize("n", [1, 8])
@pytest.mark.parametrize("frames", ["full", "despined"])
def test_two_frames_are_found_without_axes_text_and_margins(draw_foreign, frames, n) -> None:
    pixels = np.stack([draw_foreign(seed, frames) for seed in range(n)])
    panels = find_panels(pixels)
    assert close(panels.chromatin, CHROMATIN)
    assert close(panels.methylation, METHYLATION)
    assert close((panels.left, panels.right), (41, 300))
    inside = pixels[:, slice(*panels.chromatin), panels.left : panels.right]
    assert not (inside == 0).all(axis=-1).any()  # no black axis is left
    assert find_dividing_line(pixels).is_sure


def test_one_frame_with_a_line_across_is_divided_there(draw_foreign) -> None:
    line = find_dividing_line(draw_foreign(0, "shared"))
    assert abs(line.row - 119) <= 1
    assert line.is_sure


def test_without_axes_the_widest_gap_divides(draw_foreign) -> None:
    pixels = np.stack([draw_foreign(seed, "none") for seed in range(8)])
    line = find_dividing_line(pixels)
    assert 110 < line.row < 140
    assert line.is_sure


def test_without_axes_a_title_is_left_out(draw_foreign) -> None:
    pixels = np.stack([draw_foreign(seed, "none") for seed in range(8)])
    for number, picture in enumerate(pixels):
        picture[4:12, 60 + number : 100] = 0
    panels = find_panels(pixels)
    assert panels.chromatin[0] > 20
    assert 110 < find_dividing_line(pixels).row < 140


def test_text_that_differs_between_pictures_is_not_taken_for_a_panel(draw_foreign) -> None:
    pixels = np.stack([draw_foreign(seed) for seed in range(8)])
    assert find_panels(pixels).chromatin[0] > 20


@pytest.mark.parametrize(
    "pixels",
    [
        np.full((240, 320, 3), 255, np.uint8),
        np.random.default_rng(0).integers(0, 256, (240, 320, 3)).astype(np.uint8),
        np.repeat(np.linspace(0, 255, 240).astype(np.uint8), 960).reshape(240, 320, 3),
    ],
    ids=["white", "noise", "ramp"],
)
def test_what_is_no_track_plot_has_no_dividing_line(pixels) -> None:
    line = find_dividing_line(pixels)
    assert (line.row, line.is_sure) == (None, False)


def test_many_gaps_alike_are_not_sure() -> None:
    pixels = np.full((240, 320, 3), 255, np.uint8)
    for top in (10, 70, 130, 190):
        pixels[top : top + 40, 20:300] = 60
    assert not find_dividing_line(pixels).is_sure


def test_a_line_that_a_person_drew_divides_there() -> None:
    pixels = np.full((100, 200, 3), 255, np.uint8)
    pixels[10:90, 20:180] = np.random.default_rng(0).integers(0, 200, (80, 160, 1))
    panels = place_panels(pixels, 40)
    assert (panels.chromatin, panels.methylation) == ((10, 40), (40, 90))
    assert (panels.left, panels.right) == (20, 180)


@pytest.mark.parametrize("row", [5, 95])
def test_a_line_with_nothing_on_one_side_is_refused(row) -> None:
    pixels = np.full((100, 200, 3), 255, np.uint8)
    pixels[10:90, 20:180] = 60
    with pytest.raises(DataError, match="no ink above it or none below"):
        place_panels(pixels, row)
