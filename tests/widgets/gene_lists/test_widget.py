"""Lists of genes in a real window: opened, combined, sent, tested and undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from qtpy.QtCore import QMimeData, QPointF, Qt, QUrl
from qtpy.QtGui import QDropEvent, QGuiApplication, QImage
from qtpy.QtWidgets import QFileDialog

from napari_seewhy.genome.lists import GeneList, ListedGene, read_one_list
from napari_seewhy.widgets.gene_lists.widget import GeneListsWidget
from napari_seewhy.widgets.parts.genes import SendGenes
from napari_seewhy.widgets.parts.tasks import state_of

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.widgets

ALL = [f"G{number}" for number in range(40)]


def list_of(name: str, names: list[str], **more) -> GeneList:
    return GeneList(name=name, genes=tuple(ListedGene(identifier=one) for one in names), **more)


@pytest.fixture
def widget(dock) -> GeneListsWidget:
    return dock(GeneListsWidget, "Gene lists")


def names_of(widget: GeneListsWidget) -> list[str]:
    return [one.name for one in widget._session.lists]


def drop(widget: GeneListsWidget, *paths: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    left, plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    place = QPointF(5, 5)
    act = Qt.DropAction.CopyAction
    try:
        event = QDropEvent(place, act, mime, left, plain)
    except TypeError:  # Qt 5 takes whole numbers in some bindings
        event = QDropEvent(place.toPoint(), act, mime, left, plain)
    widget.lists.list.dropEvent(event)


def test_files_are_dropped_combined_removed_and_every_change_is_undone(
    widget, click, tmp_path, told
) -> None:
    for name, genes in (("a", "G1\nG2\nG3\n"), ("b", "G3\nG2\nG9\n")):
        (tmp_path / f"{name}.txt").write_text(genes)
    (tmp_path / "empty.txt").write_text("")
    drop(widget, tmp_path / "a.txt", tmp_path / "empty.txt", tmp_path / "b.txt")
    assert names_of(widget) == ["a", "b"]
    assert "empty" in told[0]
    assert not widget.lists.combine_buttons["union"].isEnabled()

    widget.lists.list.selectAll()
    click(widget.lists.combine_buttons["difference"])
    assert widget._session.lists[-1].ids == ("G1",)
    # The result is selected, and its genes are shown.
    assert widget.lists._names == ["a difference b"]
    assert widget.lists.table.model().rowCount() == 1

    click(widget.lists.remove_button)
    assert names_of(widget) == ["a", "b"]
    click(widget.lists.undo_button)
    assert names_of(widget) == ["a", "b", "a difference b"]
    for _ in range(3):
        click(widget.lists.undo_button)
    assert names_of(widget) == []
    assert not widget.lists.undo_button.isEnabled()


def test_genes_are_sent_to_enrichment_tested_and_go_on_to_other_programs(
    viewer, widget, run_task, click, tmp_path, monkeypatch, told
) -> None:
    # The widget of the menu is the one that is open here.
    monkeypatch.setattr(viewer.window, "add_plugin_dock_widget", lambda *_, **__: (widget, widget))
    sender = SendGenes(viewer)
    sender.send("Enrichment")
    assert told == ["There are no genes to send yet."]
    sender.give = lambda: list_of("mine", [*ALL[:10], "1-Mar"], background=tuple(ALL))
    sender.send("Enrichment")
    assert sender.answer.text() == (
        "Enrichment, against the background: 11 received, 10 matched, 1 unknown (1-Mar)."
    )
    assert "a date (1-Mar)" in widget.enrichment.before.text()

    view = widget.enrichment
    sets = tmp_path / "sets.gmt"
    sets.write_text(
        "\t".join(["hot", "na", *ALL[:12]]) + "\n" + "\t".join(["cold", "na", *ALL[20:]])
    )
    view.sets.set_path(sets)
    run_task(view.task_row)
    assert view.found.table["set"].tolist() == ["hot", "cold"]
    assert view.found.table["arithmetic"][0].startswith("10 of 10 selected, 12 of 40 background")
    assert "1 of 2 sets have q" in view.task_row.message

    saved = {"Save figure": tmp_path / "plot.png", "Save gene list": tmp_path / "hot.json"}
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda _, title, *__: (str(saved[title]), "")
    )
    click(view.figure_button)
    image = QImage(str(tmp_path / "plot.png"))
    assert image.width() > 1500
    view.table.selectRow(0)
    view.send.send("File ...")
    sent = read_one_list(tmp_path / "hot.json")
    assert (sent.name, sent.ids) == ("mine in hot", tuple(ALL[:10]))
    assert sent.background == tuple(ALL)
    view.send.send("Clipboard")
    assert QGuiApplication.clipboard().text() == "".join(f"{one}\n" for one in ALL[:10])

    click(sender.undo_button)
    assert names_of(widget) == []
    assert sender.answer.text() == "Enrichment: undone."
    assert not sender.undo_button.isVisibleTo(sender)
    assert state_of(viewer).gene_lists.lists == ()


def test_a_list_without_background_takes_that_of_another(widget, told) -> None:
    widget._session.add(list_of("mine", ALL[:5]), list_of("all", ALL))
    view = widget.enrichment
    view.choose("mine")
    assert "Choose the background" in view.task_row.message
    view.background.setCurrentText("all")
    assert view._listed().background == tuple(ALL)
    assert view.task_row.message == "Choose sets of genes."
    answer = widget.receive_genes(list_of("mine", ALL[:2]), "Gene lists")
    assert answer == "Gene lists, as mine (2): 2 received, 2 matched, 0 unknown."
    assert told == []
