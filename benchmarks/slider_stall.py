"""How long the window stands still when the slider of the efficiency moves (needs a screen).

    python benchmarks/slider_stall.py [--repeats 3]

A virtual stain of eight frames of 256 x 256 blocks stands in the viewer with its real marker, as
*Virtual immunostaining* leaves it. The slider *Positive from* moves through ten positions while a
timer of Qt fires every 5 ms; the longest pause between two firings is what a person would feel.
The limit is 50 ms. Beside it stands the peer: Otsu's threshold of the marker, the ranks of all
blocks and the intervals of all frames computed at every position, as a slot without memory would.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import QEventLoop, QTimer
from scipy.ndimage import gaussian_filter

from gui_latency import Pauses
from napari_seewhy.blocks.counting import estimate_efficiency
from napari_seewhy.blocks.marking import find_threshold
from napari_seewhy.blocks.pairing import StainPairOptions
from napari_seewhy.blocks.staining import ApplyStainOptions, MarkedStain, StainedImage
from napari_seewhy.images import CellImage
from napari_seewhy.layers import image_layers
from napari_seewhy.staining import BlockGrid, StainCard, judge_blocks
from napari_seewhy.widgets.stain.shown import StainOrigin
from napari_seewhy.widgets.stain.widget import StainWidget

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

N_FRAMES, N_BLOCKS, BLOCK_PX, STRIDE_PX = 8, 256, 16, 4
LIMIT_MS = 50
CUTS = range(20, 80, 6)


def draw_dish() -> tuple[CellImage, CellImage, NDArray[np.float32]]:
    """Draw phase contrast, its marker, and what a network might say of every block."""
    rng = np.random.default_rng(0)
    edge = BLOCK_PX + STRIDE_PX * (N_BLOCKS - 1)
    clumps = gaussian_filter(rng.normal(size=(N_FRAMES, edge, edge)), (0, 12, 12))
    clumps /= clumps.std()
    marker = (200 + 900 * (clumps > 0.8) + rng.normal(0, 30, clumps.shape)).astype(np.uint16)
    phase = rng.integers(9_000, 11_000, clumps.shape, dtype=np.uint16)
    seen = clumps[:, ::STRIDE_PX, ::STRIDE_PX][:, :N_BLOCKS, :N_BLOCKS]
    probability = 1 / (1 + np.exp(-2 * (seen - 0.8) - rng.normal(0, 1, seen.shape)))
    images = [
        CellImage(pixels[:, None], "TCYX", (name,), 0.5, source=f"/{name}.tif")
        for name, pixels in (("phase", phase), ("marker", marker))
    ]
    return images[0], images[1], probability.astype(np.float32)


def open_result() -> tuple[StainWidget, StainedImage, NDArray[np.uint16]]:
    """Open the widget with a finished virtual stain and its marker."""
    import napari

    viewer = napari.Viewer(show=True)
    phase, marker, probability = draw_dish()
    layers = [
        viewer.add_image(pixels, **attributes)
        for image in (phase, marker)
        for pixels, attributes, _ in image_layers(image)
    ]
    widget = StainWidget(viewer)
    viewer.window.add_dock_widget(widget, name="Virtual immunostaining")
    widget._form.fields.choose(layers[0], layers[1])
    card = StainCard(
        name="drawn", network="small", channels=("phase",), block_px=BLOCK_PX, positive_area=0.25
    )
    shape = phase.shape_yx
    stained = StainedImage(probability, BlockGrid(BLOCK_PX, STRIDE_PX), shape, shape, card, 0.5)
    learned = np.zeros(probability.shape, bool)
    origin = StainOrigin.of(widget._form.fields, Path("drawn"), ApplyStainOptions())
    widget._on_stained(origin, MarkedStain(stained, learned, tuple(stained.efficiencies())))
    pixels = np.asarray(widget._form.fields.pair().read(StainPairOptions()).marker.load().pixels)
    return widget, stained, pixels.reshape(N_FRAMES, *shape)


def wait(ms: int) -> None:
    """Let Qt's loop run."""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


def measure(move: Callable[[int], None]) -> list[float]:
    """Return the longest pause in ms after each move of the slider."""
    found = []
    for percent in CUTS:
        wait(300)
        pauses = Pauses()
        pauses._timer.setInterval(5)
        move(percent)
        wait(600)
        found.append(pauses.stop())
    return found


def compute_everything(stained: StainedImage, marker: NDArray[np.uint16], cut: float) -> None:
    """Compute all that the slider shows as if nothing of it were known."""
    level = find_threshold(marker)
    called = stained.probability > min(level.value, 0.5)
    judge_blocks(stained.probability, called, cut)
    for frame in stained.probability:
        estimate_efficiency(frame)
        estimate_efficiency(frame, cut, how="count")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3, help="how often all positions are passed")
    n_repeats = parser.parse_args().repeats
    widget, stained, marker = open_result()
    wait(2_000)
    stalls = [stall for _ in range(n_repeats) for stall in measure(widget._view._slider.setValue)]
    idle = measure(lambda _: None)
    start = time.perf_counter()
    for percent in CUTS:
        compute_everything(stained, marker, percent / 100)
    peer_ms = (time.perf_counter() - start) * 1000 / len(CUTS)
    worst = max(stalls)
    print(f"{N_FRAMES} frames of {N_BLOCKS} x {N_BLOCKS} blocks, {len(stalls)} moves of the slider")
    print(f"longest stall {worst:.0f} ms (median {np.median(stalls):.0f}), limit {LIMIT_MS} ms")
    print(f"nothing moves: {max(idle):.0f} ms; everything computed again: {peer_ms:.0f} ms")
    print(f"ratio to computing everything again: {peer_ms / worst:.1f}")
    widget._viewer.close()
    return int(worst > LIMIT_MS)


if __name__ == "__main__":
    sys.exit(main())
