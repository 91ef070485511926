from __future__ import annotations

import pandas as pd
import pytest

from napari_seewhy.blocks.staining.efficiency_tables import tabulate_dishes


def row(dish, day, t, efficiency, n_blocks=100):
    return {
        "dish": dish,
        "day": day,
        "t": t,
        "efficiency": efficiency,
        "low": 0.0,
        "high": 1.0,
        "n_blocks": n_blocks,
        "n_independent": 50.0,
    }


def test_dishes_and_days_are_sorted_by_their_numbers():
    fields = pd.DataFrame(
        [row("dish10", "2", 0, 0.1), row("dish2", "10", 0, 0.2), row("dish2", "9", 0, 0.3)]
    )
    dishes = tabulate_dishes(fields)
    assert list(zip(dishes["dish"], dishes["day"], strict=True)) == [
        ("dish2", "9"),
        ("dish2", "10"),
        ("dish10", "2"),
    ]


def test_time_points_stay_apart_and_fields_are_put_together():
    fields = pd.DataFrame(
        [row("a", "", 0, 0.1), row("a", "", 0, 0.3), row("a", "", 1, 0.6, n_blocks=40)]
    )
    dishes = tabulate_dishes(fields)
    assert list(dishes["efficiency"]) == pytest.approx([0.2, 0.6])
    assert list(dishes["n_fields"]) == [2, 1]
    assert list(dishes["n_blocks"]) == [200, 40]
