"""The table of cells as features of a layer, and back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from napari_seewhy.errors import DataError
from napari_seewhy.layers import (
    cells_from_features,
    features_from_cells,
    join_classes,
    label_colors,
    labels_layer,
)


def test_a_table_comes_back_as_it_was() -> None:
    cells = pd.DataFrame(
        {
            "label": [2, 1],
            "area_px": [5.0, 6.5],
            "touches_border": [True, False],
            "class": pd.Categorical(["G1", "M"]),
        }
    )
    back = cells_from_features(features_from_cells(cells, 2))
    pd.testing.assert_frame_equal(back, cells.sort_values("label").reset_index(drop=True))


def test_row_i_is_about_label_i_also_where_one_was_not_measured() -> None:
    features = features_from_cells(pd.DataFrame({"label": [3, 1], "y": [30.0, 10.0]}), 4)
    assert features["index"].tolist() == features["label"].tolist() == [0, 1, 2, 3, 4]
    assert features["y"].fillna(-1).tolist() == [-1, 10, -1, 30, -1]


def test_numbers_that_no_cell_has_get_no_row() -> None:
    labels = np.array([[0, 1, 1], [0, 4, 9]])
    cells = pd.DataFrame({"label": [4, 1], "y": [1.0, 0.0]})
    _, attributes, _ = labels_layer(labels, cells, name="nuclei")
    features = attributes["features"]
    assert features["index"].tolist() == features["label"].tolist() == [0, 1, 4, 9]
    assert features["y"].fillna(-1).tolist() == [-1, 0, 1, -1]
    assert cells_from_features(features)["label"].tolist() == [1, 4, 9]
    said = pd.DataFrame({"label": [4], "class": pd.Categorical(["M"]), "p_M": [1.0]})
    joined = join_classes(features, said.assign(confidence=1.0))
    assert joined["label"].tolist() == [0, 1, 4, 9]
    assert joined["class"].astype(object).fillna("").tolist() == ["", "", "M", ""]


def test_no_table_still_numbers_the_rows() -> None:
    assert features_from_cells(None, 2)["label"].tolist() == [0, 1, 2]


@pytest.mark.parametrize("labels", [[1, 1], [0, 1], [1, 9]], ids=["twice", "zero", "too large"])
def test_a_table_that_does_not_fit_is_refused(labels: list[int]) -> None:
    with pytest.raises(DataError):
        features_from_cells(pd.DataFrame({"label": labels}), 2)


def test_features_of_other_makers_are_read_too() -> None:
    made_elsewhere = pd.DataFrame({"index": [0, 1, 2], "area": [0.0, 3.0, 4.0]})
    assert cells_from_features(made_elsewhere)["label"].tolist() == [1, 2]


def test_labels_are_coloured_by_class_and_unknown_ones_are_grey() -> None:
    cells = pd.DataFrame({"label": [1, 2, 3], "class": pd.Categorical(["G1", None, "M"])})
    colors = label_colors(features_from_cells(cells, 3))
    assert len({colors[1], colors[2], colors[3]}) == 3
    assert colors[2] == (0.6, 0.6, 0.6, 1.0)
    assert colors[0][3] == colors[None][3] == 0
