"""The third part of the demo: pictures of genes, called by a reader and a tree, and sent on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_seewhy.epigenome.pictures import INDUCTION, NON_SIGNIFICANT
from napari_seewhy.epigenome.trees import SHIPPED_TREES
from napari_seewhy.progress import finish
from napari_seewhy.sample_data import draw_sample_pictures_steps, sample_folder

if TYPE_CHECKING:
    from pathlib import Path

    from qtpy.QtWidgets import QComboBox

    from napari_seewhy.widgets.demo.window import DemoWindow
    from napari_seewhy.widgets.inspect import InspectWidget

TREE = SHIPPED_TREES / "genes-simulated"

_READER = "demo reader"
_CALLS = (NON_SIGNIFICANT, INDUCTION, INDUCTION)
"""The answers of the demo's reader for the first genes before the tree predicts; the second one was
changed beside its promoter alone, so that the reader is to look at it again."""


def show_genes(window: DemoWindow) -> None:
    """Draw pictures of genes, call some, have a tree call all, see where it looked, and send on."""
    widget = _open_pictures(window, window.out / "gene_pictures")
    view = widget._view
    for call in _CALLS:
        view.say(call)
    window.photograph("genes")
    widget._setup.tree.choose(TREE)
    window.wait_for(widget._classify_row, widget._tasks.classify)
    # What the tree finds least like what the reader said comes first.
    _choose(view.order, "model against reader first")
    window.photograph("genes_classified")
    view.say(NON_SIGNIFICANT)
    window.wait_for(widget._explain_row, widget._tasks.explain)
    _choose(view.keep, INDUCTION)
    window.photograph("genes_explained")
    widget._setup.apart_box.setChecked(True)
    window.photograph("genes_halves")
    view.send.send("Enrichment")
    tested = window.open("Gene lists").enrichment
    tested.sets.set_path(sample_folder() / "promoters" / "sets.gmt")
    window.wait_for(tested.task_row, tested.run)
    window.photograph("gene_lists")


def _open_pictures(window: DemoWindow, folder: Path) -> InspectWidget:
    finish(draw_sample_pictures_steps(folder))
    window.clear()
    widget: InspectWidget = window.open("Inspect gene pictures")
    widget._view.reader.setEditText(_READER)
    widget.open(folder)
    window.viewer.reset_view()
    return widget


def _choose(box: QComboBox, text: str) -> None:
    """Choose an entry of a list as a person does."""
    box.setCurrentText(text)
    box.activated.emit(box.currentIndex())
