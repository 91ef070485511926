"""The second part of the demo: where cardiomyocytes are, seen in phase contrast alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_seewhy.models.files import SHIPPED_FOLDER

if TYPE_CHECKING:
    from napari_seewhy.widgets.demo.window import DemoWindow
    from napari_seewhy.widgets.stain import CompareMode

_MODEL = SHIPPED_FOLDER / "stain-simulated-dishes.safetensors"


def show_stain(window: DemoWindow) -> None:
    """Stain a dish virtually beside its real marker, and a dish through time."""
    _stain(window, "dish", "side by side")
    window.photograph("stain")
    _stain(window, "dish_series", "overlay")
    window.photograph("stain_series")


def _stain(window: DemoWindow, sample: str, mode: CompareMode) -> None:
    """Stain phase contrast, and compare what comes out with the real marker."""
    window.open_sample(sample)
    phase, marker = window.viewer.layers
    widget = window.open("Virtual immunostaining")
    widget._model.choice.choose(_MODEL)
    widget._form.fields.choose(phase, marker)
    window.wait_for(widget._task_row, widget.stain)
    marker.visible = mode != "overlay"
    modes = widget._view._mode
    modes.setCurrentIndex(modes.findData(mode))
    window.viewer.reset_view()
