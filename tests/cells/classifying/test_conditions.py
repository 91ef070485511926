"""Counts of classes per image and per condition."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from napari_seewhy.cells.classifying.conditions import compare_conditions
from napari_seewhy.cells.classifying.deciding import wilson_interval
from napari_seewhy.errors import DataError


def cells(**n_mitotic_of_100: int) -> pd.DataFrame:
    images = [name for name in n_mitotic_of_100 for _ in range(100)]
    said = ["M" if i < n else "other" for n in n_mitotic_of_100.values() for i in range(100)]
    return pd.DataFrame({"image": images, "class": pd.Categorical(said, ["M", "other"])})


def test_images_and_conditions_are_counted_with_intervals() -> None:
    counted = compare_conditions(
        cells(a1=10, a2=20, b1=50), "class", {"a1": "a", "a2": "a", "b1": "b"}
    )
    mitotic = counted.images[counted.images["class"] == "M"].set_index("image")
    assert mitotic["n"].to_dict() == {"a1": 10, "a2": 20, "b1": 50}
    assert mitotic["condition"].to_dict() == {"a1": "a", "a2": "a", "b1": "b"}
    a, b = (counted.conditions[counted.conditions["condition"] == name].iloc[0] for name in "ab")
    assert (a["n"], a["n_images"], a["fraction"]) == (30, 2, 0.15)
    _, low, high = wilson_interval(np.array(30), np.array(200))
    assert (a["low"], a["high"]) == (pytest.approx(float(low)), pytest.approx(float(high)))
    assert b["fraction"] == 0.5
    assert set(counted.conditions["interval"]) == {"Wilson, cells"}


def test_images_that_differ_widen_the_interval_of_their_condition() -> None:
    alike = {f"a{i}": 30 for i in range(6)}
    apart = {f"b{i}": n for i, n in enumerate((5, 10, 20, 40, 50, 55))}
    of = {name: name[0] for name in alike | apart}
    counted = compare_conditions(cells(**alike, **apart), "class", of).conditions
    mitotic = counted[counted["class"] == "M"].set_index("condition")
    assert mitotic["fraction"].tolist() == [0.3, 0.3]
    assert mitotic.loc["a", ["low", "high"]].tolist() == pytest.approx([0.3, 0.3])
    assert mitotic.loc["b", "low"] < 0.2
    assert mitotic.loc["b", "high"] > 0.4
    assert set(mitotic["interval"]) == {"bootstrap, images"}


def test_cells_without_a_class_are_left_out_and_none_is_refused() -> None:
    table = cells(a=50)
    table.loc[:49, "class"] = np.nan
    counted = compare_conditions(table, "class", {"a": "a"}).conditions
    assert counted.set_index("class")["n"].to_dict() == {"M": 0, "other": 50}
    with pytest.raises(DataError, match="choose another column"):
        compare_conditions(table[:50], "class", {"a": "a"})
