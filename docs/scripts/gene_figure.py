"""Make the figure of a gene that shows what *Export genes ...* saves.

`python docs/scripts/gene_figure.py PICTURES`: a folder of simulated genes, as the second step of
the tutorial of genes draws it. Needs a screen (a real one or Xvfb), as Qt paints the PNG.
"""

import sys
from pathlib import Path

from qtpy.QtWidgets import QApplication

from napari_seewhy.epigenome.answering import explain_genes_steps
from napari_seewhy.epigenome.pictures import PictureSet
from napari_seewhy.epigenome.reviewing import GeneQueue, GeneStrips, draw_gene_figure
from napari_seewhy.epigenome.trees import SHIPPED_TREES
from napari_seewhy.progress import finish
from napari_seewhy.widgets.parts.pictures import write_figure

IMAGE = Path(__file__).parents[1] / "images" / "gene_figure.png"
DPI = 110


def main() -> None:
    app = QApplication([])
    pictures = PictureSet(sys.argv[1])
    tree = SHIPPED_TREES / "genes-simulated"
    explained = finish(explain_genes_steps(pictures, tree))
    queue = GeneQueue(pictures, "AB")
    queue.set_model(explained.table, tree)
    chosen = explained.table["class"].eq("suppression") & explained.table["looked_at"].eq("both")
    row = int(chosen.to_numpy().argmax())
    shapes = draw_gene_figure(queue, [row], GeneStrips(pictures), explained)
    write_figure(IMAGE, shapes.encode(), DPI)
    app.quit()


if __name__ == "__main__":
    main()
