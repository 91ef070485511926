"""Segmenting a folder of images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_seewhy.batch import run_steps
from napari_seewhy.cells.segmenting import METHOD, SegmentOptions, SegmentWork
from napari_seewhy.widgets.parts.folders import FolderView
from napari_seewhy.widgets.parts.forms import OptionsForm
from napari_seewhy.widgets.segment.form import (
    NETWORK_ONLY,
    OTSU_ONLY,
    make_model_choice,
    offer_cells,
    offer_methods,
)

if TYPE_CHECKING:
    from pathlib import Path

    from qtpy.QtWidgets import QWidget

    from napari_seewhy.images import ImageJob
    from napari_seewhy.widgets.parts.tasks import ViewerState

_USUAL = ("channel", "diameter_um", "cells", "cell_channel", "cell_distance_um")
_RARE = tuple(name for name in SegmentOptions.model_fields if name not in _USUAL)


class SegmentFolderView(FolderView):
    """Asks for folders, and shows the images with what became of them.

    Parameters
    ----------
    state
        Of the viewer.
    """

    PURPOSE = (
        "Segments every image of a folder and measures its cells. Each gets labels, a table of "
        "cells and a record. If one fails, its reason is shown and the others are done."
    )
    BUTTON, OUT, FIGURE = "Segment folder", "segmented", "Cells"

    def __init__(self, state: ViewerState, parent: QWidget | None = None) -> None:
        super().__init__(state, parent=parent)
        self.model = make_model_choice()
        self._form = OptionsForm(
            SegmentOptions, hidden=("model",), advanced=_RARE, names=("method",)
        )
        offer_methods(self._form)
        offer_cells(self._form)
        self.add_row(self.model, "Network")
        self.add_row(self._form)
        self._form.changed.connect(self.refresh)
        self.refresh()

    def run(self, jobs: list[ImageJob], out: Path, *, resume: bool) -> None:
        """Segment and measure the images."""
        is_own = self._uses_network and self.model.path is not None
        chosen = self._form.options(model=str(self.model.path) if is_own else "")
        work = SegmentWork(out, chosen)
        self.spread(run_steps, jobs, work, resume=resume, on_result=self.show_outcomes)

    def refresh(self) -> None:
        """Show only what matters to the chosen method, and make every control agree."""
        super().refresh()
        values = self._form.values()
        self.model.setEnabled(self._uses_network)
        self._form.show_rows(
            cell_channel=values["cells"] == "watershed",
            **dict.fromkeys(("cell_distance_um", "cell_distance_px"), values["cells"] != "none"),
            **dict.fromkeys(OTSU_ONLY, values["method"] == "otsu"),
            **dict.fromkeys(NETWORK_ONLY, self._uses_network),
        )

    @property
    def _uses_network(self) -> bool:
        return bool(self._form.values()["method"] == METHOD)
