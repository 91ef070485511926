import numpy as np
import pandas as pd
import pytest

from napari_seewhy.widgets.parts.pictures.histogram import Histogram

pytestmark = pytest.mark.widgets


@pytest.fixture
def cells() -> pd.DataFrame:
    return pd.DataFrame(
        {"label": range(1, 101), "area_px": np.arange(100.0), "touches_border": [False] * 100}
    )


@pytest.fixture
def histogram(qtbot, cells):
    histogram = Histogram()
    qtbot.addWidget(histogram)
    histogram.set_cells(cells)
    return histogram


def test_every_cell_is_in_one_bar(histogram):
    assert histogram.counts.sum() == 100


def test_only_measured_numbers_can_be_chosen(histogram):
    box = histogram._column_box
    assert [box.itemText(i) for i in range(box.count())] == ["area_px"]


def test_cells_without_value_are_left_out(histogram, cells):
    histogram.set_cells(cells.assign(area_px=[np.nan] * 60 + [1.0] * 40))
    assert histogram.counts.sum() == 40


def test_the_picked_cell_is_marked_at_its_value(histogram):
    histogram.mark(7)
    assert histogram._mark.isVisible()
    assert histogram._mark.value() == 7
    histogram.mark(None)
    assert not histogram._mark.isVisible()


def test_the_chosen_measurement_stays_when_cells_are_measured_again(qtbot, histogram, cells):
    histogram.set_cells(cells.assign(mean_DNA=1.0))
    with qtbot.waitSignal(histogram.column_changed):
        histogram._column_box.setCurrentText("mean_DNA")
    histogram.set_cells(cells.assign(mean_DNA=2.0, extra=0.0))
    assert histogram.column == "mean_DNA"


def test_no_cells_give_no_bars(histogram):
    histogram.set_cells(pd.DataFrame())
    assert histogram.column == ""
    assert histogram.counts.sum() == 0
