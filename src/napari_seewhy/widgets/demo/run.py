"""The demo: the main jobs in a real window, on the sample data that come with the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_seewhy.files import make_folder
from napari_seewhy.widgets.demo.cells import show_cells
from napari_seewhy.widgets.demo.dna import show_dna
from napari_seewhy.widgets.demo.genes import show_genes
from napari_seewhy.widgets.demo.stain import show_stain
from napari_seewhy.widgets.demo.window import DemoWindow

if TYPE_CHECKING:
    from pathlib import Path

_PARTS = (show_cells, show_stain, show_genes, show_dna)


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
        for show in _PARTS:
            show(window)
        if keep_open:
            napari.run()
    finally:
        if not keep_open:
            viewer.close()
