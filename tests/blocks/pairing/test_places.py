"""Dish and day are recognised as people write them, and days of one dish stay together."""

from __future__ import annotations

from pathlib import Path

import pytest

from napari_seewhy.blocks.pairing.place_options import PlaceOptions
from napari_seewhy.blocks.pairing.places import Place, PlaceFinder, recognise_place


@pytest.mark.parametrize(
    ("path", "dish", "day"),
    [
        ("day5/dish2_field3.tif", "dish2", "5"),
        ("dish 3 Day12.tif", "dish 3", "12"),
        ("exp/d3/wellB04.tif", "wellB04", "3"),
        ("ctrl_A_d12.tif", "ctrl_A", "12"),
        ("ctrl_A_d5.tif", "ctrl_A", "5"),
        ("A_day1_phase.tif", "A_phase", "1"),
        ("A_day8_phase.tif", "A_phase", "8"),
        ("plate1/day2/B03_field1.tif", "plate1 B03", "2"),
        ("iPSC_001.tif", "iPSC_001", ""),
        ("stained_20240512.tif", "stained_20240512", ""),
        ("day3.tif", "day3", "3"),
    ],
)
def test_places_are_recognised(path: str, dish: str, day: str) -> None:
    assert recognise_place(Path("/data/lab") / path) == Place(dish, day)


def test_a_pattern_wins_and_the_other_is_still_recognised() -> None:
    find = PlaceFinder(PlaceOptions(dish=r"_([a-z])\."))
    assert find(Path("/data/dish7/day2_a.tif")) == Place("a", "2")
