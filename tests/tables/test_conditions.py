"""Where the condition of an image comes from."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from napari_seewhy.errors import DataError
from napari_seewhy.tables import conditions_by_name, conditions_by_table


def test_conditions_come_from_names_tables_and_plate_maps() -> None:
    images = ["drug_A01", "none_B2"]
    assert conditions_by_name(images, r"^(\w+)_") == {"drug_A01": "drug", "none_B2": "none"}
    by_image = pd.DataFrame({"image": ["x/drug_A01.tif", "none_B2"], "condition": ["d", "n"]})
    by_well = pd.DataFrame({"well": ["A1", "B02"], "condition": ["d", "n"]})
    plate = pd.DataFrame([["A", "d", "e"], ["B", "m", "n"]], columns=["", "1", "2"])
    for table in (by_image, by_well, plate):
        assert list(conditions_by_table(images, table).values()) == ["d", "n"]


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame({"well": ["A1"], "condition": ["d"]}),
        pd.DataFrame({"well": ["A1", "B2"], "condition": ["d", np.nan]}),
        pd.DataFrame({"name": ["A1", "B2"], "dose": [1, 2]}),
    ],
)
def test_a_table_that_says_nothing_of_an_image_is_refused(table: pd.DataFrame) -> None:
    with pytest.raises(DataError):
        conditions_by_table(["A01", "B02"], table)
