"""Staining a folder of images, and the efficiency of every dish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_seewhy.blocks.pairing import PlaceOptions
from napari_seewhy.blocks.staining import StainWork, is_output, stain_files_steps
from napari_seewhy.errors import FileError
from napari_seewhy.widgets.parts.folders import FolderView
from napari_seewhy.widgets.parts.forms import OptionsForm
from napari_seewhy.widgets.parts.pictures import ReadTable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

    from qtpy.QtWidgets import QWidget

    from napari_seewhy.blocks.staining import EfficiencyTables, StainedFiles
    from napari_seewhy.images import ImageJob
    from napari_seewhy.widgets.parts.tasks import ViewerState
    from napari_seewhy.widgets.stain.form import StainForm
    from napari_seewhy.widgets.stain.picker import StainPicker

_DISHES = ("Dish", "Day", "Frame", "Efficiency", "95 % interval")
_RARE = ("table", "dish_column", "day_column")


class StainFolderView(FolderView):
    """Asks for a folder, and shows what became of its images and the efficiency per dish.

    Parameters
    ----------
    state
        Of the viewer.
    model
        Where the model is chosen.
    form
        Where it is chosen how images are stained.
    """

    PURPOSE = (
        "Stains every image of a folder. Each gets its probability, mask, efficiency and a record. "
        "If one fails, its reason is shown and the others are done. Fields of one dish are "
        "combined."
    )
    BUTTON, OUT, FIGURE = "Stain folder", "stained", "Efficiency"
    IMAGES = "The folder with the images of phase contrast."

    def __init__(
        self,
        state: ViewerState,
        model: StainPicker,
        form: StainForm,
        parent: QWidget | None = None,
    ) -> None:
        self._dishes = ReadTable(_DISHES)
        super().__init__(state, model, below=[self._dishes], parent=parent)
        self._form = form
        self._dishes.setToolTip("The fields of a dish together; also saved as a table.")
        self._dishes.hide()
        self._places = OptionsForm(PlaceOptions, advanced=_RARE)
        self.add_row(self._places)
        self.refresh()

    def list_jobs(self, folder: Path) -> list[ImageJob]:
        """List the images of a folder, without those that staining wrote.

        Raises
        ------
        FileError
            If there is none.
        """
        jobs = [job for job in super().list_jobs(folder) if not is_output(job.path)]
        if not jobs:
            raise FileError(f"{folder} holds only outputs of staining; choose the images.")
        return jobs

    def run(self, jobs: list[ImageJob], out: Path, *, resume: bool) -> None:
        """Stain the images."""
        self._dishes.hide()
        # An empty line is no table, and not the folder "."
        places = self._places.options(table=self._places.values()["table"] or None)
        work = StainWork(self._model.path, out, places, self._form.options())
        self.task_row.run(stain_files_steps, jobs, work, resume=resume, on_result=self._on_done)

    def say_figure(self, results: Mapping[str, Any]) -> str:
        """Say the efficiency of the first and of the last time point."""
        found = results["efficiency"]
        return " … ".join(dict.fromkeys(f"{value:.1%}" for value in (found[0], found[-1])))

    def _on_done(self, stained: StainedFiles) -> None:
        self.show_outcomes(stained.outcomes)
        if stained.tables is not None:
            self._show_dishes(stained.tables)

    def _show_dishes(self, tables: EfficiencyTables) -> None:
        columns = ["dish", "day", "t", "efficiency", "low", "high"]
        rows = [
            (str(dish), str(day), str(t), f"{value:.1%}", f"{low:.1%} to {high:.1%}")
            for dish, day, t, value, low, high in tables.dishes[columns].itertuples(index=False)
        ]
        self._dishes.show_rows(rows, [f"Saved as {tables.paths[1]}"] * len(rows))
        self._dishes.show()
