"""Make the figures of motifs under peaks of attention, from the sample pictures of genes.

`python docs/scripts/gene_lists.py`; needs a screen (a real one or Xvfb).
"""

import napari
from inspect_genes import PLUGIN, photograph, run

from napari_seewhy.epigenome.trees import SHIPPED_TREES
from napari_seewhy.sample_data import sample_folder
from napari_seewhy.sample_data.gene_pictures import cached_pictures


def main() -> None:
    viewer = napari.Viewer()
    viewer.window.resize(1500, 950)
    _, inspect = viewer.window.add_plugin_dock_widget(PLUGIN, "Inspect gene pictures")
    inspect.open(cached_pictures())
    inspect._setup.tree.choose(SHIPPED_TREES / "genes-simulated")
    run(inspect._explain_row)
    keep = inspect._view.keep
    keep.setCurrentText("induction")
    keep.activated.emit(keep.currentIndex())
    inspect._view.send.send_peaks("Motifs under peaks")
    _, motifs = viewer.window.add_plugin_dock_widget(PLUGIN, "Conserved motifs")
    motifs.under_peaks.genome.set_path(sample_folder() / "epigenome" / "genome.fa")
    run(motifs.under_peaks.task_row)
    photograph(viewer, "motifs_under_peaks")
    viewer.close()


if __name__ == "__main__":
    main()
