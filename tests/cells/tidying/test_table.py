import numpy as np
import pandas as pd
import pytest

from napari_seewhy.cells.tidying.edits import apply_edit
from napari_seewhy.cells.tidying.table import follow_edit
from napari_seewhy.cells.tidying.tidy import (
    delete_cells,
    draw_cell,
    merge_cells,
    renumber_cells,
    split_cell,
)


@pytest.fixture
def features() -> pd.DataFrame:
    """Row 0 is the background, as in a layer."""
    return pd.DataFrame(
        {
            "index": range(6),
            "label": range(6),
            "area_px": [np.nan, 10.0, 20.0, 30.0, 40.0, 50.0],
            "class": pd.Categorical([None, "a", "b", "a", "b", "a"], ["a", "b", "c"]),
        }
    )


def follow(features, labels, edit):
    apply_edit(labels, edit)
    return follow_edit(features, edit, labels)


def areas(features):
    return dict(zip(features["label"], features["area_px"].fillna(-1), strict=True))


def test_a_deleted_cell_loses_its_row(features, tiny_labels):
    after = follow(features, tiny_labels, delete_cells(tiny_labels, [2, 4]))
    assert after["label"].tolist() == after["index"].tolist() == [0, 1, 3, 5]
    assert areas(after)[5] == 50


def test_a_merged_cell_waits_to_be_measured(features, tiny_labels):
    after = follow(features, tiny_labels, merge_cells(tiny_labels, [2, 5]))
    assert areas(after) == {0: -1, 1: 10, 2: -1, 3: 30, 4: 40}


def test_both_halves_of_a_split_cell_wait_to_be_measured(features, tiny_labels):
    edit = split_cell(tiny_labels, 4, [(50, 64), (80, 64)])
    after = follow(features, tiny_labels, edit)
    assert areas(after) == {0: -1, 1: 10, 2: 20, 3: 30, 4: -1, 5: 50, 6: -1}


def test_a_drawn_cell_gets_a_row(features, tiny_labels):
    edit = draw_cell(tiny_labels, [(0, 100), (0, 110), (9, 110), (9, 100)])
    after = follow(features, tiny_labels, edit)
    assert after["label"].tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert areas(after)[6] == -1


def test_measurements_go_with_their_cell_to_its_new_number(features, tiny_labels):
    after = follow(features, tiny_labels, delete_cells(tiny_labels, [2, 4]))
    after = follow(after, tiny_labels, renumber_cells(tiny_labels))
    assert areas(after) == {0: -1, 1: 10, 2: 30, 3: 50}
    assert after["index"].tolist() == [0, 1, 2, 3]


def test_the_classes_keep_their_type(features, tiny_labels):
    after = follow(features, tiny_labels, merge_cells(tiny_labels, [2, 5]))
    assert after["class"].dtype == features["class"].dtype
    assert after["label"].dtype.kind == "i"


def test_a_new_cell_of_a_time_series_gets_its_time_point(tiny_labels):
    labels = np.vstack([tiny_labels, np.where(tiny_labels, tiny_labels + 5, 0)])
    features = pd.DataFrame({"t": [0] * 5 + [1] * 5, "label": range(1, 11)})
    edit = draw_cell(labels, [(88, 100), (88, 110), (97, 110), (97, 100)])
    apply_edit(labels, edit)
    after = follow_edit(features, edit, labels, rows_per_t=len(tiny_labels))
    assert after.iloc[-1].to_dict() == {"t": 1, "label": 11}


def test_a_layer_without_a_table_stays_without(tiny_labels):
    after = follow(pd.DataFrame(), tiny_labels, delete_cells(tiny_labels, [3]))
    assert after.empty
