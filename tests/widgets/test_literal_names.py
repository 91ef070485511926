"""Names that look like HTML are shown letter by letter, wherever a dock shows them."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
import torch
from napari.layers import Layer
from npe2 import PluginManifest
from PIL import Image
from qtpy.QtCore import QAbstractListModel, Qt
from qtpy.QtGui import QTextDocument
from qtpy.QtWidgets import QAbstractButton, QAbstractItemView, QComboBox, QLabel, QWidget

import napari_seewhy
from napari_seewhy.genome import DnaWindows, decode_letters
from napari_seewhy.genome.lists import GeneList, ListedGene
from napari_seewhy.images import CellImage
from napari_seewhy.layers import Grid, image_layers, labels_layer
from napari_seewhy.models import Model, ModelCard, NetworkOptions, save_model
from napari_seewhy.models.files import save_network
from napari_seewhy.models.files.library import FOLDER_VARIABLE
from napari_seewhy.reading.card import CoverageCard
from napari_seewhy.reading.options import CoverageNetworkOptions
from napari_seewhy.samples import SampleWriter
from napari_seewhy.sequence.windows import write_windows
from napari_seewhy.widgets.annotate.widget import AnnotateWidget
from napari_seewhy.widgets.classify.widget import ClassifyWidget
from napari_seewhy.widgets.gene_lists.widget import GeneListsWidget
from napari_seewhy.widgets.inspect.widget import InspectWidget
from napari_seewhy.widgets.motifs.widget import ConservedMotifsWidget
from napari_seewhy.widgets.parts.tasks import LateTab
from napari_seewhy.widgets.read_dna.widget import ReadDnaWidget
from napari_seewhy.widgets.segment.widget import SegmentWidget
from napari_seewhy.widgets.train.widget import TrainWidget
from napari_seewhy.widgets.train_dna.widget import TrainDnaWidget

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
                    index = model.index(row, column)
                    # Plain by itself, as in a combo box.
                    yield f"cell of {name}", str(index.data(Qt.ItemDataRole.DisplayRole) or "")
                    yield f"tooltip in {name}", see(index.data(Qt.ItemDataRole.ToolTipRole) or "")


def find_hidden(widget: QWidget) -> tuple[int, list[str]]:
    """Return how many texts hold the name, and those that do not show all its letters."""
    for tab in widget.findChildren(LateTab):
        assert tab.content is not None
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
    choice = widget._model.choice
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
    widget._fine_tune.content.set_start(model)
    n, hidden = find_hidden(widget)
    assert hidden == []
    assert n >= 1


GENES = (HOSTILE, "G2", "G3")


def test_gene_lists(dock, tmp_path) -> None:
    widget = dock(GeneListsWidget, "Gene lists")
    path = tmp_path / f"{HOSTILE}.txt"
    path.write_text("\n".join(GENES), encoding="utf-8")
    widget.lists.open([path])
    widget.lists.list.selectAll()
    genes = tuple(ListedGene(identifier=name) for name in GENES)
    widget.receive_genes(GeneList(name=HOSTILE, genes=genes), "Gene lists")
    n, hidden = find_hidden(widget)
    assert hidden == []
    assert n >= 3


def test_conserved_motifs(dock, tmp_path, run_task) -> None:
    folder = tmp_path / HOSTILE
    folder.mkdir()
    rows = "".join(f">{name}\nCCCATGTGACTCAGCAGGTTAC\n" for name in ("hg18", "mm9", "rn4"))
    (folder / f"{HOSTILE}.fa").write_text(rows)
    counts = [[20 * int(letter == base) for base in "TGACTCAGCA"] for letter in "ACGT"]
    matrix = "\n".join(" ".join(map(str, row)) for row in counts)
    (tmp_path / f"{HOSTILE}.jaspar").write_text(f">M1 {HOSTILE}\n{matrix}\n")
    widget = dock(ConservedMotifsWidget, "Conserved motifs")
    widget.form.folder.set_path(folder)
    widget.form.matrices.set_path(tmp_path / f"{HOSTILE}.jaspar")
    run_task(widget.task_row)
    widget.table.selectRow(0)
    n, hidden = find_hidden(widget)
    assert hidden == []
    assert n >= 4


def test_read_dna(dock, model, tmp_path, run_task) -> None:
    codes = np.random.default_rng(0).integers(0, 4, 12_800).astype(np.uint8)
    (tmp_path / f"{HOSTILE}.fa").write_text(f">chr1\n{decode_letters(codes)}\n")
    options = CoverageNetworkOptions(n_words=4, width=8, reach_bins=1)
    card = CoverageCard(
        name=HOSTILE, network=options, tracks=(HOSTILE, "b"), bin_bp=128, window_bp=4096
    )
    path = model.with_name(f"{HOSTILE} 2.safetensors")
    network = card.build().eval()
    network.stem.set_words(torch.randn(4, 4, 17))
    save_network(path, network, card)
    widget = dock(ReadDnaWidget, "Read DNA")
    widget.form.set_model(path)
    widget.form.set_genome(tmp_path / f"{HOSTILE}.fa")
    widget.form.set_place("chr1:2,561-7,680")
    run_task(widget.read_row)
    n, hidden = find_hidden(widget)
    assert hidden == []
    assert n >= 3


def test_train_on_dna(dock, tmp_path) -> None:
    generator = np.random.default_rng(0)
    codes = generator.integers(0, 4, (16, 4096)).astype(np.uint8)
    target = generator.poisson(0.3, (16, 1, 32)).astype(np.float32)
    split = np.array(["train"] * 10 + ["valid"] * 4 + ["test"] * 2)
    path = tmp_path / f"{HOSTILE}.h5"
    write_windows(path, DnaWindows(codes, target, (HOSTILE,), split))
    widget = dock(TrainDnaWidget, "Train on DNA")
    widget.coverage._form.file.set_path(path)
    n, hidden = find_hidden(widget)
    assert hidden == []
    assert n >= 1


def test_inspect_gene_pictures(dock, tmp_path, model) -> None:
    folder = tmp_path / HOSTILE
    folder.mkdir()
    rng = np.random.default_rng(0)
    for name in GENES[:2]:
        pixels = rng.integers(0, 255, (90, 120, 3)).astype(np.uint8)
        pixels[40:50] = 255
        Image.fromarray(pixels).save(folder / f"BPA_{name}.png")
    widget = dock(InspectWidget, "Inspect gene pictures")
    widget.open(folder, "{compound}_{gene}")
    n, hidden = find_hidden(widget)
    assert hidden == []
    assert n >= 3


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
