"""The demo: the main jobs in a real window, on the sample data that come with the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.files import make_folder
from napari_seewhy.models.files import SHIPPED_FOLDER
from napari_seewhy.sample_data import sample_folder
from napari_seewhy.widgets.demo.cells import show_cells
from napari_seewhy.widgets.demo.genes import show_genes
from napari_seewhy.widgets.demo.window import DemoWindow

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.widgets.stain import CompareMode

_STAIN = SHIPPED_FOLDER / "stain-simulated-dishes.safetensors"
_DNA = SHIPPED_FOLDER / "dna-painted.safetensors"
_STRETCH = "painted1:1-131,072"
_SEEN_BP, _NEAR_BP = 120, 25


def run_demo(out: Path, *, keep_open: bool = False) -> None:
    """Go through cells, virtual immunostaining, genes and DNA, and save files and screenshots.

    Parameters
    ----------
    out
        Folder for a picture of the window at every step (``segment.png``, ``tidy.png``,
        ``measure.png``, ``crop.png``, ``classify.png``, ``explain.png``, ``plot.png``,
        ``stain.png``, ``stain_series.png``, ``genes.png``, ``genes_classified.png``,
        ``genes_explained.png``, ``genes_halves.png``, ``gene_lists.png``, ``dna.png``,
        ``dna_letters.png``), the labels with their table and record, the crops, and the pictures of
        genes.
    keep_open
        Leave the window open at the end, until the person closes it.

    Raises
    ------
    TaskError
        If a step brings nothing; the message says why.
    FileError
        If a file cannot be written.
    """
    import napari

    viewer = napari.Viewer(title="napari-seewhy demo")
    try:
        make_folder(out)
        window = DemoWindow(viewer, out)
        for show in (show_cells, _show_stain, show_genes, _show_dna):
            show(window)
        if keep_open:
            napari.run()
    finally:
        if not keep_open:
            viewer.close()


def _show_stain(window: DemoWindow) -> None:
    """Stain a dish virtually beside its real marker, and a dish through time."""
    _stain(window, "dish", "side by side")
    window.photograph("stain")
    _stain(window, "dish_series", "overlay")
    window.photograph("stain_series")


def _stain(window: DemoWindow, sample: str, mode: CompareMode) -> None:
    """Stain phase contrast, and compare what comes out with the real marker."""
    window.open_sample(sample)
    phase, marker = window.viewer.layers
    widget = window.open("Virtual immunostaining")
    widget._model.choice.choose(_STAIN)
    widget._form.fields.choose(phase, marker)
    window.wait_for(widget._task_row, widget.stain)
    marker.visible = mode != "overlay"
    modes = widget._view._mode
    modes.setCurrentIndex(modes.findData(mode))
    window.viewer.reset_view()


def _show_dna(window: DemoWindow) -> None:
    """Read a stretch, go to its highest peak, and see what its letters are worth."""
    window.clear()
    widget = window.open("Read DNA")
    folder = sample_folder() / "dna"
    widget.form.set_model(_DNA)
    widget.form.set_genome(folder / "genome.fa")
    widget.form.set_observed(folder)
    widget.form.set_place(_STRETCH)
    window.wait_for(widget.read_row, widget.read)
    window.photograph("dna")
    look = widget.look
    middle = int(look.place.start + (np.argmax(look.said[0]) + 0.5) * look.bin_bp)
    widget.panel.zoom(middle - _SEEN_BP, middle + _SEEN_BP)
    window.wait_for(widget.saturate_row, widget.saturate)
    window.viewer.reset_view()
    # What is lost where a base changes shows where the word lies.
    best = middle - _SEEN_BP + int(window.viewer.layers[-1].data.sum(0).argmin())
    widget.panel.zoom(best - _NEAR_BP, best + _NEAR_BP)
    window.photograph("dna_letters")
