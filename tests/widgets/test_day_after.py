"""From an ND2 file to classes, heatmaps and a session, and back in a new process the next day."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from qtpy.QtGui import QImage
from qtpy.QtWidgets import QFileDialog, QPushButton

from napari_seewhy.cells.cropping.crop import CropOptions
from napari_seewhy.models import Model, ModelCard, NetworkOptions, save_model
from napari_seewhy.widgets.classify.widget import ClassifyWidget
from napari_seewhy.widgets.explain.widget import ExplainWidget
from napari_seewhy.widgets.parts.layers.figure import list_entries
from napari_seewhy.widgets.parts.models import FitCard
from napari_seewhy.widgets.segment.widget import SegmentWidget

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari import Viewer
    from qtpy.QtWidgets import QComboBox, QWidget

pytestmark = [pytest.mark.widgets, pytest.mark.realdata]

FIRST_STEPS = Path(__file__).parents[2] / "docs" / "start" / "first-steps.md"

NEXT_DAY = """
import json, sys
import napari
from napari_seewhy.widgets.plot.widget import PlotWidget

if __name__ == "__main__":
    viewer = napari.Viewer(show=False)
    viewer.open(sys.argv[1], plugin="napari-seewhy")
    plot = PlotWidget(viewer)
    viewer.window.add_dock_widget(plot)
    cells = plot._form.cells.table
    classes = next(layer for layer in viewer.layers if layer.name.startswith("classes ("))
    said = {
        "names": [layer.name for layer in viewer.layers],
        "n_plotted": len(cells),
        "classes": cells["class"].astype(str).tolist(),
        "columns": sorted(map(str, cells.columns)),
        "colors": {str(label): list(map(float, color)) for label, color
                   in classes.colormap.color_dict.items()},
        "scales": {layer.name: list(map(float, layer.scale)) for layer in viewer.layers},
        "heat": {layer.name: float(layer.data.sum()) for layer in viewer.layers
                 if layer.name.startswith("heatmap ")},
        "models": sorted({str(layer.metadata["napari-seewhy"].get("model", ""))
                          for layer in viewer.layers}),
    }
    print("SAID " + json.dumps(said))
    viewer.close()
"""


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A network that sees what the file has; untrained, as its answers do not matter here."""
    import torch

    channel = {"mean": 1500, "std": 800, "low": 200, "high": 5000}
    card = ModelCard(
        name="cycle",
        network=NetworkOptions(backbone="small", width=4, n_stages=2),
        classes=("G1", "G2"),
        channels=[{"name": "DNA"} | channel],
        size_px=(32, 32),
        dtype="uint16",
        samples={"verb": "crop", "crop": CropOptions(size_px=32).model_dump(mode="json")},
    )
    torch.manual_seed(3)
    path = tmp_path / "models" / "cycle.safetensors"
    path.parent.mkdir()
    save_model(path, Model.from_card(card))
    monkeypatch.setenv("SEEWHY_MODELS", str(path.parent))
    return path


class Person:
    """Clicks the buttons of one widget after the other, counts, and answers every file dialog."""

    def __init__(self, click: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
        self._click, self._monkeypatch = click, monkeypatch
        self.n_clicks = self.n_agreed = 0

    def press(self, button: QPushButton, n_in_dialog: int = 0) -> None:
        """Click a button, and as often in the dialog that it opens."""
        assert button.isEnabled()
        self._click(button)
        self.n_clicks += 1 + n_in_dialog

    def open(self, button: QPushButton, path: Path) -> None:
        """Open a file: click the button, the file and *Open*."""
        self._monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(path)], ""))
        self.press(button, n_in_dialog=2)

    def save(self, button: QPushButton, path: Path) -> None:
        """Save a file: click the button and *Save*."""
        self._monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
        self.press(button, n_in_dialog=1)

    def choose(self, choice: QComboBox, text: str) -> None:
        """Choose from a list: click the list and the line."""
        choice.setCurrentIndex(choice.findText(text))
        choice.activated.emit(choice.currentIndex())
        self.n_clicks += 2

    def run(self, widget: QWidget, run_task: Callable[..., None]) -> None:
        """Click the button of a task and wait for it; agree where the card of the model asks."""
        run_task(widget._task_row)
        self.n_clicks += 1
        card = widget.findChild(FitCard)
        if card is not None and not card._agree_button.isHidden():
            run_task(widget._task_row, card._agree_button)
            self.n_agreed += 1


def button(widget: QWidget, text: str) -> QPushButton:
    return next(b for b in widget.findChildren(QPushButton) if b.text() == text)


def find_docked(viewer: Viewer, kind: type[QWidget]) -> QWidget:
    return next(iter(viewer.window._qt_window.findChildren(kind)))


def test_from_an_nd2_file_to_classes_heatmaps_and_a_session_that_opens_the_next_day(
    viewer: Viewer,
    dock: Callable[..., QWidget],
    click: Callable[..., None],
    run_task: Callable[..., None],
    model: Path,
    real_data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("bioio_nd2")
    person = Person(click, monkeypatch)
    segment = dock(SegmentWidget, "Segment cells")
    person.n_clicks += len(("Layers", "Segment", "Segment cells"))
    file = real_data / "formats" / "example-multichannel.nd2"
    person.open(button(segment, "Open images"), file)
    assert segment._form.layer.name == "DAPI (example-multichannel)"
    person.run(segment, run_task)
    nuclei = viewer.layers["nuclei (example-multichannel)"]
    n_cells = len(np.unique(nuclei.data)) - 1
    assert n_cells > 3

    person.press(button(segment, "Classify cells"))
    classify = find_docked(viewer, ClassifyWidget)
    person.choose(classify._model.choice, "cycle")
    person.run(classify, run_task)
    classes = viewer.layers["classes (example-multichannel)"]
    table = tmp_path / "classes.csv"
    person.save(button(classify, "Save table ..."), table)
    expected = nuclei.features["class"][1:].astype(str).tolist()
    assert pd.read_csv(table)["class"].tolist() == expected
    assert len(expected) == n_cells

    person.press(button(classify, "Explain cells"))
    explain = find_docked(viewer, ExplainWidget)
    assert explain._model.path == model
    person.run(explain, run_task)
    heat = {x.name: float(x.data.sum()) for x in viewer.layers if x.name.startswith("heatmap ")}
    assert heat
    figure = tmp_path / "heatmaps.png"
    person.save(button(explain, "Save figure ..."), figure)
    picture = QImage(str(figure))
    assert picture.dotsPerMeterX() == round(300 / 0.0254)
    assert heat.keys() & {entry.name for entry in list_entries(viewer)}

    folder = tmp_path / "day.seewhy"
    person.n_clicks += len(("the tab Segment cells",))
    person.save(button(segment, "Save session"), folder)
    steps = FIRST_STEPS.read_text(encoding="utf-8")
    assert f"takes {person.n_clicks} clicks" in steps
    assert person.n_clicks == sum(map(int, re.findall(r"\| (\d+) \|$", steps, re.MULTILINE)))
    assert person.n_agreed in (0, 2)

    said = open_the_next_day(folder, tmp_path)
    assert said["names"] == [layer.name for layer in viewer.layers]
    assert said["n_plotted"] == n_cells
    assert said["classes"] == expected
    assert {"attention_nucleus", "confidence", "p_G1"} <= set(said["columns"])
    assert said["heat"] == pytest.approx(heat)
    assert said["scales"] == {
        layer.name: pytest.approx(list(layer.scale)) for layer in viewer.layers
    }
    assert str(model) in said["models"]
    for label, color in classes.colormap.color_dict.items():
        assert said["colors"][str(label)] == pytest.approx(list(map(float, color)))


def open_the_next_day(folder: Path, tmp_path: Path) -> dict[str, Any]:
    """Open a session in another process, and return what is there."""
    script = tmp_path / "next_day.py"
    script.write_text(NEXT_DAY, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, script, folder], capture_output=True, text=True, timeout=250, check=False
    )
    assert "SAID" in done.stdout, done.stderr
    return json.loads(done.stdout.partition("SAID ")[2].splitlines()[0])
