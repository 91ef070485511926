"""Comparing images and conditions in the window: names, a table, the plot, and what is saved."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pyqtgraph as pg
import pytest
from napari.layers import Layer
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QFileDialog

from napari_seewhy.cells.measuring.measure import measure_cells
from napari_seewhy.layers import Grid, labels_layer
from napari_seewhy.widgets.plot.widget import PlotWidget

pytestmark = pytest.mark.widgets


@pytest.fixture
def view(viewer, tiny_image, tiny_labels, dock):
    for name, n_mitotic in (("drug_A01", 4), ("drug_A02", 2), ("drug_A03", 3), ("none_B01", 1)):
        image = replace(tiny_image, source=f"/data/{name}.tif")
        said = pd.Categorical(["M"] * n_mitotic + ["G1"] * (5 - n_mitotic), ["M", "G1"])
        cells = measure_cells(image, tiny_labels).assign(**{"class": said})
        grid, known = Grid.of_image(image), {"source": image.source}
        data = labels_layer(tiny_labels, cells, name=name, grid=grid, known=known)
        viewer.add_layer(Layer.create(*data))
    widget = dock(PlotWidget, "Plot cells")
    # Out of sight, nothing is counted.
    assert widget._compare.counted is None
    widget._tabs.setCurrentWidget(widget._compare)
    return widget._compare


def mitotic(view) -> dict[str, tuple[int, int]]:
    """Return mitotic cells and images of each condition."""
    table = view.counted.conditions
    rows = table[table["class"] == "M"]
    return {row.condition: (row.n, row.n_images) for row in rows.itertuples()}


def test_conditions_are_compared_by_name_and_by_table_drawn_and_saved(
    view, click, monkeypatch, tmp_path
) -> None:
    assert mitotic(view) == {f"drug_A0{i}": (n, 1) for i, n in ((1, 4), (2, 2), (3, 3))} | {
        "none_B01": (1, 1)
    }
    QTest.keyClicks(view._condition._pattern, "^([a-z]+)_")
    QTest.keyClick(view._condition._pattern, Qt.Key.Key_Return)
    assert mitotic(view) == {"drug": (9, 3), "none": (1, 1)}
    how = view.counted.conditions.set_index("condition")["interval"]
    assert set(how["drug"]) == {"bootstrap, images"}
    assert set(how["none"]) == {"Wilson, cells"}
    bars = [i for i in view._plot.getPlotItem().items if isinstance(i, pg.ErrorBarItem)]
    points = [i for i in view._plot.getPlotItem().items if isinstance(i, pg.ScatterPlotItem)]
    assert len(bars) == len(points) == 2
    assert points[0].getData()[0].tolist() == pytest.approx([60, 20])

    pd.DataFrame([["A", "low", "low", "high"], ["B", "none", "", ""]]).to_csv(
        tmp_path / "plate.csv", index=False, header=["", "1", "2", "3"]
    )
    given = (str(tmp_path / "plate.csv"), "")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: given)
    click(view._condition._button)
    assert mitotic(view) == {"low": (6, 2), "high": (3, 1), "none": (1, 1)}
    saved = (str(tmp_path / "out.csv"), "")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: saved)
    click(view._save_button)
    images = pd.read_csv(tmp_path / "out_images.csv")
    assert images.groupby("condition")["n"].sum().to_dict() == {"low": 10, "high": 5, "none": 5}
    assert len(pd.read_csv(tmp_path / "out.csv")) == 6


def test_a_pattern_that_finds_nothing_is_said_and_shows_no_figures(view) -> None:
    QTest.keyClicks(view._condition._pattern, "^(plate)_")
    QTest.keyClick(view._condition._pattern, Qt.Key.Key_Return)
    assert "finds no group in drug_A01" in view._said.text()
    assert view.counted is None
    assert view._plot.isHidden()
