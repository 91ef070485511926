from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from napari_seewhy.errors import DataError
from napari_seewhy.explaining.attention import (
    attention_per_area,
    attention_shares,
    compare_attention,
)

HEATMAPS = np.zeros((3, 4, 4), np.float32)
HEATMAPS[0, 0, 0] = 2
HEATMAPS[1] = 1
LEFT = np.zeros((3, 4, 4), bool)
LEFT[:, :, :1] = True


def test_shares_of_regions_that_leave_nothing_out_sum_to_one():
    shares = attention_shares(HEATMAPS, {"left": LEFT, "right": ~LEFT})
    np.testing.assert_allclose(shares.to_numpy()[:2], [[1, 0], [0.25, 0.75]])


def test_a_heatmap_that_is_all_zero_has_no_attention():
    shares = attention_shares(HEATMAPS, {"left": LEFT})
    assert np.isnan(shares.loc[2, "left"])


def test_by_area_an_even_heatmap_looks_at_every_region_as_by_chance():
    empty = np.zeros_like(LEFT)
    density = attention_per_area(HEATMAPS, {"left": LEFT, "right": ~LEFT, "nothing": empty})
    np.testing.assert_allclose(density.loc[1, ["left", "right"]], 1)
    assert density.loc[0, "left"] == pytest.approx(4)
    assert density["nothing"].isna().all()


def test_a_region_of_another_shape_is_refused():
    with pytest.raises(DataError, match="region left has the shape"):
        attention_shares(HEATMAPS, {"left": LEFT[:, :2]})


def test_two_classes_are_compared_once_with_effect_size_and_test():
    shares = pd.DataFrame({"nucleus": [0.9, 0.8, 0.7, 0.85, np.nan, 0.1, 0.2, 0.3, 0.75]})
    classes = ["G1"] * 5 + ["G2"] * 4
    compared = compare_attention(shares, classes)
    assert compared["region"].tolist() == ["nucleus"]
    row = compared.iloc[0]
    assert (row["class"], row["others"]) == ("G1", "G2")
    assert (row["n"], row["n_others"]) == (4, 4)
    assert row["mean"] == pytest.approx(0.8125)
    # Of 16 pairs one is the other way round: (15 - 1) / 16.
    assert row["cliffs_delta"] == pytest.approx(14 / 16)
    assert 0.01 < row["p"] < 0.1


def test_of_three_classes_each_is_compared_with_all_others():
    shares = pd.DataFrame({"nucleus": [0.9, 0.8, 0.2, 0.1, 0.5], "rim": [0, 0, 1, 1, 0.5]})
    compared = compare_attention(shares, ["a", "a", "b", "b", "c"])
    assert len(compared) == 6
    assert set(compared["others"]) == {"all others"}
    assert compared.query("region == 'nucleus'")["cliffs_delta"].tolist() == [1, -1, 0]


def test_one_class_alone_or_a_class_without_attention_is_compared_with_nothing():
    shares = pd.DataFrame({"nucleus": [0.9, 0.8, np.nan]})
    assert compare_attention(shares, ["a", "a", "a"]).empty
    row = compare_attention(shares, ["a", "a", "b"]).iloc[0]
    assert row["n_others"] == 0
    assert np.isnan(row["cliffs_delta"])
    assert np.isnan(row["p"])
