"""Measuring a folder of images: a table for each, and one of all cells with conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QLabel

from napari_seewhy.cells.measuring import MeasureOptions
from napari_seewhy.cells.segmenting import (
    LabelSource,
    MeasuredFiles,
    MeasureWork,
    SegmentOptions,
    measure_files_steps,
)
from napari_seewhy.errors import SeewhyError
from napari_seewhy.pages import literal
from napari_seewhy.widgets.parts.folders import ConditionLine, FolderLine, FolderView
from napari_seewhy.widgets.parts.forms import OptionsForm

if TYPE_CHECKING:
    from pathlib import Path

    from qtpy.QtWidgets import QWidget

    from napari_seewhy.images import ImageJob
    from napari_seewhy.widgets.parts.tasks import ViewerState

_SETTLED = tuple(set(SegmentOptions.model_fields) - {"channel", "diameter_um"})
_USUAL = ("texture", "ring_width_um")
_RARE = tuple(name for name in MeasureOptions.model_fields if name not in _USUAL)


class MeasureFolderView(FolderView):
    """Asks for folders and conditions, and shows the images with what became of them.

    Parameters
    ----------
    state
        Of the viewer.
    """

    PURPOSE = (
        "Measures the cells of every image of a folder, in all channels. Each gets a table; "
        "cells.csv holds the cells of all, with image and condition."
    )
    BUTTON, OUT, FIGURE = "Measure folder", "measured", "Cells"

    def __init__(self, state: ViewerState, parent: QWidget | None = None) -> None:
        super().__init__(state, parent=parent)
        self._labels = FolderLine(
            "Labels of the images, as Segment or the command left them.", nothing="find them"
        )
        self._segmenting = OptionsForm(SegmentOptions, hidden=_SETTLED)
        self._conditions = ConditionLine()
        self._found = QLabel()
        self._found.setWordWrap(True)
        self._measuring = OptionsForm(MeasureOptions, advanced=_RARE)
        self._measuring["ring_width_um"].tick.text = "none"
        self.add_row(self._labels, "Labels")
        self.add_row(self._segmenting)
        self.add_row(self._conditions, "Condition")
        self.add_row(self._found)
        self.add_row(self._measuring)
        for part in (self._labels, self._conditions, self._images):
            part.changed.connect(self.refresh)
        self.refresh()

    def run(self, jobs: list[ImageJob], out: Path, *, resume: bool) -> None:
        """Measure the images."""
        work = MeasureWork(
            out,
            LabelSource(self._labels.path, self._segmenting.options()),
            self._measuring.options(),
        )
        conditions = self._conditions.find([job.name for job in jobs])
        given = (jobs, work, conditions)
        self.spread(measure_files_steps, *given, resume=resume, on_result=self._on_done)

    def refresh(self) -> None:
        """Say how many conditions there are, and make every control agree with the state."""
        super().refresh()
        self._segmenting.setVisible(self._labels.path is None)
        said = ""
        if self._images.path is not None and self._table.rowCount():
            try:
                names = [job.name for job in self.list_jobs(self._images.path)]
                found = list(dict.fromkeys(self._conditions.find(names).values()))
                n = f"{len(found):,} condition{'s' if len(found) != 1 else ''}"
                said = f"{len(names):,} images, {n}: {', '.join(found[:4])}"
                said += " ..." if len(found) > 4 else "."
            except SeewhyError as error:
                said = str(error)
                self.task_row.set_missing(said)
        self._found.setText(literal(said))
        self._found.setVisible(bool(said))

    def _on_done(self, measured: MeasuredFiles) -> None:
        self.show_outcomes(measured.outcomes)
