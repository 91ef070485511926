"""Segment cells: from the image in the viewer to labels, in a child process."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from qtpy.QtWidgets import QLabel, QWidget

from napari_seewhy.cells import Segmentation, segment_steps
from napari_seewhy.layers import Grid, labels_layer, name_of_image
from napari_seewhy.widgets._dock import fill_dock
from napari_seewhy.widgets._next_steps import NextSteps
from napari_seewhy.widgets._notify import tell_warning, telling_errors
from napari_seewhy.widgets._segment_form import SegmentForm
from napari_seewhy.widgets._state import plain_viewer, state_of
from napari_seewhy.widgets._task_row import TaskRow
from napari_seewhy.widgets._viewer_layers import put_layer, remove_layer

if TYPE_CHECKING:
    from napari_seewhy.cells import SegmentOptions
    from napari_seewhy.images import CellImage

_NEXT = {
    "Tidy cells": "Correct by hand what was segmented wrongly.",
    "Measure cells": "Measure size, form and brightness of each cell.",
}
_HINT = (
    "Nuclei cut apart or grown together? Change the diameter or the splitting and run it again: "
    "the layers are brought up to date. Single cells are corrected with Tidy cells."
)


@dataclass(frozen=True, slots=True)
class _Origin:
    """What the result needs of the image it was made from, even if that is closed meanwhile."""

    name: str
    parent: str
    grid: Grid
    pixel_size_um: float | None
    known: dict[str, Any]

    @classmethod
    def of(cls, layer: Any, axes: str, image: CellImage, options: SegmentOptions) -> Self:
        n_planes = image.pixels.shape[image.axes.index("Z")] if "Z" in image.axes else 1
        return cls(
            name=name_of_image(image) or layer.name,
            parent=layer.name,
            grid=Grid.of_layer(layer, axes).for_labels(n_planes),
            pixel_size_um=image.pixel_size_um,
            known={
                "source": image.source,
                "scene": image.scene,
                "parent": layer.name,
                "options": options.model_dump(mode="json"),
            },
        )


class SegmentWidget(QWidget):
    """Finds the nuclei of an image, and the cells about them, and shows them as labels."""

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = plain_viewer(napari_viewer)
        self._origin: _Origin | None = None

        self._hint = QLabel("Finds the nuclei of an image, and whole cells about them.")
        self._hint.setWordWrap(True)
        self._form = SegmentForm(self._viewer)
        self._task_row = TaskRow(state_of(self._viewer), "Segment cells")
        self._next = NextSteps(self._viewer, _NEXT)
        fill_dock(self, [self._hint, self._form], [self._next, self._task_row])

        self._form.changed.connect(self._refresh)
        self._task_row.run_clicked.connect(self.segment)
        self._task_row.running_changed.connect(self._refresh)
        self._refresh()

    def segment(self) -> None:
        """Segment the chosen image with the options in the form."""
        with telling_errors():
            image, options = self._form.job()
            self._origin = _Origin.of(self._form.layer, self._form.axes, image, options)
            self._task_row.run(segment_steps, image, options, on_result=self._on_segmented)

    def _on_segmented(self, segmentation: Segmentation) -> None:
        origin = self._origin
        assert origin is not None  # set before the task was started
        self._show_labels(origin, "nuclei", segmentation.nuclei)
        self._show_labels(origin, "cells", segmentation.cells)
        for warning in segmentation.warnings:
            tell_warning(warning)
        self._task_row.show_message(_sum_up(segmentation, origin.pixel_size_um))
        if math.isfinite(segmentation.diameter_px):
            self._form.suggest_diameter(segmentation.diameter_px)
        self._next.setVisible(segmentation.n_nuclei > 0)
        self._hint.setText(_HINT)

    def _show_labels(self, origin: _Origin, role: str, labels: Any | None) -> None:
        """Bring a result layer up to date; cells not asked for this time are out of date."""
        if labels is None:
            remove_layer(self._viewer, role, origin.parent)
            return
        name = f"{role} ({origin.name})"
        data = labels_layer(labels, name=name, role=role, grid=origin.grid, known=origin.known)
        # Cells as outlines, so that the nuclei and the image are seen inside them.
        put_layer(self._viewer, data, contour=2 if role == "cells" else 0)

    def _refresh(self) -> None:
        """Make every control agree with the state."""
        self._form.setEnabled(not self._task_row.is_running)
        self._task_row.set_missing(
            ""
            if self._form.layer is not None
            else "Open an image first: File > Open, or File > Open Sample > napari-seewhy."
        )


def _sum_up(segmentation: Segmentation, pixel_size_um: float | None) -> str:
    """Say what was found, in one line above the button."""
    n_nuclei = segmentation.n_nuclei
    if not n_nuclei:
        return " ".join(("No nucleus was found.", *segmentation.warnings))
    size = f"{segmentation.diameter_px:.0f} px"
    if pixel_size_um is not None:
        size = f"{segmentation.diameter_px * pixel_size_um:.1f} µm"
    noun = "nucleus" if n_nuclei == 1 else "nuclei"
    return " ".join((f"{n_nuclei:,} {noun}, about {size} across.", *segmentation.warnings))
