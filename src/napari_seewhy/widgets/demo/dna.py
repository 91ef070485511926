"""The fourth part of the demo: a stretch of DNA, and what the letters under a peak are worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.models.files import SHIPPED_FOLDER
from napari_seewhy.sample_data import sample_folder

if TYPE_CHECKING:
    from napari_seewhy.widgets.demo.window import DemoWindow

MODEL = SHIPPED_FOLDER / "dna-painted.safetensors"

_STRETCH = "painted1:1-131,072"
_SEEN_BP, _NEAR_BP = 120, 25


def show_dna(window: DemoWindow) -> None:
    """Read a stretch, go to its highest peak, and see what its letters are worth."""
    window.clear()
    widget = window.open("Read DNA")
    folder = sample_folder() / "dna"
    widget.form.set_model(MODEL)
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
