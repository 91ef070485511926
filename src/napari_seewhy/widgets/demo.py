"""The demo: the main job in a real window, from a sample field to what explains its classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_seewhy.cells.separation_options import SeparationOptions
from napari_seewhy.errors import TaskError
from napari_seewhy.models.library import SHIPPED_FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from napari_seewhy.widgets._task_row import TaskRow

PLUGIN = "napari-seewhy"
_STEM = "field_typical"
_MODEL = SHIPPED_FOLDER / "cell-cycle-simulated.safetensors"
_NOT_SEEN = ("_CENP-F", "_microtubules")
"""Endings of the columns of the stains that the model does not take."""

_WINDOW_PX = (1500, 950)
_LONGEST_MS = 300_000


def run_demo(out: Path, *, keep_open: bool = False) -> None:
    """Open the sample field, segment, measure and crop it, and save files and screenshots.

    Parameters
    ----------
    out
        Folder for a picture of the window at every step (``segment.png``, ``tidy.png``,
        ``measure.png``, ``crop.png``, ``classify.png``, ``explain.png``, ``plot.png``), the labels
        with their table and record, and the crops.
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
        viewer.window.resize(*_WINDOW_PX)
        out.mkdir(parents=True, exist_ok=True)
        _Tour(viewer, out).go()
        if keep_open:
            napari.run()
    finally:
        if not keep_open:
            viewer.close()


def _without_markers(view: Any) -> SeparationOptions:
    """Leave out what the model has not seen: stains of which it could not have learned."""
    assert view._cells is not None  # the tour has measured them
    columns = [name for name in view._cells.table if name.endswith(_NOT_SEEN)]
    return SeparationOptions(leave_out=tuple(columns))


class _Tour:
    """The steps of the demo, each in the widget in which a person would do it."""

    def __init__(self, viewer: Any, out: Path) -> None:
        self._viewer = viewer
        self._out = out

    def go(self) -> None:
        """Take all steps, one after the other."""
        self._viewer.open_sample(PLUGIN, "field")
        self._segment()
        self._photograph_tidying()
        self._measure()
        self._crop()
        self._classify()
        self._explain()
        self._plot()

    def _segment(self) -> None:
        widget = self._open("Segment cells")
        self._wait_for(widget._task_row, widget.segment)
        self._viewer.reset_view()
        self._photograph("segment")

    def _photograph_tidying(self) -> None:
        self._open("Tidy cells")
        self._photograph("tidy")

    def _measure(self) -> None:
        widget = self._open("Measure cells")
        self._wait_for(widget._task_row, widget.measure)
        self._photograph("measure")
        labels = self._viewer.layers.selection.active or self._viewer.layers[-1]
        labels.save(str(self._out / f"{_STEM}_labels.ome.tif"), plugin=PLUGIN)

    def _crop(self) -> None:
        widget = self._open("Crop cells")
        self._wait_for(widget._cut_row, widget.cut)
        path = self._out / f"{_STEM}_crops.h5"
        self._wait_for(widget._save_row, lambda: widget.save_to(path))
        self._photograph("crop")

    def _classify(self) -> None:
        widget = self._open("Classify cells")
        widget._model._choice.choose(_MODEL)
        self._wait_for(widget._task_row, widget.classify)
        self._photograph("classify")

    def _explain(self) -> None:
        widget = self._open("Explain cells")
        widget._model._choice.choose(_MODEL)
        self._wait_for(widget._task_row, widget.explain)
        self._photograph("explain")

    def _plot(self) -> None:
        widget = self._open("Plot cells")
        widget._tabs.setCurrentWidget(widget._separation)
        widget._separation._form.set_options(_without_markers(widget._separation))
        self._wait_for(widget._separation._task_row, widget._separation.run)
        self._photograph("plot")

    def _open(self, name: str) -> Any:
        """Open a widget as the menu does, in front of those that are open already."""
        dock, widget = self._viewer.window.add_plugin_dock_widget(PLUGIN, name, tabify=True)
        dock.show()
        dock.raise_()
        return widget

    def _wait_for(self, row: TaskRow, start: Callable[[], object]) -> None:
        """Start a task and let the window live until it has ended."""
        from qtpy.QtCore import QEventLoop, QTimer

        loop = QEventLoop()
        alarm = QTimer()
        alarm.setSingleShot(True)
        alarm.timeout.connect(loop.quit)
        row.running_changed.connect(loop.quit)
        start()
        if not row.is_running:
            raise TaskError(f"The demo cannot go on: {row.message}")
        alarm.start(_LONGEST_MS)
        loop.exec()
        row.running_changed.disconnect(loop.quit)
        if row.is_running or row.has_failed:
            raise TaskError(f"The demo cannot go on: {row.message}")

    def _photograph(self, name: str) -> None:
        """Save a picture of the whole window once it has been painted."""
        from qtpy.QtWidgets import QApplication

        for _ in range(3):
            QApplication.processEvents()
        path = str(self._out / f"{name}.png")
        self._viewer.screenshot(path, canvas_only=False, flash=False)
