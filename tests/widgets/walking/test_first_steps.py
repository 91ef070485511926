"""README's first steps, walked in the window: menus and buttons are found by the names it gives."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QLineEdit

from napari_seewhy.images import write_image
from napari_seewhy.samples import SampleSet

if TYPE_CHECKING:
    from napari import Viewer

    from napari_seewhy.images import CellImage

pytestmark = pytest.mark.widgets

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")
STEPS = {
    int(number): text
    for number, text in re.findall(r"^(\d+)\. (.*(?:\n   .*)*)", README, re.MULTILINE)
}
SESSION = re.findall(r"^\*Save session\*.*(?:\n.+)*", README, re.MULTILINE)[0]
PAGES = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
PLUGIN = "napari-seewhy"
CLASSES = ("G1", "G2")
N_KNOWN = 30


def find_menus(text: str) -> list[tuple[str, ...]]:
    """Return the ways through the menus that a text gives in bold."""
    bold = re.findall(r"\*\*((?:File|Layers|Plugins) > [^*\n]+)\*\*", text)
    return [tuple(part.strip() for part in way.split(">")) for way in bold]


def find_names(text: str) -> list[str]:
    """Return what a text gives in italics."""
    return re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", text)


def test_the_menus_of_all_pages_are_those_of_the_window(person: Any) -> None:
    ways = {way for page in PAGES for way in find_menus(page.read_text(encoding="utf-8"))}
    assert len(ways) > 15
    for way in ways:
        menu: Any = person.window.menuBar()
        for name in way:
            menu = person.find_entry(menu, name).menu()


def test_the_ten_steps_of_the_readme_and_a_session(
    person: Any, viewer: Viewer, hand: Any, tiny_image: CellImage, tmp_path: Path
) -> None:
    assert list(STEPS) == list(range(1, 11))
    open_image(person, tiny_image, tmp_path)
    n_cells = segment_and_tidy(person, hand)
    measure_and_crop(person, tmp_path / "cells.h5", n_cells)
    annotate(person, hand, n_cells)
    train_and_classify(person, n_cells)
    explain_and_plot(person)
    save_and_open(person, tmp_path / "day.seewhy")


def open_image(person: Any, image: CellImage, tmp_path: Path) -> None:
    """Step 1: an own image, one that napari opened, and the sample."""
    widget, sample = find_menus(STEPS[1])
    own, reader, by_channels = find_names(STEPS[1])
    assert reader == PLUGIN
    person.open(widget)
    layers = person.viewer.layers
    for stem, by_napari in (("own", False), ("other", True)):
        path = tmp_path / f"{stem}.ome.tif"
        write_image(path, image)
        if by_napari:
            person.viewer.open(path, plugin="napari")
            person.press(by_channels)
        else:
            person.answer(path)
            person.press(own)
        assert [layer.name for layer in layers] == [f"DNA ({stem})", f"Golgi ({stem})"]
        layers.clear()
    person.choose(sample)
    assert [layer.name.split()[0] for layer in layers][:2] == ["DNA", "Golgi"]


def segment_and_tidy(person: Any, hand: Any) -> int:
    """Steps 2 and 3: nuclei are found; two are merged, which is undone, and one is deleted."""
    (name,) = {*find_names(STEPS[2])}
    person.run(name)
    nuclei = next(x for x in person.viewer.layers if x.name.startswith("nuclei"))
    tidy = person.open(*find_menus(STEPS[3]))
    mouse = hand()
    known = nuclei.features.set_index("label")
    before = set(known.index)
    places = {n: middle_of(nuclei, n) for n in (1, 2)}
    for place in places.values():
        mouse.click(nuclei, place)
    assert tidy.picked == (1, 2)
    person.press("Merge")
    assert set(nuclei.features["label"]) == before - {2}
    person.press("Undo")
    assert set(nuclei.features["label"]) == before
    mouse.click(nuclei, places[2])
    person.press("Delete")
    n_cells = len(before - {0, 2})
    assert nuclei.data.max() >= n_cells > 50
    return n_cells


def middle_of(layer: Any, label: int) -> tuple[float, float]:
    """Return a place inside a cell, which its middle need not be."""
    rows, columns = (layer.data == label).nonzero()
    middle = len(rows) // 2
    return int(rows[middle]), int(columns[middle])


def measure_and_crop(person: Any, path: Path, n_cells: int) -> None:
    """Steps 4 and 5: a table of all cells, and all of them as samples."""
    person.open(*find_menus(STEPS[4]))
    person.run(*find_names(STEPS[4]))
    assert person.dock._view.content.cells["area_um2"].gt(0).sum() == n_cells
    cut, save = find_names(STEPS[5])
    person.open(*find_menus(STEPS[5]))
    person.run(cut)
    person.answer(path)
    person.run(save)
    assert len(SampleSet(path)) == n_cells


def annotate(person: Any, hand: Any, n_samples: int) -> None:
    """Step 6: classes by keys for samples, and by clicks for cells in the image."""
    samples, cells = find_menus(STEPS[6])
    dock = person.open(samples)
    # The sample set is the one that was just saved.
    view = dock._view
    line = view.findChild(QLineEdit)
    for name in CLASSES:
        person.type(line, name)
    for i in range(N_KNOWN):
        QTest.keyClick(person.window.focusWidget(), (Qt.Key.Key_1, Qt.Key.Key_2)[i % 2])
    known = dock._queue.annotations
    assert [known.name_of(row) for row in range(4)] == [*CLASSES, *CLASSES]
    assert (known.n_known, len(known)) == (N_KNOWN, n_samples)

    plot = person.open(cells, "Plot cells")
    view = plot._annotate
    line = view.findChild(QLineEdit)
    for name in CLASSES:
        person.type(line, name)
    nuclei = next(x for x in person.viewer.layers if x.name.startswith("nuclei"))
    mouse = hand()
    canvas = person.viewer.window._qt_viewer.canvas.native
    for i, label in enumerate((1, 3, 4, 5)):
        mouse.click(nuclei, middle_of(nuclei, label))
        QTest.keyClick(canvas, (Qt.Key.Key_1, Qt.Key.Key_2)[i % 2])
    person.run(*find_names(STEPS[6]))
    assert set(nuclei.features["class"].dropna()) == set(CLASSES)


def train_and_classify(person: Any, n_cells: int) -> None:
    """Steps 7 and 8: a model of the samples says the class of every cell."""
    dock = person.open(*find_menus(STEPS[7]))
    quick = dock._form._network
    quick._network.set_options(quick.network().change(width=4, n_stages=1))
    quick._training.set_options(quick.training().change(epochs=2, device="cpu"))
    person.run(*find_names(STEPS[7]))
    (way,), (name,) = find_menus(STEPS[8]), find_names(STEPS[8])
    dock = person.follow(way[-1])
    assert dock._model.path is not None
    person.run(name)
    cells = dock._shown.cells
    assert len(cells) == n_cells
    assert set(cells["class"]) <= set(CLASSES)


def explain_and_plot(person: Any) -> None:
    """Steps 9 and 10: a heatmap for each class, and what separates the classes."""
    (way,), (name,) = find_menus(STEPS[9]), find_names(STEPS[9])
    person.follow(way[-1])
    person.run(name)
    assert any(layer.name.startswith("heatmap ") for layer in person.viewer.layers)
    (way,), (tab, name) = find_menus(STEPS[10]), find_names(STEPS[10])
    dock = person.follow(way[-1])
    person.turn_to(tab)
    person.run(name)
    assert dock._separation.separation is not None


def save_and_open(person: Any, folder: Path) -> None:
    """All is kept in one folder, and comes back."""
    save, widget, open_again = find_names(SESSION)
    layers = person.viewer.layers
    before = find_kept(layers)
    person.bring_forward(widget)
    person.answer(folder)
    person.press(save)
    layers.clear()
    person.press(open_again)
    assert find_kept(layers) == before


def find_kept(layers: Any) -> list[str]:
    """Return the names of all layers but those that only mark what a widget is about."""
    roles = {layer.name: layer.metadata["napari-seewhy"]["role"] for layer in layers}
    return [name for name, role in roles.items() if role not in ("lines", "selected cells")]
