"""Tables come back as they were written."""

from __future__ import annotations

import pandas as pd
import pytest

from napari_seewhy.errors import DataError
from napari_seewhy.tables import check_columns, read_table, write_table


def test_a_table_comes_back_as_it_was_written(tmp_path):
    path = tmp_path / "cells.csv"
    table = pd.DataFrame({"label": [1, 2], "class": ['a, "b"', "NA"], "area": [0.1, 1 / 3]})
    write_table(path, table)
    assert path.read_bytes().count(b"\r") == 0
    pd.testing.assert_frame_equal(read_table(path, ["label"], ["class"]), table)
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_column_is_named_beside_those_that_are_there():
    with pytest.raises(DataError, match="cells has no column class; its columns are label"):
        check_columns(pd.DataFrame({"label": [1]}), ["label", "class"], "cells")
