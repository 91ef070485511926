"""Look through pictures of genes in a real viewer: real keys, clicks and drags, and a real tree."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from PIL import Image, ImageDraw
from qtpy.QtCore import QItemSelectionModel, Qt
from qtpy.QtGui import QKeySequence
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication, QFileDialog, QScrollArea

from napari_seewhy.epigenome.pictures.set import PictureSet
from napari_seewhy.epigenome.reviewing.review import Review
from napari_seewhy.epigenome.trees.decision_tree import DecisionTree, Node
from napari_seewhy.epigenome.trees.options import TWO_STAGES
from napari_seewhy.epigenome.trees.train_tree import train_reviewed_steps
from napari_seewhy.epigenome.trees.two_stage import TreeTraining
from napari_seewhy.errors import DataError
from napari_seewhy.genome.lists import GeneList, ListedGene, read_one_list
from napari_seewhy.layers.genes import (
    CHROMATIN,
    CHROMATIN_CONTOURS,
    CHROMATIN_HEATMAP,
    LINE,
    METHYLATION,
    METHYLATION_CONTOURS,
    METHYLATION_HEATMAP,
    PICTURE,
    STRIP,
)
from napari_seewhy.models import ChannelCard, Model, ModelCard, NetworkOptions, save_model
from napari_seewhy.training.fitting.options import TrainOptions
from napari_seewhy.widgets.inspect import tasks
from napari_seewhy.widgets.inspect.tasks import NO_LABELS
from napari_seewhy.widgets.inspect.widget import InspectWidget

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.widgets

NAMES = "{compound}_{gene}"
QUICK = TreeTraining(
    network=NetworkOptions(width=4, n_stages=1),
    training=TrainOptions(epochs=1, augmentation="none", device="cpu"),
)
N = 12
GAP = (40, 50)
"""First row of the gap between the halves, and the row behind it."""


def draw_picture(seed: int) -> Image.Image:
    """A hill above, dots below, white between and about them."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", (120, 90), "white")
    draw = ImageDraw.Draw(image)
    for x in range(5, 115):
        height = 34 * np.exp(-0.5 * ((x - 60) / 18) ** 2) * rng.uniform(0.7, 1) + 1
        draw.line([(x, GAP[0] - 1), (x, GAP[0] - height)], fill=(70, 130, 180))
    for y in range(GAP[1], 86, 2):
        x = int(rng.integers(6, 112))
        draw.rectangle([(x, y), (x + 2, y + 2)], fill=(200, 40, 60))
    return image


@pytest.fixture
def folder(tmp_path) -> Path:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for i in range(N):
        draw_picture(i).save(pictures / f"{'BPA' if i % 2 else 'PFOA'}_gene{i:02d}.png")
    return pictures


@pytest.fixture
def tree(tmp_path) -> Path:
    """Two decisions, whose weights are those they began with, the same in every run."""
    import torch

    torch.manual_seed(0)
    folder = tmp_path / "tree"
    folder.mkdir()
    nodes = []
    for number, stage in enumerate(TWO_STAGES):
        card = ModelCard(
            name=stage.name,
            network=NetworkOptions(width=4, n_stages=1),
            classes=(stage.negative, stage.positive),
            channels=tuple(
                ChannelCard(name=color, mean=230, std=50, low=0, high=255)
                for color in ("red", "green", "blue")
            ),
            size_px=(32, 64),
            dtype="uint8",
        )
        save_model(folder / f"{number}.safetensors", Model.from_card(card))
        nodes.append(Node(**stage.model_dump(), model=f"{number}.safetensors"))
    DecisionTree(nodes=tuple(nodes)).save(folder)
    return folder


@pytest.fixture
def widget(dock) -> InspectWidget:
    widget = dock(InspectWidget, "Inspect gene pictures")
    widget._view.reader.setEditText("AB")
    return widget


@pytest.fixture
def opened(widget, folder) -> InspectWidget:
    widget.open(folder, NAMES)
    return widget


@pytest.fixture
def press(qtbot, opened) -> Callable[..., None]:
    """Press keys over the list, one after the other."""

    def press(*keys: Qt.Key) -> None:
        for key in keys:
            qtbot.keyClick(opened._view.table, key)

    return press


@pytest.fixture
def explained(opened, tree, run_task) -> InspectWidget:
    opened._setup.tree.choose(tree)
    run_task(opened._explain_row)
    return opened


def layer(widget: InspectWidget, role: str):
    return widget._shown.layers.find(role)


def you(widget: InspectWidget) -> list[str]:
    return widget._queue.genes["you"].tolist()


def test_without_pictures_it_says_what_to_do_first(widget) -> None:
    assert widget._classify_row.message == "Choose a folder of pictures first."
    assert not widget._tabs.isTabEnabled(1)


def test_folders_are_asked_about_and_the_answer_is_kept(widget, folder, tmp_path, qtbot) -> None:
    folder.rename(tmp_path / "BPA")
    (tmp_path / "all").mkdir()
    (tmp_path / "BPA").rename(tmp_path / "all" / "BPA")
    widget.open(tmp_path / "all")
    assert "say how their names are read" in widget._setup.read_as.text()
    assert widget._queue is None
    widget._setup.names.setEditText("{compound}/*_{gene}")
    qtbot.keyClick(widget._setup.names.lineEdit(), Qt.Key.Key_Return)
    assert set(widget._queue.genes["compound"]) == {"BPA"}
    assert PictureSet(tmp_path / "all").names == "{compound}/*_{gene}"


def test_the_halves_of_the_first_gene_are_two_layers_at_their_places(opened) -> None:
    assert opened._tabs.currentIndex() == 1
    picture = np.asarray(draw_picture(1))
    upper, lower = layer(opened, CHROMATIN), layer(opened, METHYLATION)
    for half in (upper, lower):
        top, left = (int(place) for place in half.translate)
        height, width = half.data.shape[:2]
        np.testing.assert_array_equal(half.data, picture[top : top + height, left : left + width])
    assert upper.translate[0] + len(upper.data) <= GAP[0]
    assert lower.translate[0] >= GAP[1]
    assert GAP[0] <= layer(opened, LINE).data[0, 0, 0] + 0.5 <= GAP[1]
    assert layer(opened, PICTURE).opacity < 0.5


def test_keys_say_the_class_and_go_on(opened, press) -> None:
    press(Qt.Key.Key_I, Qt.Key.Key_S, Qt.Key.Key_N, Qt.Key.Key_Right, Qt.Key.Key_I)
    assert you(opened)[:6] == ["induction", "suppression", "non-significant", "", "induction", ""]
    assert opened._queue.row == 5
    assert opened._view.progress.text() == "4 of 12 called"
    shown = opened._queue.pictures.read_one(5)
    np.testing.assert_array_equal(layer(opened, PICTURE).data, shown)


def test_undo_and_zero_take_words_back(opened, press) -> None:
    press(Qt.Key.Key_I, Qt.Key.Key_S, Qt.Key.Key_Backspace)
    assert you(opened)[:2] == ["induction", ""]
    assert opened._queue.row == 1
    press(Qt.Key.Key_Left, Qt.Key.Key_0)
    assert you(opened)[0] == ""
    assert opened._queue.row == 0


def test_every_word_is_saved_at_once(opened, press, folder, click) -> None:
    click(opened._view.buttons["suppression"])
    press(Qt.Key.Key_I)
    assert Review(PictureSet(folder)).names("AB")[:3].tolist() == ["suppression", "induction", ""]


def test_a_note_is_kept_with_its_gene(opened, press, folder, qtbot) -> None:
    qtbot.keyClicks(opened._view.note, "odd peak")
    qtbot.keyClick(opened._view.note, Qt.Key.Key_Return)
    assert Review(PictureSet(folder)).call("AB", 0).note == "odd peak"
    press(Qt.Key.Key_Right)
    assert opened._view.note.text() == ""
    press(Qt.Key.Key_Left)
    assert opened._view.note.text() == "odd peak"


def test_a_second_reader_sees_nothing_of_the_first_but_how_far_they_agree(
    opened, press, qtbot
) -> None:
    press(Qt.Key.Key_I, Qt.Key.Key_S, Qt.Key.Key_N)
    opened._view.reader.setEditText("CD")
    qtbot.keyClick(opened._view.reader.lineEdit(), Qt.Key.Key_Return)
    assert you(opened) == [""] * N
    opened._queue.go_to(0)
    press(Qt.Key.Key_I, Qt.Key.Key_I, Qt.Key.Key_N)
    assert "With AB: Both have called 3 pictures and agree on 2" in opened._view.agreement.text()
    order = opened._view.order
    order.setCurrentIndex(order.findData("readers"))
    order.activated.emit(order.currentIndex())
    assert opened._queue.row == 1


def test_the_consensus_sees_both_readers_and_is_kept(opened, press, qtbot, click, folder) -> None:
    press(Qt.Key.Key_I, Qt.Key.Key_S, Qt.Key.Key_N)
    qtbot.keyClicks(opened._view.note, "odd")
    qtbot.keyClick(opened._view.note, Qt.Key.Key_Return)
    assert not opened._view.decide_button.isVisibleTo(opened._view)
    opened._view.reader.setEditText("CD")
    qtbot.keyClick(opened._view.reader.lineEdit(), Qt.Key.Key_Return)
    opened._queue.go_to(0)
    press(Qt.Key.Key_I, Qt.Key.Key_I, Qt.Key.Key_S)
    click(opened._view.decide_button)
    assert opened._view.reader.currentText() == "consensus"
    assert opened._queue.rows.tolist() == [1, 2]
    model = opened._view.table.genes
    titles = [model.headerData(i, Qt.Orientation.Horizontal) for i in range(5)]
    assert titles == ["gene", "consensus", "AB says", "AB notes", "CD says"]
    shown = [model.index(0, i).data() for i in (1, 2, 4)]
    assert shown == ["", "suppression", "induction"]
    assert "AB: suppression. CD: induction." in opened._view.said.text()
    assert "AB and CD: Both have called 3" in opened._view.agreement.text()
    press(Qt.Key.Key_S, Qt.Key.Key_N)
    kept = Review(PictureSet(folder)).names("consensus")
    assert kept[:4].tolist() == ["induction", "suppression", "non-significant", ""]


def test_a_search_keeps_what_it_finds(opened, qtbot) -> None:
    qtbot.keyClicks(opened._view.search, "bpa gene1")
    assert opened._view.table.genes.rowCount() == 1
    assert opened._queue.genes["gene"][opened._queue.row] == "gene11"
    opened._view.search.clear()
    assert opened._view.table.genes.rowCount() == N


def test_a_search_without_a_find_says_so(opened, press) -> None:
    opened._view.search.setText("nowhere")
    assert opened._view.said.text() == "No gene is kept in the list."
    press(Qt.Key.Key_I)
    assert you(opened) == [""] * N


def test_a_click_on_a_column_sorts_and_on_a_row_shows_its_gene(opened, qtbot) -> None:
    table = opened._view.table
    table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    index = table.genes.index(0, 0)
    spot = table.visualRect(index).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    genes = opened._queue.genes["gene"]
    assert genes[opened._queue.row] == genes.max()
    shown = opened._queue.pictures.read_one(opened._queue.row)
    np.testing.assert_array_equal(layer(opened, PICTURE).data, shown)


def test_thumbnails_in_sight_come_by_themselves(opened, qtbot, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("SEEWHY_CACHE", str(tmp_path / "cache"))
    index = opened._view.table.genes.index(0, 0)
    qtbot.waitUntil(lambda: index.data(Qt.ItemDataRole.DecorationRole) is not None)
    assert index.data(Qt.ItemDataRole.DecorationRole).height() == 32


def test_the_line_can_be_dragged_and_stays_where_it_was_let_go(opened, hand, folder) -> None:
    opened._setup.move_button.click()
    line = layer(opened, LINE)
    mouse = hand()
    mouse.drag(line, [(45, 60), (55, 60), (60, 60)])
    assert abs(opened._setup.line_box.value() - 60) <= 1
    lower = layer(opened, METHYLATION)
    assert lower.translate[0] >= 59
    assert PictureSet(folder).geometry(0) == opened._shown.geometry


def test_a_line_can_be_typed(opened) -> None:
    opened._setup.line_box.setValue(30)
    upper = layer(opened, CHROMATIN)
    assert upper.translate[0] + len(upper.data) == 30


def test_without_a_line_the_whole_picture_is_shown_and_a_person_is_asked(widget, tmp_path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (60, 90, 3)).astype(np.uint8)
    Image.fromarray(noise).save(tmp_path / "cells.png")
    widget.open(tmp_path)
    assert widget._tabs.currentIndex() == 0
    assert "No line between chromatin and methylation" in widget._setup.line_says.text()
    assert layer(widget, CHROMATIN) is None
    assert layer(widget, PICTURE).opacity == 1
    widget._setup.line_box.setValue(20)
    assert len(layer(widget, CHROMATIN).data) == 20


def test_halves_can_be_seen_in_two_panels(opened, viewer) -> None:
    before = layer(opened, METHYLATION).translate.tolist()
    opened._setup.apart_box.setChecked(True)
    assert viewer.canvas.grid.enabled
    shown = [one.name for one in viewer.layers if one.visible]
    assert shown == [CHROMATIN, METHYLATION]
    assert layer(opened, METHYLATION).translate[0] == 0
    opened._setup.apart_box.setChecked(False)
    assert not viewer.canvas.grid.enabled
    assert layer(opened, METHYLATION).translate.tolist() == before


def test_a_tree_classifies_and_what_it_doubts_comes_first(opened, tree, run_task, press) -> None:
    press(*[Qt.Key.Key_I] * 6)
    opened._setup.tree.choose(tree)
    run_task(opened._classify_row)
    counts = opened._queue.genes["model"].value_counts()
    said = opened._classify_row.message
    assert said.startswith("12 genes classified: ")
    assert all(f"{n} {name}" in said for name, n in counts.items())
    genes = opened._queue.genes
    total = genes[["p_induction", "p_suppression", "p_non-significant"]].sum(axis=1)
    np.testing.assert_allclose(total, 1, atol=1e-6)
    assert "The tree tree " in opened._view.said.text()
    order = opened._view.order
    order.setCurrentIndex(order.findData("doubtful"))
    order.activated.emit(order.currentIndex())
    rows = opened._queue.rows
    said = genes["p_induction"].to_numpy()[rows[:6]]
    assert sorted(rows[:6]) == list(range(6))
    assert (np.diff(said) >= 0).all()


def test_from_two_readers_to_their_consensus_to_a_tree(
    opened, press, qtbot, click, run_task, monkeypatch, tmp_path
) -> None:
    train = partial(train_reviewed_steps, what=QUICK, size_px=(32, 64))
    monkeypatch.setattr(tasks, "train_reviewed_steps", train)
    monkeypatch.setattr(tasks, "user_folder", lambda: tmp_path / "library")
    assert opened._tasks.train_row.message == NO_LABELS
    press(*[Qt.Key.Key_I, Qt.Key.Key_S, Qt.Key.Key_N] * 4)
    assert opened._view.counts.text().startswith("induction 4, suppression 4, non-significant 4. ")
    assert "fewer than 7 of a class" in opened._view.counts.text()
    opened._view.reader.setEditText("CD")
    qtbot.keyClick(opened._view.reader.lineEdit(), Qt.Key.Key_Return)
    opened._queue.go_to(0)
    press(Qt.Key.Key_N, Qt.Key.Key_S, Qt.Key.Key_N)
    click(opened._view.decide_button)
    assert opened._queue.rows.tolist() == [0]
    press(Qt.Key.Key_S)
    assert opened._queue.count_classes() == {
        "induction": 3,
        "suppression": 5,
        "non-significant": 4,
    }
    run_task(opened._tasks.train_row)
    folder = tmp_path / "library" / "pictures-consensus"
    assert opened._setup.tree.path == folder
    report = DecisionTree.load(folder).metrics
    assert sum(map(sum, report["confusion"])) == N
    assert len(report["folds"]) == 5
    assert "by cross-validation" in opened._tasks.train_row.message


def test_classes_of_folders_are_trained_on_as_the_reader_corrects_them(
    widget, tmp_path, qtbot, monkeypatch
) -> None:
    names = ("induction", "non-significant", "suppression")
    for i in range(6):
        folder = tmp_path / "pictures" / names[i // 2]
        folder.mkdir(parents=True, exist_ok=True)
        draw_picture(i).save(folder / f"gene{i}.png")
    widget.open(tmp_path / "pictures", "{class}/{gene}")
    assert widget._tasks.train_row.message == ""
    assert widget._view.counts.text().startswith("induction 2, suppression 2, non-significant 2.")
    asked = []
    monkeypatch.setattr(widget._tasks.train_row, "run", lambda *what, **_: asked.append(what))

    qtbot.keyClick(widget._view.table, Qt.Key.Key_S)
    assert widget._view.counts.text().startswith("induction 1, suppression 3, non-significant 2.")
    assert widget._tasks.train_row.message == NO_LABELS
    widget._tasks.train()

    assert asked[0][2] == [
        "suppression",
        "induction",
        *["non-significant"] * 2,
        *["suppression"] * 2,
    ]


def test_heatmaps_lie_over_both_halves_and_follow_the_gene(explained, press) -> None:
    upper, lower = layer(explained, CHROMATIN_HEATMAP), layer(explained, METHYLATION_HEATMAP)
    assert upper.data.shape == layer(explained, CHROMATIN).data.shape[:2]
    assert lower.data.shape == layer(explained, METHYLATION).data.shape[:2]
    np.testing.assert_array_equal(upper.translate, layer(explained, CHROMATIN).translate)
    before = upper.data.copy()
    press(Qt.Key.Key_Right)
    assert layer(explained, CHROMATIN_HEATMAP) is upper
    assert not np.array_equal(upper.data, before)
    attention = explained._queue.genes["attention_chromatin"]
    assert attention.between(0, 1).all()
    assert "attention on chromatin" in explained._view.said.text()


def test_what_was_looked_at_can_be_kept(explained) -> None:
    looked_at = explained._queue.genes["looked_at"]
    kept = f"looked at {looked_at[0]}"
    explained._view.keep.setCurrentText(kept)
    explained._view.keep.activated.emit(0)
    assert len(explained._queue.rows) == (looked_at == looked_at[0]).sum()


def test_a_damaged_picture_is_told_and_others_can_be_looked_at(opened, folder, press, told) -> None:
    opened._queue.pictures.file(1).write_bytes(b"no")
    press(Qt.Key.Key_Right)
    assert "cannot be read" in told[0] or "PNG" in told[0]
    press(Qt.Key.Key_Right)
    assert opened._queue.row == 2


def test_a_table_of_another_kind_is_said_where_it_was_chosen(widget, tmp_path) -> None:
    pd.DataFrame({"gene": ["TP53"]}).to_csv(tmp_path / "x.csv", index=False)
    widget.open(tmp_path / "x.csv")
    assert "has no column file" in widget._setup.read_as.text()


def test_every_tab_fits_a_narrow_dock(explained) -> None:
    for scroll in explained._tabs.findChildren(QScrollArea):
        assert scroll.widget().minimumSizeHint().width() <= 306


def test_the_box_of_names_is_not_squeezed_away(opened, qtbot) -> None:
    opened._tabs.setCurrentIndex(0)
    qtbot.waitUntil(lambda: opened._setup.names.width() > 60)


def test_what_was_assumed_when_the_pictures_were_drawn_is_said(widget, folder):
    said = ["a.bw is read as bigWig.", "genes.bed says no strand; no picture is mirrored."]
    record = {"results": {"compounds": {"BPA": {"assumed": said}, "PFOA": {"assumed": said}}}}
    (folder / "record.json").write_text(json.dumps(record), encoding="utf-8")
    widget.open(folder, NAMES)
    text = widget._setup.read_as.text()
    assert text.count("genes.bed says no strand") == 1
    assert "bigWig" not in text


def test_another_tree_takes_the_place_of_all_that_the_first_said(
    explained, tree, run_task, tmp_path
) -> None:
    assert layer(explained, CHROMATIN_HEATMAP) is not None
    other = tmp_path / "other"
    tree.rename(other)
    explained._setup.tree.choose(other)
    run_task(explained._classify_row)
    assert layer(explained, CHROMATIN_HEATMAP) is None
    assert "attention_chromatin" not in explained._queue.genes
    assert "The tree other " in explained._view.said.text()
    assert "attention" not in explained._view.said.text()


def test_a_gene_whose_picture_was_deleted_is_shown_before_it_is_called(
    opened, press, viewer
) -> None:
    viewer.layers.clear()
    press(Qt.Key.Key_I)
    assert you(opened) == [""] * N
    assert layer(opened, PICTURE) is not None
    press(Qt.Key.Key_I)
    assert you(opened)[:2] == ["induction", ""]


def test_the_listed_genes_are_saved_with_those_they_were_chosen_from(
    opened, qtbot, monkeypatch, tmp_path
):
    view, path = opened._view, tmp_path / "induced.json"
    for key in "IISN":
        qtbot.keyClick(view.table, key)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))

    opened._queue.list_anew(kept="induction")
    view.refresh(is_listed_anew=True)
    view.send.send("File ...")

    saved = read_one_list(path)
    assert saved.name == "induction"
    assert saved.ids == ("gene01", "gene03")
    assert {gene.gene_class for gene in saved.genes} == {"induction"}
    assert saved.background == ("gene01", "gene03", "gene05", "gene07")
    assert saved.source["reader"] == "AB"

    opened._queue.list_anew(kept="all")
    view.send.send("File ...")
    assert len(read_one_list(path).background) == len(read_one_list(path).ids) == N


def test_the_peaks_of_the_listed_genes_are_sent_and_come_back(
    opened, tree, run_task, viewer, told
) -> None:
    send, table = opened._view.send, opened._queue.pictures.table
    send.send_peaks("Motifs under peaks")
    assert "press Explain genes" in told[0]
    places = {"chromosome": "chr1", "start": 1000, "end": 11_000, "strand": "+"}
    table.loc[table.index[1:], list(places)] = list(places.values())
    opened._setup.tree.choose(tree)
    run_task(opened._explain_row)
    opened._queue.list_anew(text="BPA")
    send.send_peaks("Motifs under peaks")
    of_bpa = opened._shown.explained.table.query("compound == 'BPA'")
    n = int((of_bpa["peak_start"] >= 0).sum())
    assert send.answer.text().startswith(f"Motifs under peaks: 6 received, {n} matched, {6 - n} ")
    motifs = viewer.window.add_plugin_dock_widget("napari-seewhy", "Conserved motifs")[1]
    peaks = motifs.under_peaks._sent
    assert len(peaks.intervals) == n > 3
    assert all(1000 <= one.start < one.end <= 11_000 for one in peaks.intervals)
    assert {gene.identifier for gene in peaks.genes} == {f"gene{n:02d}" for n in range(1, N, 2)}
    said = opened._queue.genes.set_index("gene")
    assert all(gene.gene_class == said["model"][gene.identifier] for gene in peaks.genes)
    send.undo_button.click()
    assert motifs.under_peaks._sent is None
    send.send_peaks("Clipboard")
    assert QApplication.clipboard().text().split()[0] == str(peaks.intervals[0])
    opened._queue.list_anew(text="gene01")
    send.send_peaks("File ...")
    assert "None of the 1 listed pictures has a peak" in told[-1]


def test_all_genes_stand_beside_the_picture_and_a_click_opens_one(
    opened, press, hand, folder, tmp_path, monkeypatch, click, viewer
) -> None:
    press(*[Qt.Key.Key_I] * 4, *[Qt.Key.Key_S] * 2)
    overview = opened._overview
    opened._tabs.setCurrentIndex(2)
    assert "holds no gene_tracks.npz" in overview.says.text()
    assert not overview.save_button.isEnabled()
    opened._tabs.setCurrentIndex(1)
    values = np.tile(np.arange(N)[:, None, None], (1, 2, 8)).astype(np.float32)
    np.savez(folder / "gene_tracks.npz", values=values, names=["chromatin", "methylation"])
    opened._tabs.setCurrentIndex(2)
    rows = next(one for one in viewer.layers if one.name == "all genes: chromatin")
    # Within a class the highest signal comes first.
    np.testing.assert_array_equal(rows.data[:, 0], [3, 2, 1, 0, 5, 4, *range(11, 5, -1)])
    assert "induction: 4 (33%)" in overview.counts.text()
    assert "no class: 6 (50%)" in overview.counts.text()
    mouse = hand()
    mouse.click(rows, (8, 4))
    assert opened._queue.row == 9
    picture = opened._queue.pictures.read_one(9)
    np.testing.assert_array_equal(layer(opened, PICTURE).data, picture)
    mark = next(one for one in viewer.layers if one.name == "all genes: shown gene")
    assert mark.data[0, 0, 0] == pytest.approx(rows.data_to_world((8, 0))[0], rel=1e-3)
    answer = (str(tmp_path / "genes.csv"), "")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: answer)
    click(overview.save_button)
    saved = pd.read_csv(tmp_path / "genes.csv")
    assert saved["gene"].tolist()[:4] == ["gene07", "gene05", "gene03", "gene01"]
    opened._tabs.setCurrentIndex(1)
    assert not any(one.name.startswith("all genes") for one in viewer.layers)


def test_genes_that_were_sent_are_listed_alone_until_it_is_undone(opened, told):
    genes = [ListedGene(identifier=name) for name in ("gene03", "gene07", "gene99")]
    answer = opened.receive_genes(GeneList(name="mine", genes=tuple(genes)), "Inspect")
    assert answer == "Inspect: 3 received, 2 matched, 1 unknown (gene99)."
    assert opened._queue.genes["gene"][opened._queue.rows].tolist() == ["gene03", "gene07"]
    assert opened._view.keep.currentText() == "list mine"
    opened.undo_genes("Inspect")
    assert len(opened._queue.rows) == N
    with pytest.raises(DataError, match="0 matched"):
        opened.receive_genes(GeneList(name="mine", genes=tuple(genes[2:])), "Inspect")
    assert len(opened._queue.rows) == N
    assert told == []


def test_the_dna_under_a_gene_and_under_the_attention_is_read(explained, viewer) -> None:
    door = explained._doors[0]
    gene, attention = door.actions_by_place
    explained._view.go_to(1)
    assert not door.isEnabled()
    assert "does not say where this gene lies" in door.toolTip()
    table, answers = explained._queue.pictures.table, explained._shown.explained.table
    table.loc[0, ["chromosome", "strand"]] = "chr21", "+"
    table.loc[0, ["start", "end", "tss"]] = 9_500, 10_500, 10_000
    answers.loc[0, "chromosome"] = "chr21"
    answers.loc[0, ["peak_start", "peak_end"]] = 9_700, 9_800
    explained._view.go_to(0)

    gene.trigger()

    reader = viewer.window.add_plugin_dock_widget("napari-seewhy", "Read DNA")[1]
    assert reader.form.place() == ("chr21", 9_500, 10_500)
    assert reader.read_row.message == "Choose a model."
    attention.trigger()
    assert reader.form.place() == ("chr21", 9_700, 9_800)


def test_igv_is_shown_the_stretch_of_the_gene(opened, press, told, monkeypatch) -> None:
    table, button = opened._queue.pictures.table, opened._doors[1]
    assert not button.isEnabled()
    assert "does not say where this gene lies" in button.toolTip()
    table.loc[0, ["chromosome", "strand"]] = "chr21", "+"
    table.loc[0, ["start", "end", "tss"]] = 9_500, 10_500, 10_000
    opened._view.go_to(0)
    shown = []
    monkeypatch.setattr("napari_seewhy.widgets.inspect.doors.show_in_igv", shown.append)

    button.click()

    assert shown == [("chr21", 9_500, 10_500)]
    assert told == []


def test_several_rows_are_copied_as_they_are_listed(opened, press, qapp) -> None:
    table = opened._view.table
    opened._view.go_to(0)
    press(Qt.Key.Key_N)
    table.selectRow(0)
    extend = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    table.selectionModel().select(table.genes.index(2, 0), extend)
    table.pick(opened._queue.row)

    QTest.keySequence(table, QKeySequence.StandardKey.Copy)

    header, *rows = (row.split("\t") for row in qapp.clipboard().text().splitlines())
    assert header[:2] == ["gene", "you"]
    assert [row[:2] for row in rows] == [["gene01", "non-significant"], ["gene05", ""]]


def test_the_status_bar_says_what_is_under_the_mouse(opened, viewer, qtbot) -> None:
    table = opened._queue.pictures.table
    table.loc[0, ["chromosome", "strand"]] = "chr21", "+"
    table.loc[0, ["start", "end", "tss"]] = 9_500, 10_500, 10_000
    geometry = opened._shown.geometry
    middle = (geometry.left + geometry.right) / 2
    viewer.cursor.position = (geometry.chromatin[0] + 3, middle)
    pixel = {"layer_base": "gene picture", "source_type": "", "plugin": "", "coordinates": "[23 6]"}
    viewer.status = pixel
    gene = opened._queue.genes["gene"][0]
    shown = viewer.window._status_bar._coordinates
    qtbot.waitUntil(lambda: shown.text().startswith(f"{gene}: +"))
    assert "bp from the start, chr21:10,0" in shown.text()
    viewer.cursor.position = (-50, middle)
    viewer.status = pixel | {"coordinates": "[-50 60]"}
    QApplication.processEvents()
    assert shown.text() == "[-50 60]"


def test_genes_and_islands_are_read_once_and_stand_below_the_picture(
    opened, folder, tmp_path, qtbot, press
) -> None:
    table = PictureSet(folder, NAMES).table
    starts = 10_000 * np.arange(1, N + 1)
    places = {"chromosome": "chr1", "start": starts, "end": starts + 1000, "tss": starts + 500}
    placed = folder / "mine.csv"
    table.assign(**places, strand="+", is_mirrored=False).to_csv(placed, index=False)
    opened.open(placed)
    genes = tmp_path / "genes.bed"
    genes.write_text("".join(f"chr1\t{s + 500}\t{s + 750}\tG\t0\t+\n" for s in starts))
    assert layer(opened, STRIP) is None

    row = opened._strip.row
    with qtbot.waitSignal(row.running_changed, timeout=60_000, check_params_cb=lambda on: not on):
        opened._strip.genes.set_path(genes)

    picture, strip = layer(opened, PICTURE), layer(opened, STRIP)
    half = layer(opened, CHROMATIN)
    assert strip.extent.world[0, 0] > picture.extent.world[1, 0]
    # The exon is blue, begins in the middle of the panel and takes a quarter of it.
    blue = np.abs(strip.data.astype(int) - (0, 114, 178)).sum(axis=2) < 30
    columns = np.flatnonzero(blue.sum(axis=0) > 4.5 * 6)
    left = strip.data_to_world((0, columns[0] - 0.5))[1]
    right = strip.data_to_world((0, columns[-1] + 0.5))[1]
    edge, end = half.extent.world[:, 1] + (-0.5, 0.5)
    assert left == pytest.approx((edge + end) / 2, abs=0.5)
    assert right - left == pytest.approx((end - edge) / 4, abs=0.5)
    # It is kept beside the pictures, and follows the gene.
    opened.open(placed)
    before = layer(opened, STRIP).data
    press(Qt.Key.Key_Right)
    assert not np.array_equal(layer(opened, STRIP).data, before)
    opened.open(folder, NAMES)
    assert layer(opened, STRIP) is None


@pytest.mark.parametrize("suffix", [".svg", ".pdf", ".png"])
def test_the_selected_genes_are_exported(opened, suffix, tmp_path, click, monkeypatch) -> None:
    table = opened._view.table
    keep = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    table.selectionModel().select(table.genes.index(2, 0), keep)
    path = tmp_path / f"genes{suffix}"
    answer = (str(path), f"Figure (*{suffix})")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: answer)

    click(opened._export)

    if suffix == ".svg":
        said = path.read_text()
        genes = opened._queue.genes
        rows = opened._queue.rows
        names = [f">{genes['gene'][row]}, {genes['compound'][row]}<" for row in rows[:3]]
        assert [name in said for name in names] == [True, False, True]
    else:
        assert path.read_bytes().startswith({".pdf": b"%PDF", ".png": b"\x89PNG"}[suffix])


def test_attention_is_shown_as_lines_and_as_a_veil_on_demand(explained) -> None:
    lines = (CHROMATIN_CONTOURS, METHYLATION_CONTOURS)
    veil = (CHROMATIN_HEATMAP, METHYLATION_HEATMAP)
    assert all(layer(explained, role).visible for role in lines)
    assert not any(layer(explained, role).visible for role in veil)
    for line, half in zip(lines, (CHROMATIN, METHYLATION), strict=True):
        assert layer(explained, line).extent.world == pytest.approx(
            layer(explained, half).extent.world, abs=0.51
        )

    box = explained._setup.heatmap
    box.setCurrentIndex(box.findData("veil"))
    assert not any(layer(explained, role).visible for role in lines)
    assert all(layer(explained, role).visible for role in veil)
    box.setCurrentIndex(box.findData("none"))
    assert not any(layer(explained, role).visible for role in (*lines, *veil))
