"""The tutorials of cells and dishes, walked in the window by the names that they give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QSlider

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from napari import Viewer
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.widgets

DISH = ("phase contrast", "NKX2.5")
STAINED = (
    "probability per block, not intensity",
    "virtual stain",
    "positive blocks",
    "difference of blocks",
)


def test_which_cells_are_in_g2(
    person: Any, viewer: Viewer, qtbot: QtBot, tutorial: Callable[..., Any]
) -> None:
    page = tutorial("cell-cycle", prose=("Mol. Biol. Cell",))
    person.choose(page.way("File > Open Sample"))
    assert find_subjects(viewer) == ["DNA", "Golgi", "CENP-F", "microtubules"]

    person.open(page.way("Layers > Segment"))
    person.run(page.meet("Segment cells"))
    n_cells = len(np.unique(viewer.layers[-1].data)) - 1
    person.press(page.meet("Least certain"))
    person.press(page.meet("Next"))
    person.follow(page.meet("Tidy cells"))
    person.bring_forward("Segment cells")

    person.follow(page.meet("Measure cells"))
    person.run("Measure cells")
    assert len(person.dock._view.content.cells) == n_cells

    person.open(page.way("Layers > Classify"))
    person.pick("Model", page.meet("cell-cycle-simulated"))
    person.run(page.meet("Classify cells"))
    classify = person.dock
    assert len(classify._shown.cells) == n_cells
    assert set(classify._shown.cells["class"]) == {"G1/S", "G2"}
    slider = person.find_beside(page.meet("Undecided below"), QSlider)
    decided = classify._view._legend.text()
    slider.setValue(slider.maximum())
    qtbot.waitUntil(lambda: classify._view._legend.text() != decided)
    slider.setValue(0)
    qtbot.waitUntil(lambda: classify._view._legend.text() == decided)

    person.follow(page.meet("Explain cells"))
    assert person.dock._model.path == classify._model.path
    person.run("Explain cells")
    heatmaps = [name for name in find_subjects(viewer) if name.startswith("heatmap ")]
    assert heatmaps == ["heatmap G1/S", "heatmap G2"]
    assert person.find(page.meet("Sanity check")).isEnabled()

    person.bring_forward("Classify cells")
    person.follow(page.meet("Plot cells"))
    page.way("Layers > Visualize")
    find_rule(person, page)
    assert page.unmet <= person.list_widgets()


def find_rule(person: Any, page: Any) -> None:
    """Step 6: the measurements that separate the classes, without what the model has not seen."""
    person.turn_to(page.meet("Separate"))
    person.press(page.meet("More options"))
    left_out = page.meet("Leave out")
    assert sum(person.tick(left_out, ending) for ending in ("CENP-F", "microtubules")) == 10
    person.press("More options")
    person.run(page.meet("Which features tell the classes apart?"))
    found = person.dock._separation.separation
    assert found.features["feature"][0] == "sum_DNA"
    assert "sum_DNA" in set(found.pairs.loc[0, ["feature_x", "feature_y"]])
    assert "always" in found.sentence
    assert person.find(page.meet("Save")).isEnabled()


def test_which_cells_are_cardiomyocytes(
    person: Any, viewer: Viewer, tutorial: Callable[..., Any], tmp_path: Path
) -> None:
    page = tutorial("virtual-immunostaining", prose=("threshold", "dishes"))
    person.choose(page.way("File > Open Sample > napari-seewhy > Dish"))
    assert find_subjects(viewer) == list(map(page.meet, DISH))

    stain = person.open(page.way("Layers > Visualize"))
    person.pick("Model", page.meet("stain-simulated-dishes"))
    person.run(page.meet("Stain virtually"))
    assert find_subjects(viewer)[2:] == list(map(page.meet, STAINED))
    label = page.meet("Show")
    for mode in ("side by side", *map(page.meet, ("blink", "difference"))):
        person.pick(label, mode)
    slider = person.find_beside(page.meet("Positive from"), QSlider)
    before = slider.value()
    slider.setValue(before + 20)
    person.press(page.meet("Reset"))
    assert slider.value() == before
    assert page.meet("Efficiency") in stain._view._figures.text()
    person.press(page.meet("Explain a block when I click it"))

    viewer.layers.select_all()
    bin_button = viewer.window._qt_viewer.layerButtons.deleteButton
    QTest.mouseClick(bin_button, Qt.MouseButton.LeftButton)
    assert not viewer.layers
    person.choose(page.way("File > Open Sample > napari-seewhy > Time series"))
    person.run("Stain virtually")
    person.answer(tmp_path / "series.csv")
    person.press(page.meet("Save table"))
    table = pd.read_csv(tmp_path / "series.csv")
    by = {name: rows["efficiency"] for name, rows in table.groupby("efficiency_by")}
    assert len(by["sum"]) == 8
    assert np.abs(by["sum"].to_numpy() - by["marker"].to_numpy()).max() < 0.05
    person.turn_to(page.meet("A folder"))
    page.way("Layers > Classify")
    assert page.unmet <= person.list_widgets()


def find_subjects(viewer: Viewer) -> list[str]:
    """Return what the layers show, without the names of their images."""
    return [layer.name.rpartition(" (")[0] for layer in viewer.layers]
