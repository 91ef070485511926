"""Make the figures of `docs/tutorials/epigenome.md` that the demo does not make.

`python docs/scripts/tutorial_genes.py PICTURES TREE`: the folder `pictures` that the tutorial
makes, and a tree; for the figure in `docs/images` it is `genes-simulated`. Needs a screen (a real
one or Xvfb).
"""

import sys
from pathlib import Path

import napari
import numpy as np
from inspect_genes import IMAGES, PLUGIN, photograph, run
from PIL import Image

from napari_seewhy.epigenome.pictures.set import PictureSet

COMPOUND = "compound_01"
SHOWN = (("SIM071", "SIM015", "SIM007"), ("SIM034", "SIM025", "SIM014"))
"""Suppressed in chromatin, by methylation, left alone; induced in chromatin, in both, a decoy."""

EXPLAINED = "SIM151"
ZOOM = 2


def draw_genes(pictures: PictureSet) -> None:
    table = pictures.table
    of_compound = table[table["compound"] == COMPOUND].reset_index().set_index("gene")["index"]
    lines = [
        np.concatenate([pictures.read_one(int(of_compound[gene])) for gene in genes], axis=1)
        for genes in SHOWN
    ]
    sheet = np.concatenate(lines).repeat(ZOOM, axis=0).repeat(ZOOM, axis=1)
    Image.fromarray(sheet).save(IMAGES / "tutorial_genes.png", optimize=True)


def main() -> None:
    folder, tree = map(Path, sys.argv[1:3])
    draw_genes(PictureSet(folder))
    viewer = napari.Viewer()
    viewer.window.resize(1500, 950)
    _, widget = viewer.window.add_plugin_dock_widget(PLUGIN, "Inspect gene pictures")
    widget._view.reader.setEditText("AB")
    widget.open(folder)
    widget._setup.tree.choose(tree)
    run(widget._classify_row)
    run(widget._explain_row)
    widget._view.search.setText(f"{EXPLAINED} {COMPOUND}")
    widget._view.search.clear()
    photograph(viewer, "tutorial_genes_explained")
    viewer.close()


if __name__ == "__main__":
    main()
