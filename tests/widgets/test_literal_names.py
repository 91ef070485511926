"""Names that look like HTML are shown letter by letter, wherever a dock shows them."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from napari.layers import Layer
from npe2 import PluginManifest
from qtpy.QtCore import QAbstractListModel, Qt
from qtpy.QtGui import QTextDocument
from qtpy.QtWidgets import QAbstractButton, QAbstractItemView, QComboBox, QLabel, QWidget

import napari_seewhy
from napari_seewhy.images import CellImage
from napari_seewhy.layers import Grid, image_layers, labels_layer
from napari_seewhy.models import Model, ModelCard, NetworkOptions, save_model
from napari_seewhy.models.files.library import FOLDER_VARIABLE
from napari_seewhy.samples import SampleWriter
from napari_seewhy.widgets.annotate.widget import AnnotateWidget
from napari_seewhy.widgets.classify.widget import ClassifyWidget
from napari_seewhy.widgets.segment.fine_tune_view import FineTuneView
from napari_seewhy.widgets.segment.widget import SegmentWidget
from napari_seewhy.widgets.train.widget import TrainWidget

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.widgets

HOSTILE = "<i>mark<img>&lt;"
CLASSES = (HOSTILE, "G2")


def see(text: str, form: Qt.TextFormat = Qt.TextFormat.AutoText) -> str:
    """Return what Qt shows of a text that may be rich."""
    is_rich = form == Qt.TextFormat.RichText or (
        form == Qt.TextFormat.AutoText and Qt.mightBeRichText(text)
    )
    if not is_rich:
        return text
    document = QTextDocument()
    document.setHtml(text)
    return document.toPlainText()


def find_texts(widget: QWidget) -> Iterator[tuple[str, str]]:
    """Yield where a text stands, and what is seen of it, of all parts of a dock."""
    for part in (widget, *widget.findChildren(QWidget)):
        name = type(part).__name__
        yield f"tooltip of {name}", see(part.toolTip())
        if isinstance(part, QLabel):
            yield name, see(part.text(), part.textFormat())
        if isinstance(part, QAbstractButton):
            shown = part.text().replace("&&", "\0").replace("&", "").replace("\0", "&")
            yield name, shown
        if isinstance(part, QComboBox):
            # Plain by itself; counts as a place where the name is seen.
            yield from ((name, part.itemText(row)) for row in range(part.count()))
        if isinstance(part, QAbstractItemView | QComboBox) and part.model() is not None:
            model = part.model()
            # Lists keep the number of their columns to themselves.
            n_columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount()
            for row in range(model.rowCount()):
                for column in range(n_columns):
                    said = model.index(row, column).data(Qt.ItemDataRole.ToolTipRole)
                    yield f"tooltip in {name}", see(said or "")


def find_hidden(widget: QWidget) -> tuple[int, list[str]]:
    """Return how many texts hold the name, and those that do not show all its letters."""
    marked = [
        (where, text) for where, text in find_texts(widget) if re.search("mark(?![a-z])", text)
    ]
    return len(marked), [f"{where}: {text}" for where, text in marked if HOSTILE not in text]


@pytest.fixture
def model(tmp_path, monkeypatch) -> Path:
    path = tmp_path / "models" / f"{HOSTILE}.safetensors"
    path.parent.mkdir()
    channel = {"mean": 50, "std": 80, "low": 5, "high": 350}
    card = ModelCard(
        name=HOSTILE,
        network=NetworkOptions(width=4, n_stages=1),
        classes=CLASSES,
        channels=[{"name": HOSTILE} | channel],
        size_px=(12, 12),
        dtype="uint16",
    )
    save_model(path, Model.from_card(card))
    monkeypatch.setenv(FOLDER_VARIABLE, str(path.parent))
    return path


@pytest.fixture
def samples(tmp_path) -> Path:
    path = tmp_path / f"{HOSTILE}.h5"
    with SampleWriter(
        path, channels=(HOSTILE,), size_px=(12, 12), dtype="uint16", classes=CLASSES
    ) as writer:
        pixels = np.random.default_rng(0).integers(90, 110, (24, 1, 12, 12)).astype("u2")
        writer.append(pixels, np.arange(24) % 2, np.array([HOSTILE, "b", "c"] * 8, object))
    return path


@pytest.fixture
def fields(viewer, tmp_path) -> None:
    """An image and its labels, of hostile names, are in the viewer."""
    pixels = np.random.default_rng(0).integers(90, 110, (1, 40, 40)).astype("u2")
    image = CellImage(pixels, "CYX", (HOSTILE,), source=tmp_path / f"{HOSTILE}.tif")
    labels = np.zeros((40, 40), np.int32)
    labels[10:20, 10:20] = 1
    for data in image_layers(image):
        viewer.add_layer(Layer.create(*data))
    known = {"source": image.source, "parent": HOSTILE}
    data = labels_layer(labels, name=HOSTILE, grid=Grid.of_image(image).for_labels(), known=known)
    data[1]["features"] = pd.DataFrame({"label": [0, 1], HOSTILE: [0.0, 1.0], "area_px": [0, 100]})
    viewer.add_layer(Layer.create(*data))


def test_what_is_looked_for_is_found(qtbot) -> None:
    label = QLabel(f"<i>{HOSTILE}")
    qtbot.addWidget(label)
    n, hidden = find_hidden(label)
    assert (n, len(hidden)) == (1, 1)


def test_classify(dock, model, fields) -> None:
    widget = dock(ClassifyWidget, "Classify cells")
    choice = widget._model._choice
    row = choice.findText(HOSTILE)
    assert row > 0
    choice.setCurrentIndex(row)
    choice.activated.emit(row)
    n, hidden = find_hidden(widget)
    assert hidden == []
    assert n >= 3


def test_train(dock, model, samples) -> None:
    widget = dock(TrainWidget, "Train classifier")
    widget._form._samples.open(samples)
    n, hidden = find_hidden(widget)
    assert hidden == []
    assert n >= 2


def test_annotate(dock, model, samples) -> None:
    widget = dock(AnnotateWidget, "Annotate samples")
    widget.open(samples)
    n, hidden = find_hidden(widget)
    assert hidden == []
    assert n >= 4


def test_segment(dock, model, fields) -> None:
    widget = dock(SegmentWidget, "Segment cells")
    widget.findChild(FineTuneView).set_start(model)
    n, hidden = find_hidden(widget)
    assert hidden == []
    assert n >= 1


MANIFEST = PluginManifest.from_file(Path(napari_seewhy.__file__).parent / "napari.yaml")
SHOW_NAMES = {
    *("Segment cells", "Tidy cells", "Measure cells", "Crop cells", "Classify cells"),
    *("Explain cells", "Plot cells", "Train virtual staining", "Virtual immunostaining"),
}
"""Docks in which the names of layers and models are seen before a file is chosen."""


def test_all_docks_and_all_their_forms(dock, viewer, model, samples, fields) -> None:
    names = {command.id: command.python_name for command in MANIFEST.contributions.commands}
    n_shown = {}
    for contribution in MANIFEST.contributions.widgets:
        module, _, kind = names[contribution.command].partition(":")
        widget = dock(getattr(import_module(module), kind), contribution.display_name)
        for choice in widget.findChildren(QComboBox):
            row = choice.findText("mark<", Qt.MatchFlag.MatchContains)
            if row > 0 and choice.isEnabled():
                choice.setCurrentIndex(row)
                choice.activated.emit(row)
        n_shown[contribution.display_name], hidden = find_hidden(widget)
        assert hidden == [], contribution.display_name
    assert {name for name, n in n_shown.items() if n} >= SHOW_NAMES
