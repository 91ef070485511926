"""The tutorials of genes and DNA, walked in the window by the names that they give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from qtpy.QtCore import QPoint, QPointF, Qt
from qtpy.QtGui import QWheelEvent
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton

import draw_tracks
from napari_seewhy.epigenome.drawing import DrawOptions, draw_genes_steps, read_compounds
from napari_seewhy.progress import finish
from napari_seewhy.sample_data import gene_pictures, sample_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from napari import Viewer

pytestmark = pytest.mark.widgets

N_GENES = 24
N_OF_SAMPLE = 40
TREE = "genes-simulated"
PEAK = 105_500
"""Position of a site that makes a peak of the track `open`."""


def draw_pictures(tracks: Path, pictures: Path, genes: Path) -> None:
    """Draw the pictures of one compound in this process."""
    compounds = read_compounds(tracks / "compounds.csv")[:1]
    finish(draw_genes_steps(compounds, genes, pictures, DrawOptions(n_workers=1)))


def choose_file(person: Any, label: str, path: Path) -> None:
    """Choose a file or folder with the button beside a label."""
    person.answer(path)
    button = person.find_beside(label, QPushButton)
    assert button.text() == "Choose ..."
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def find_tab(person: Any) -> str:
    """Return the name of the tab in front."""
    tabs = person.dock._tabs
    return str(tabs.tabText(tabs.currentIndex()))


def test_which_genes_did_a_compound_induce(
    person: Any, viewer: Viewer, tutorial: Callable[..., Any], tmp_path: Path
) -> None:
    asked = ("What does a network predict?", "Which regions does the prediction depend on?")
    page = tutorial("epigenome", prose=("more", "How to read them.", *asked))
    tracks, pictures = tmp_path / "tracks", tmp_path / "pictures"
    draw_tracks.main(["--out", str(tracks), "--genes", str(N_GENES), "--compounds", "1"])
    draw_pictures(tracks, pictures, tracks / "genes.bed")

    person.open(page.way("Layers > Visualize"))
    person.turn_to(page.meet("Pictures and tree"))
    page.meet("Choose ...")
    choose_file(person, "Pictures", pictures)
    assert find_tab(person) == page.meet("Genes")
    call_genes(person, page, pictures)

    person.turn_to("Pictures and tree")
    tree = person.find_beside(page.meet("Tree"), QComboBox)
    assert tree.findText(page.meet("Choose a folder ...")) >= 0
    person.pick("Tree", TREE)
    person.run(page.meet("Classify genes"))
    assert find_tab(person) == "Genes"
    for name in ("First: model against reader first", "First: halves disagree first"):
        person.pick(*page.meet(name).split(": "))
    person.turn_to("Pictures and tree")
    person.run(page.meet("Explain genes"))
    person.turn_to("Genes")
    person.pick(page.meet("Keep"), "induction")
    assert person.find(page.meet("Export genes ...").removesuffix(" ...")).isEnabled()
    assert {"chromatin heatmap", "methylation heatmap"} <= {layer.name for layer in viewer.layers}
    table = person.dock._view.table
    assert table.genes.rowCount() > 0
    name = table.fontMetrics().horizontalAdvance("SIM001")
    assert table.columnWidth(0) >= table.iconSize().width() + name
    person.turn_to("Pictures and tree")
    person.pick(*page.meet("Attention: as a veil over the rest").split(": "))
    assert viewer.layers["chromatin heatmap"].visible
    person.press(page.meet("Halves in two linked panels"))
    assert viewer.canvas.grid.enabled
    page.way("File > Open Sample")
    assert page.unmet <= person.list_widgets()


def call_genes(person: Any, page: Any, pictures: Path) -> None:
    """Two readers say what they see, and decide where they disagree."""
    view = person.dock._view
    for key in map(page.meet, ("I", "S", "N", "Backspace")):
        QTest.keyClick(view.table, getattr(Qt.Key, f"Key_{key}"))
    first = pd.read_csv(pictures / "pictures.review.csv")
    assert first["class"].tolist() == ["induction", "suppression"]
    line = person.find_beside(page.meet("Reader"), QComboBox).lineEdit()
    line.selectAll()
    person.type(line, "second")
    view.go_to(0)
    QTest.keyClick(view.table, Qt.Key.Key_N)
    assert view.agreement.text()
    person.press(page.meet("Decide where readers disagree"))
    assert view.table.genes.rowCount() == 1


def test_which_factor_do_the_induced_genes_share(
    person: Any,
    viewer: Viewer,
    tutorial: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = tutorial("gene-lists")
    tracks, pictures, genes = sample_folder() / "epigenome", tmp_path / "drawn", tmp_path / "g.bed"
    lines = (tracks / "genes.bed").read_text().splitlines(keepends=True)
    genes.write_text("".join(lines[:N_OF_SAMPLE]))
    draw_pictures(tracks, pictures, genes)
    monkeypatch.setattr(gene_pictures, "cached_pictures", lambda: pictures)

    person.choose(page.way("File > Open Sample"))
    inspect = person.open(page.way("Layers > Visualize > Inspect"))
    person.turn_to(page.meet("Pictures and tree"))
    person.pick("Tree", TREE)
    person.run(page.meet("Classify genes"))
    assert find_tab(person) == page.meet("Genes")
    person.turn_to("Pictures and tree")
    person.run(page.meet("Explain genes"))
    person.turn_to("Genes")
    person.pick(page.meet("Keep"), "induction")
    n_induced = inspect._view.table.genes.rowCount()

    motifs = person.open(page.way("Layers > Visualize > Conserved"))
    choose_file(person, "Folder", sample_folder() / "promoters")
    find_sites(person, page, n_induced)
    find_under_peaks(person, page, motifs)
    enrich(person, page, tmp_path)
    assert page.unmet <= person.list_widgets()


def find_sites(person: Any, page: Any, n_induced: int) -> None:
    """Step 2: the genes are sent, and motifs found in the promoters that are known of them."""
    person.bring_forward(page.meet("Inspect gene pictures"))
    send(person, page, "Send genes to ... > Conserved motifs")
    answer = person.dock._view.send.answer.text()
    assert answer.startswith(f"Conserved motifs: {n_induced} received, {n_induced} matched")
    person.bring_forward("Conserved motifs")
    person.run(page.meet("Find motifs"))
    assert find_tab(person) == page.meet("Sites")
    rules = person.dock.rules
    button = rules.buttons["motif", page.meet("all species").split()[0]]
    assert page.meet("Motif") in {x.text() for x in rules.findChildren(QLabel)}
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(10, button.height() // 2))
    assert button.isChecked()
    found = person.dock._table
    assert found.nsmallest(5, "p")["motif"].str.contains("FOS|JUN|BATF|ATF|BACH|NFE2|JDP").all()


def find_under_peaks(person: Any, page: Any, motifs: Any) -> None:
    """Step 3: motifs lie under the attention more often than under random stretches."""
    person.bring_forward("Inspect gene pictures")
    send(person, page, "Send peaks to ... > Motifs under peaks")
    person.bring_forward("Conserved motifs")
    person.turn_to(page.meet("Under peaks"))
    choose_file(person, page.meet("Genome"), sample_folder() / "epigenome" / "genome.fa")
    person.run(page.meet("Test peaks"))
    under = motifs.under_peaks.found.table.set_index("matrix").loc["MA0476.2"]
    assert under["n_under"] / under["n_peaks"] > 0.8
    assert under["fold"] > 2


def enrich(person: Any, page: Any, tmp_path: Path) -> None:
    """Steps 4 and 5: the list is tested against sets, and saved."""
    person.turn_to("Sites")
    send(person, page, "Send genes to ... > Enrichment")
    assert person.find(page.meet("Undo")).isEnabled()
    person.bring_forward(page.meet("Gene lists"))
    assert find_tab(person) == page.meet("Enrichment")
    choose_file(person, page.meet("Sets"), sample_folder() / "promoters" / "sets.gmt")
    person.run(page.meet("Test sets"))
    first = person.dock.enrichment.found.table.iloc[0]
    assert first["set"].startswith("induced")
    assert first["n_background"] == N_OF_SAMPLE
    assert first["q"] < 0.01
    assert page.meet("arithmetic") in person.dock.enrichment.found.table
    assert person.find(page.meet("Save figure")).isEnabled()
    person.dock.enrichment.table.selectRow(0)
    person.answer(tmp_path / "hot.genelist.txt")
    send(person, page, "Send genes to ... > File")
    page.meet("Clipboard")
    assert len((tmp_path / "hot.genelist.txt").read_text().split()) == first["n_overlap"]


def send(person: Any, page: Any, way: str) -> None:
    """Choose an entry of a button's menu, as the page names both."""
    name, entry = page.meet(way).split(" ... > ")
    person.send(name, entry)


def find_point(panel: Any, plot: Any, position: float) -> QPoint:
    """Return where a position of the genome is in the panel, in the middle of a plot."""
    middle = sum(plot.vb.viewRange()[1]) / 2
    return panel.mapFromScene(plot.vb.mapViewToScene(QPointF(position, middle)))


def zoom_in(panel: Any, position: float) -> None:
    """Turn the wheel over a position until its letters appear."""
    canvas, none = panel.viewport(), Qt.MouseButton.NoButton
    for _ in range(100):
        at = find_point(panel, panel.coverage, position)
        places = QPointF(at), QPointF(canvas.mapToGlobal(at))
        how = Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
        turned = QWheelEvent(*places, QPoint(), QPoint(0, 120), none, *how, False)
        QApplication.sendEvent(canvas, turned)
        if panel.logo.n_letters:
            return


def test_which_bases_make_a_peak(person: Any, viewer: Viewer, tutorial: Callable[..., Any]) -> None:
    page = tutorial("dna")
    dna = sample_folder() / "dna"
    person.open(page.way("Layers > Visualize"))
    person.pick(page.meet("Model"), "dna-painted")
    choose_file(person, page.meet("Genome"), dna / "genome.fa")
    choose_file(person, page.meet("Measured"), dna)
    person.type(person.find_beside(page.meet("Stretch"), QLineEdit), "painted1:1-131,072")
    person.run(page.meet("Read DNA"))
    panel = person.dock.panel
    assert panel._observed.isVisible()

    zoom_in(panel, PEAK)
    person.run(page.meet("Saturate what is in sight"))
    (layer,) = viewer.layers
    assert layer.data.shape == (4, panel.logo.n_letters)
    assert panel.logo._heights.max() > 10 * abs(panel.logo._heights).mean()

    at = find_point(panel, panel.letters, PEAK + 0.5)
    QTest.mouseClick(panel.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert f"changed: {PEAK + 1:,} " in person.dock._said.text()
    person.run("Read DNA")
    assert panel.difference.getAxis("left").labelText == page.meet("Changed by")
    person.press(page.meet("Take changes back"))
    assert "changed" not in person.dock._said.text()
    assert page.unmet <= person.list_widgets()
