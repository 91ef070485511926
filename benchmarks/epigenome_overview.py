"""How long 8,000 genes take until they are on the screen as rows, and until a click is answered.

    python benchmarks/epigenome_overview.py [--genes 8000]

Opens *Inspect gene pictures* on the sample's genes, repeated with other noise, opens the tab *All
genes* three times and clicks three rows; needs a screen (a real one or Xvfb). Printed: seconds and
processor seconds until the canvas is painted. Wanted: 2 s for the rows, 0.3 s for a click.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path

import napari
import numpy as np
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication

from napari_seewhy.epigenome.pictures.table import read_picture_table, write_picture_table
from napari_seewhy.progress import finish
from napari_seewhy.sample_data import draw_sample_pictures_steps

ROWS = (5, 700, 3000)


def repeat_genes(folder: Path, n_genes: int) -> Path:
    """Draw the sample's genes, and list them again and again under other names."""
    drawn, many = folder / "drawn", folder / "many"
    finish(draw_sample_pictures_steps(drawn))
    many.mkdir()
    table = read_picture_table(drawn / "pictures.csv")
    again = np.arange(n_genes) % len(table)
    files = [f"{number:06d}.png" for number in range(n_genes)]
    for number, file in zip(again, files, strict=True):
        os.link(drawn / table["file"].iat[number], many / file)
    rows = table.iloc[again].reset_index(drop=True)
    rows["gene"] += [f"_{number}" for number in range(n_genes)]
    write_picture_table(many / "pictures.csv", rows.assign(file=files))
    with np.load(drawn / "gene_tracks.npz") as archive:
        values, names = archive["values"][again], archive["names"]
    values += np.random.default_rng(0).normal(0, 0.02, values.shape).astype(np.float32)
    np.savez_compressed(many / "gene_tracks.npz", values=values, names=names)
    return many


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--genes", type=int, default=8000)
    n_genes = parser.parse_args().genes
    with tempfile.TemporaryDirectory() as folder:
        viewer = napari.Viewer()
        viewer.window.resize(1500, 950)
        _, widget = viewer.window.add_plugin_dock_widget("napari-seewhy", "Inspect gene pictures")
        widget.open(repeat_genes(Path(folder), n_genes))
        QTest.qWait(1000)

        def measure(what: str, act: object) -> None:
            start, spent = time.perf_counter(), time.process_time()
            act()
            QApplication.processEvents()
            viewer.window._qt_viewer.canvas.native.repaint()
            now = time.perf_counter() - start, time.process_time() - spent
            print(f"{what}: {now[0]:.2f} s, {now[1]:.2f} s of processor time", flush=True)
            QTest.qWait(300)

        for _ in range(3):
            widget._tabs.setCurrentIndex(1)
            QTest.qWait(300)
            measure(f"rows of {n_genes:,} genes", lambda: widget._tabs.setCurrentIndex(2))
        for row in ROWS:
            picture = int(widget._overview._overview.rows[row])
            measure("click", lambda picture=picture: widget._overview.picked.emit(picture))
        viewer.close()


if __name__ == "__main__":
    main()
