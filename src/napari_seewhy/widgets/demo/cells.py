"""The first part of the demo: from a field of cells to what explains their classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_seewhy.cells.separating import SeparationOptions
from napari_seewhy.models.files import SHIPPED_FOLDER
from napari_seewhy.widgets.demo.window import PLUGIN

if TYPE_CHECKING:
    from napari_seewhy.widgets.demo.window import DemoWindow

_STEM = "field_typical"
_MODEL = SHIPPED_FOLDER / "cell-cycle-simulated.safetensors"
_NOT_SEEN = ("_CENP-F", "_microtubules")
"""Endings of the columns of the stains that the model does not take."""


def show_cells(window: DemoWindow) -> None:
    """Segment, tidy, measure, crop, classify, explain and plot, each in its widget."""
    window.open_sample("field")
    _segment(window)
    window.open("Tidy cells")
    window.photograph("tidy")
    _measure(window)
    _crop(window)
    _classify(window)
    _explain(window)
    _plot(window)


def _segment(window: DemoWindow) -> None:
    widget = window.open("Segment cells")
    window.wait_for(widget._task_row, widget.segment)
    window.viewer.reset_view()
    window.photograph("segment")


def _measure(window: DemoWindow) -> None:
    widget = window.open("Measure cells")
    window.wait_for(widget._task_row, widget.measure)
    window.photograph("measure")
    layers = window.viewer.layers
    labels = layers.selection.active or layers[-1]
    labels.save(str(window.out / f"{_STEM}_labels.ome.tif"), plugin=PLUGIN)


def _crop(window: DemoWindow) -> None:
    widget = window.open("Crop cells")
    window.wait_for(widget._cut_row, widget.cut)
    path = window.out / f"{_STEM}_crops.h5"
    window.wait_for(widget._save_row, lambda: widget.save_to(path))
    window.photograph("crop")


def _classify(window: DemoWindow) -> None:
    widget = window.open("Classify cells")
    widget._model.choice.choose(_MODEL)
    window.wait_for(widget._task_row, widget.classify)
    window.photograph("classify")


def _explain(window: DemoWindow) -> None:
    widget = window.open("Explain cells")
    widget._model.choice.choose(_MODEL)
    window.wait_for(widget._task_row, widget.explain)
    window.photograph("explain")


def _plot(window: DemoWindow) -> None:
    widget = window.open("Plot cells")
    widget._tabs.setCurrentWidget(widget._separation)
    widget._separation._form.set_options(_without_markers(widget._separation))
    window.wait_for(widget._separation._task_row, widget._separation.run)
    window.photograph("plot")


def _without_markers(view: Any) -> SeparationOptions:
    """Leave out what the model has not seen: stains of which it could not have learned."""
    columns = [name for name in view._cells.table if name.endswith(_NOT_SEEN)]
    return SeparationOptions(leave_out=tuple(columns))
