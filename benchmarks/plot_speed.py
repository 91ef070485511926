"""How long the window stands still while 100,000 cells are plotted, selected and recoloured.

    python benchmarks/plot_speed.py [--cells 100000] [--frames 20]

A real viewer holds a time series of labels with all cells and their table; the plot is opened
beside it. A timer of Qt fires every 10 ms, and the longest pause between two firings is what a
person would feel. The limit is 200 ms for what is done again and again: a lasso round a few, half
or all cells, a click, another colour, other axes, zoom. Opening is shown beside it. For comparison
pyqtgraph's own scatter plot draws, recolours and repaints the same points in the same run.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from typing import TYPE_CHECKING, Any

import napari
import numpy as np
import pandas as pd
import pyqtgraph as pg
from qtpy.QtCore import QEventLoop, QTimer
from qtpy.QtWidgets import QApplication

from gui_latency import Pauses
from napari_seewhy.layers import labels_layer

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

LIMIT_MS = 200
PITCH_PX = 24
SETTLE_MS = 400


def draw_cells(n_cells: int, n_frames: int) -> tuple[NDArray[np.int32], pd.DataFrame]:
    """Draw squares on a grid, numbered through all frames, with a table of them."""
    generator = np.random.default_rng(0)
    per_frame = math.ceil(n_cells / n_frames)
    side = math.ceil(math.sqrt(per_frame))
    tile = np.zeros((PITCH_PX, PITCH_PX), np.int32)
    tile[3:-3, 3:-3] = 1
    number = np.arange(side * side).reshape(side, side)
    first = np.kron(np.where(number < per_frame, number + 1, 0), tile).astype(np.int32)
    labels = np.stack([np.where(first > 0, first + t * per_frame, 0) for t in range(n_frames)])
    n = per_frame * n_frames
    kind = generator.random(n) < 0.3
    place = np.arange(n) % per_frame
    area = np.exp(generator.normal(4, 0.3, n) + 0.3 * kind)
    table = pd.DataFrame(
        {
            "label": np.arange(1, n + 1),
            "t": np.arange(n) // per_frame,
            "y": place // side * PITCH_PX + PITCH_PX / 2,
            "x": place % side * PITCH_PX + PITCH_PX / 2,
            "area_px": area,
            "integrated_DNA": area * np.exp(generator.normal(5, 0.2, n) + 0.3 * kind),
            "class": pd.Categorical(np.where(kind, "G2", "G1")),
            "p_G2": generator.random(n),
        }
    )
    return labels, table


def settle() -> None:
    """Let Qt's loop paint what has changed."""
    loop = QEventLoop()
    QTimer.singleShot(SETTLE_MS, loop.quit)
    loop.exec()


def measure(work: Callable[[], object]) -> tuple[float, float]:
    """Return the longest pause in ms, and the time on the CPU in ms, all threads together."""
    settle()
    pauses, start = Pauses(), time.process_time()
    work()
    settle()
    return pauses.stop(), (time.process_time() - start) * 1000


def outline(scatter: Any, share: float) -> NDArray[np.float64]:
    """Draw a ring of 200 corners about the middle of the points, as a lasso leaves it."""
    x, y = scatter.points.xy
    angle = np.linspace(0, 2 * np.pi, 200)
    reach = [np.quantile(np.abs(v - np.median(v)), share) * 1.5 for v in (x, y)]
    middle = [np.median(v) for v in (x, y)]
    return np.stack(
        [m + r * f(angle) for m, r, f in zip(middle, reach, (np.cos, np.sin), strict=True)], axis=1
    )


def compare(n: int) -> dict[str, float]:
    """Time pyqtgraph's own scatter plot, in ms."""
    x, y = np.random.default_rng(0).normal(size=(2, n))
    brushes = np.array([pg.mkBrush(pg.intColor(i, 64)) for i in range(64)])
    plot = pg.PlotWidget()
    plot.resize(400, 400)
    plot.show()
    settle()
    item = pg.ScatterPlotItem(size=5, pen=None)
    plot.addItem(item)
    code = np.random.default_rng(1).integers(0, 64, n)
    return {
        "drawing": measure(lambda: item.setData(x, y))[0],
        "recolouring": measure(lambda: item.setBrush(brushes[code]))[0],
        "zooming": measure(lambda: plot.setXRange(-1, 1))[0],
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", type=int, default=100_000)
    parser.add_argument("--frames", type=int, default=20)
    chosen = parser.parse_args()
    viewer = napari.Viewer()
    labels, table = draw_cells(chosen.cells, chosen.frames)
    print(f"{len(table):,} cells in {labels.shape[0]} frames of {labels.shape[1:]} px")
    data, attributes, _ = labels_layer(labels, table, name="cells")
    viewer.add_labels(data, **attributes)
    settle()
    opened: list[Any] = []

    def open_plot() -> None:
        name = "Plot cells"
        opened.append(viewer.window.add_plugin_dock_widget("napari-seewhy", name)[1])

    pause, _ = measure(open_plot)
    print(f"{'opening':<34}{pause:10.0f} ms")
    widget = opened[0]
    scatter, form = widget._scatter, widget._form

    def draw(share: float) -> None:
        scatter._box.drawn.emit(outline(scatter, share), False)

    works: list[tuple[str, Callable[[], object]]] = [
        ("first lasso", lambda: draw(0.1)),
        ("lasso round a few", lambda: draw(0.2)),
        ("lasso round half", lambda: draw(0.7)),
        ("lasso round all", lambda: draw(1.0)),
        ("another frame, all selected", lambda: viewer.dims.set_current_step(0, 3)),
        ("select none", widget.clear),
        ("click a point", lambda: widget._on_point_clicked(len(table) // 2, is_added=False)),
        ("colour by probability", lambda: form.color_by("p_G2")),
        ("colour by class", lambda: form.color_by("class")),
        ("other axes", lambda: form.choose("p_G2", "area_px")),
        ("logarithmic axes", lambda: form.choose("area_px", "integrated_DNA", is_log=True)),
        ("zoom", lambda: scatter.plot.setXRange(1.5, 2.0)),
    ]
    worst = 0.0
    for name, work in works:
        pause, cpu_ms = measure(work)
        worst = max(worst, pause)
        print(f"{name:<34}{pause:10.0f} ms   ({cpu_ms:.0f} ms on the CPU)")
    pause, _ = measure(lambda: None)
    print(f"{'nothing':<34}{pause:10.0f} ms")
    for name, pause in compare(len(table)).items():
        print(f"{'pyqtgraph alone, ' + name:<34}{pause:10.0f} ms")
    print(f"longest pause {worst:.0f} ms, limit {LIMIT_MS} ms")
    viewer.close()
    QApplication.processEvents()
    return int(worst > LIMIT_MS)


if __name__ == "__main__":
    sys.exit(main())
