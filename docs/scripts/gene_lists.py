"""Make the figures of motifs: of one promoter, its strip, and under peaks of attention.

`python docs/scripts/gene_lists.py ../shared/data`; needs a screen (a real one or Xvfb). The
promoter is that of NCR2 in human, mouse and rat; the peaks are of the sample pictures of genes.
"""

import sys
from pathlib import Path

import napari
from inspect_genes import IMAGES, PLUGIN, photograph, run

from napari_seewhy.epigenome.trees import SHIPPED_TREES
from napari_seewhy.sample_data import sample_folder
from napari_seewhy.sample_data.gene_pictures import cached_pictures
from napari_seewhy.widgets.parts.pictures import PAPER, write_figure

PROMOTER = "NCR2_promoter_-1000_+500_aligned_hg18_mm9_rn4_canFam2.fa"


def open_viewer() -> napari.Viewer:
    viewer = napari.Viewer()
    viewer.window.resize(1500, 950)
    return viewer


def photograph_promoter(data: Path) -> None:
    viewer = open_viewer()
    _, motifs = viewer.window.add_plugin_dock_widget(PLUGIN, "Conserved motifs")
    motifs.form.set_files([data / "sequence" / "promoters" / PROMOTER])
    run(motifs.task_row)
    motifs.table.selectRow(0)
    photograph(viewer, "conserved_motifs")
    write_figure(IMAGES / "motif_strip.png", motifs.strip.draw_figure("NCR2", PAPER))
    viewer.close()


def photograph_peaks() -> None:
    viewer = open_viewer()
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


def main() -> None:
    photograph_promoter(Path(sys.argv[1]))
    photograph_peaks()


if __name__ == "__main__":
    main()
