"""The third part of the demo: pictures of genes, looked through and called by a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_seewhy.epigenome.gene_classes import INDUCTION, NON_SIGNIFICANT
from napari_seewhy.progress import finish
from napari_seewhy.sample_data.gene_pictures import draw_sample_pictures_steps

if TYPE_CHECKING:
    from napari_seewhy.widgets._demo_window import DemoWindow

_CALLS = (NON_SIGNIFICANT, NON_SIGNIFICANT, INDUCTION)
"""What the reader of the demo says of the first genes."""


def show_genes(window: DemoWindow) -> None:
    """Draw pictures of genes, open them in their widget, and call the first ones."""
    folder = window.out / "gene_pictures"
    finish(draw_sample_pictures_steps(folder))
    window.clear()
    widget = window.open("Inspect gene pictures")
    widget.open(folder)
    for call in _CALLS:
        widget._view.say(call)
    window.viewer.reset_view()
    window.photograph("genes")
