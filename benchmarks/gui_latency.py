"""How long the window stands still while a task runs in the child process, and to open a widget.

    python benchmarks/gui_latency.py [--fast]

A timer of Qt fires every 10 ms while an image is sent to the child, segmented there and its labels
come back; the longest pause between two firings is what a person would feel. The limit is 100 ms.
Beside it stand the same task in the window's own process, and a window in which nothing runs: what
other programs on a busy computer cost.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import QEventLoop, QTimer
from qtpy.QtWidgets import QApplication

from napari_seewhy.cells import segment, segment_steps
from napari_seewhy.engine import TaskRunner
from napari_seewhy.images import CellImage

if TYPE_CHECKING:
    from collections.abc import Callable

TIMER_MS = 10
LIMIT_MS = 100
IDLE_MS = 5000


class Pauses:
    """Notes how long Qt's loop did not come round."""

    def __init__(self) -> None:
        self.longest_ms = 0.0
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.setInterval(TIMER_MS)
        self._timer.timeout.connect(self._on_timeout)
        self._timer.start()

    def _on_timeout(self) -> None:
        now = time.perf_counter()
        self.longest_ms = max(self.longest_ms, (now - self._last) * 1000)
        self._last = now

    def stop(self) -> float:
        """Return the longest pause in milliseconds."""
        self._on_timeout()
        self._timer.stop()
        return self.longest_ms


def draw_field(size_px: int) -> CellImage:
    """Draw discs on a grid with noise: enough for the segmenter to work on."""
    y, x = np.indices((64, 64))
    tile = np.where((y - 32) ** 2 + (x - 32) ** 2 < 144, 2000, 200)
    pixels = np.tile(tile, (size_px // 64, size_px // 64)).astype(np.uint16)
    pixels += np.random.default_rng(0).integers(0, 200, pixels.shape, dtype=np.uint16)
    return CellImage(pixels[np.newaxis], "CYX", ("DNA",), 0.65)


def run_in_child(runner: TaskRunner, image: CellImage) -> None:
    """Segment in the child while Qt's loop runs, as `TaskRow` does."""
    loop, timer = QEventLoop(), QTimer()

    def poll() -> None:
        runner.poll()
        if not runner.is_running:
            loop.quit()

    timer.timeout.connect(poll)
    timer.start(30)
    runner.start(segment_steps, image)
    loop.exec()


def idle() -> None:
    """Let Qt's loop run with nothing to do."""
    loop = QEventLoop()
    QTimer.singleShot(IDLE_MS, loop.quit)
    loop.exec()


def measure(work: Callable[[], object]) -> tuple[float, float]:
    """Return the longest pause in ms and the time taken in s."""
    pauses, start = Pauses(), time.perf_counter()
    QApplication.processEvents()
    work()
    return pauses.stop(), time.perf_counter() - start


def measure_opening() -> float:
    """Return the seconds that opening the widget takes once napari itself is there."""
    import napari

    viewer = napari.Viewer(show=False)
    viewer.add_image(draw_field(512).pixels[0], name="DNA")
    start = time.perf_counter()
    viewer.window.add_plugin_dock_widget("napari-seewhy", "Segment cells")
    took = time.perf_counter() - start
    viewer.close()
    return took


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fast", action="store_true", help="leave the largest image out")
    sizes = (2048,) if parser.parse_args().fast else (2048, 4096)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    runner = TaskRunner()
    worst_ms = 0.0
    print(f"{'image':>14}  {'where':<14}{'took s':>8}{'longest pause ms':>18}")
    for size_px in sizes:
        image = draw_field(size_px)
        name = f"{size_px} x {size_px}"
        for where in ("cold child", "warm child"):
            pause_ms, took_s = measure(lambda image=image: run_in_child(runner, image))
            worst_ms = max(worst_ms, pause_ms)
            print(f"{name:>14}  {where:<14}{took_s:8.2f}{pause_ms:18.0f}")
        runner.close()
    pause_ms, took_s = measure(idle)
    print(f"{'-':>14}  {'nothing runs':<14}{took_s:8.2f}{pause_ms:18.0f}")
    pause_ms, took_s = measure(lambda: segment(draw_field(sizes[0])))
    name = f"{sizes[0]} x {sizes[0]}"
    print(f"{name:>14}  {'own process':<14}{took_s:8.2f}{pause_ms:18.0f}")
    print(f"opening Segment cells: {measure_opening():.2f} s")
    print(f"longest pause {worst_ms:.0f} ms, limit {LIMIT_MS} ms")
    return int(worst_ms > LIMIT_MS)


if __name__ == "__main__":
    sys.exit(main())
