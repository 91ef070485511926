"""Read DNA, clicked through: a stretch, a change, what every base in sight is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from qtpy.QtCore import QPointF, Qt
from qtpy.QtWidgets import QPushButton, QTabWidget

from napari_seewhy.genome import Run, decode_letters, write_bigwig
from napari_seewhy.models.files import save_network
from napari_seewhy.reading.card import CoverageCard
from napari_seewhy.reading.language import LanguageCard
from napari_seewhy.reading.options import CoverageNetworkOptions
from napari_seewhy.widgets.read_dna.heatmap import describe_heatmap
from napari_seewhy.widgets.read_dna.widget import ReadDnaWidget

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.widgets

LENGTH, BIN = 12_800, 128


@pytest.fixture
def folder(tmp_path) -> Path:
    """A genome, a measured track, and a model of random weights."""
    codes = np.random.default_rng(0).integers(0, 4, LENGTH).astype(np.uint8)
    letters = decode_letters(codes)
    lines = "".join(f"{letters[i : i + 80]}\n" for i in range(0, LENGTH, 80))
    (tmp_path / "genome.fa").write_text(f">chr1\n{lines}")
    start = np.arange(LENGTH // BIN) * BIN
    values = np.random.default_rng(1).random(len(start))
    write_bigwig(tmp_path / "two.bw", {"chr1": LENGTH}, [Run("chr1", start, start + BIN, values)])
    torch.manual_seed(0)
    options = CoverageNetworkOptions(n_words=4, width=8, reach_bins=1)
    card = CoverageCard(
        name="small", network=options, tracks=("one", "two"), bin_bp=BIN, window_bp=4096
    )
    network = card.build().eval()
    network.stem.set_words(torch.randn(4, 4, 17))
    torch.nn.init.normal_(network.tail.out.weight)
    save_network(tmp_path / "small.safetensors", network, card)
    return tmp_path


@pytest.fixture
def widget(dock, folder):
    widget = dock(ReadDnaWidget, "Read DNA")
    widget.form._model._others.append(folder / "small.safetensors")
    widget.form._model.choose(folder / "small.safetensors")
    widget.form.set_genome(folder / "genome.fa")
    widget.form.set_observed(folder)
    widget.form.set_place("chr1:2,561-7,680")
    return widget


def button(row) -> QPushButton:
    return row.findChild(QPushButton)


def read(widget, click, qtbot):
    click(button(widget.read_row))
    qtbot.waitUntil(lambda: not widget.read_row.is_running, timeout=60_000)


def test_what_is_missing_is_said_before_anything_runs(dock):
    widget = dock(ReadDnaWidget, "Read DNA")

    assert not button(widget.read_row).isEnabled()
    assert widget.read_row.message == "Choose a model."
    assert widget.panel.isHidden()


def test_a_stretch_is_read_beside_what_was_measured(widget, click, qtbot):
    read(widget, click, qtbot)

    assert not widget.panel.isHidden()
    edges, said = widget.panel._said.getData()
    assert (edges[0], edges[-1], len(said)) == (2560, 7680, 40)
    assert not widget.panel._observed.isVisible()
    widget._track.setCurrentText("two")
    assert widget.panel._observed.isVisible()
    assert not np.array_equal(widget.panel._said.getData()[1], said)
    assert widget.panel.logo.n_letters == 0
    widget.panel.zoom(5000, 5100)
    assert widget.panel.logo.n_letters == 100


def test_a_click_changes_a_letter_and_reading_again_shows_the_difference(widget, click, qtbot):
    read(widget, click, qtbot)
    widget.panel.zoom(5000, 5040)
    widget.grab()
    letters = widget.panel.letters
    point = letters.vb.mapViewToScene(QPointF(5010.5, np.mean(letters.vb.viewRange()[1])))
    at = widget.panel.mapFromScene(point)

    qtbot.mouseClick(widget.panel.viewport(), Qt.MouseButton.LeftButton, pos=at)

    there = "ACGT"[widget.look.codes[5010 - 2560]]
    assert f"5,011 {there}>" in widget._said.text()
    read(widget, click, qtbot)
    assert widget.look.changed is not None
    rest = widget.panel._rest.getData()[1]
    assert np.abs(rest).max() > 0
    click(widget._undo)
    qtbot.waitUntil(lambda: not widget.read_row.is_running, timeout=60_000)
    assert widget.look.changed is None
    assert "changed" not in widget._said.text()


def test_saturating_shows_a_logo_and_a_layer_of_letters_by_positions(widget, click, qtbot, viewer):
    read(widget, click, qtbot)
    assert not button(widget.saturate_row).isEnabled()
    assert widget.saturate_row.message == "Zoom in to 2,000 bp or fewer."
    widget.panel.zoom(5000, 5060)
    assert button(widget.saturate_row).isEnabled()

    click(button(widget.saturate_row))
    qtbot.waitUntil(lambda: not widget.saturate_row.is_running, timeout=60_000)

    (layer,) = viewer.layers
    assert layer.name == "one chr1:5,001-5,060 by letter"
    assert layer.data.shape == (4, 60)
    assert np.abs(layer.data).max() > 0
    assert layer.metadata["napari-seewhy"]["rows"] == "ACGT"
    heights = widget.panel.logo._heights
    assert heights == pytest.approx(-layer.data.sum(0) / 3, abs=1e-6)
    click(button(widget.saturate_row))
    qtbot.waitUntil(lambda: not widget.saturate_row.is_running, timeout=60_000)
    assert len(viewer.layers) == 1


def test_genes_in_sight_and_what_matters_most_are_sent(widget, folder, click, qtbot, viewer, told):
    (folder / "genes.bed").write_text("chr1\t3000\t3500\tNEAR\t0\t+\nchr1\t7000\t7500\tFAR\t0\t-\n")
    widget.form.set_genes(folder / "genes.bed")
    read(widget, click, qtbot)
    widget.panel.zoom(3001, 3121)
    lists = widget.send
    lists.send("Gene lists")
    assert lists.answer.text().startswith("Gene lists, as genes in chr1:3,002-3,121: 1 received")
    kept = viewer.window.add_plugin_dock_widget("napari-seewhy", "Gene lists")[1]
    assert kept._session.lists[0].genes[0].chromosome == "chr1"
    assert kept._session.lists[0].ids == ("NEAR",)

    lists.send_peaks("Motifs under peaks")
    assert "press Saturate" in told[-1]
    click(button(widget.saturate_row))
    qtbot.waitUntil(lambda: not widget.saturate_row.is_running, timeout=60_000)
    lists.send_peaks("Motifs under peaks")
    motifs = viewer.window.add_plugin_dock_widget("napari-seewhy", "Conserved motifs")[1]
    sent = motifs.under_peaks._sent
    assert f"{len(sent.genes)} received, {len(sent.genes)} matched" in lists.answer.text()
    assert {gene.gene_class for gene in sent.genes} == {"one"}
    assert all(3001 <= one.start < one.end <= 3121 for one in sent.intervals)
    lists.undo_button.click()
    assert motifs.under_peaks._sent is None


def test_a_stretch_outside_the_genome_is_said_and_the_old_one_stays(widget, click, qtbot, told):
    read(widget, click, qtbot)
    look = widget.look
    widget.form.set_place("chr1:20,001-20,500")

    read(widget, click, qtbot)

    assert "lies outside chr1, which has 12,800 bp" in told[0]
    assert widget.look is look


@pytest.fixture
def language(folder) -> Path:
    """A language model of random weights."""
    torch.manual_seed(0)
    shape = {"width": 8, "layers": "ha", "window_bp": 256}
    card = LanguageCard(name="words", network=shape, n_letters=12_000, n_gaps=0)
    reader = card.build()
    reader.set_letters(np.random.default_rng(1).integers(0, 4, 12_000).astype(np.uint8))
    torch.nn.init.normal_(reader.network.out.weight, std=0.5)
    path = folder / "words.safetensors"
    save_network(path, reader, card)
    return path


def test_a_language_model_is_read_clicked_and_writes(dock, folder, language, click, qtbot, viewer):
    path = language
    widget = dock(ReadDnaWidget, "Read DNA")
    widget.form._model._others.append(path)
    widget.form.set_model(path)
    widget.form.set_genome(folder / "genome.fa")
    widget.form.set_place("chr1:5,001-5,400")
    (folder / "genes.bed").write_text("1\t4900\t5200\tfirst\t0\t-\n1\t9000\t9100\tfar\t0\t+\n")
    assert not widget.panel.genes.plot.isVisible()
    widget.form.set_genes(folder / "genes.bed")

    read(widget, click, qtbot)

    assert widget.panel.genes.names == ["\N{LEFTWARDS ARROW} first"]
    assert widget.look.said.shape == (1, 400)
    assert 0 < widget.look.said.min() < widget.look.said.max() <= 2
    assert widget.panel.coverage.getAxis("left").labelText == "Bits per base"
    assert not widget.panel.difference.isVisible()
    widget.change(5100)
    read(widget, click, qtbot)
    assert "log-likelihood ratio" in widget._said.text()
    assert widget.panel.difference.isVisible()
    click(button(widget.saturate_row))
    qtbot.waitUntil(lambda: not widget.saturate_row.is_running, timeout=60_000)
    (layer,) = viewer.layers
    assert layer.name == "bits per base chr1:5,001-5,400 by letter"
    there = widget.look.codes.astype(int)
    assert np.all(layer.data[there, np.arange(400)] == 0)

    tab = widget.generate
    assert not button(tab.task_row).isEnabled()
    tab.model._others.append(path)
    tab.model.choose(path)
    tab.prompt.setText("ACGTACGT")
    tab.options["length_bp"].value = 100
    widget.findChild(QTabWidget).setCurrentWidget(tab)
    click(button(tab.task_row))
    qtbot.waitUntil(lambda: not tab.task_row.is_running, timeout=60_000)
    assert tab.written.drawn.shape == (4, 100)
    assert tab.figures.verticalHeaderItem(0).text() == "GC content"
    assert tab.figures.item(0, 1).text() == tab.figures.item(0, 2).text()
    assert not tab.figures.isHidden()


def test_substitutions_are_scored_beside_others_and_shown_by_amino_acid(
    dock, folder, language, click, qtbot, viewer
):
    (folder / "coding.fa").write_text(">p\nATGCATGTTGAACGTTGGAAAGCTCTGCCGTAA\n")
    (folder / "dms.csv").write_text("mutant,effect\nH2A,-1\nV3A,2\nE4A,3\n")
    (folder / "esm.tsv").write_text("mutation\tesm\nH2A\t-1.5\nV3A\t1\nE4A\t2\n")
    tab = dock(ReadDnaWidget, "Read DNA").score
    assert tab.task_row.message == "Choose a language model."
    tab.model._others.append(language)
    tab.model.choose(language)
    assert tab.task_row.message == "Choose a coding sequence or a genome."
    tab.sequence.set_path(folder / "coding.fa")
    assert tab.task_row.message.startswith("Name changes, choose a table")
    tab.options["every"].value = True
    tab.table.set_path(folder / "dms.csv")
    tab.measured.setCurrentText("effect")
    tab.elsewhere.set_path(folder / "esm.tsv")

    click(button(tab.task_row))
    qtbot.waitUntil(lambda: not tab.task_row.is_running, timeout=60_000)

    assert [tab.shown.itemData(row) for row in range(tab.shown.count())] == [
        "model",
        "esm",
        "effect",
        "blosum62",
    ]
    assert "Spearman with what was measured" in tab.said.text()
    (layer,) = viewer.layers
    assert layer.name == "the model: coding by amino acid"
    assert layer.data.shape == (20, 10)
    assert np.isnan(layer.data[12, 0])  # M stands at the first place
    viewer.cursor.position = layer.data_to_world((0, 1))
    assert describe_heatmap(viewer) == f"2 to A: {layer.data[0, 1]:+.3g}"
    tab.shown.setCurrentIndex(1)
    tab._show_layer()
    assert viewer.layers[1].name == "esm: coding by amino acid"
    assert viewer.layers[1].data[0, 1] == -1.5
