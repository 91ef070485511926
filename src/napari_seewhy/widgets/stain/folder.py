"""Staining a folder of images, and the efficiency of every dish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtWidgets import QLabel

from napari_seewhy.blocks.pairing import PlaceFinder, PlaceOptions
from napari_seewhy.blocks.staining import StainWork, is_output, stain_files_steps
from napari_seewhy.errors import FileError, SeewhyError
from napari_seewhy.pages import literal
from napari_seewhy.tables import write_table
from napari_seewhy.widgets.parts.folders import FolderView, PlaceTable, count_places
from napari_seewhy.widgets.parts.forms import OptionsForm
from napari_seewhy.widgets.parts.pictures import ReadTable
from napari_seewhy.widgets.parts.tasks import state_of
from napari_seewhy.widgets.stain.curve import DayCurve

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from qtpy.QtWidgets import QWidget

    from napari_seewhy.blocks.pairing import Place
    from napari_seewhy.blocks.staining import EfficiencyTables, StainedFiles
    from napari_seewhy.images import ImageJob
    from napari_seewhy.widgets.stain.form import StainForm
    from napari_seewhy.widgets.stain.picker import StainPicker

_DISHES = ("Dish", "Day", "Frame", "Efficiency", "95 % interval")
_PLACES = "places.csv"
"""Name of the table of dishes and days that a person corrected, among the results."""

_RARE = ("dish", "day", "table", "dish_column", "day_column")


class StainFolderView(FolderView):
    """Asks for a folder, and shows what became of its images and the efficiency per dish.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
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
        viewer: Any,
        model: StainPicker,
        form: StainForm,
        parent: QWidget | None = None,
    ) -> None:
        self._dishes = ReadTable(_DISHES)
        self._curve = DayCurve(viewer)
        super().__init__(state_of(viewer), model, below=[self._dishes, self._curve], parent=parent)
        self._form = form
        self._dishes.setToolTip("The fields of a dish together; also saved as a table.")
        self._dishes.hide()
        self._jobs: list[ImageJob] = []
        self._is_corrected = False
        self._found = QLabel()
        self._found.setWordWrap(True)
        self._place_table = PlaceTable()
        self._places = OptionsForm(PlaceOptions, advanced=_RARE)
        for part in (self._found, self._place_table, self._places):
            self.add_row(part)
        self._images.changed.connect(self._show_places)
        self._places.changed.connect(self._show_places)
        self._place_table.edited.connect(self._on_edited)
        self._show_places()
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
        self._curve.hide()
        places = self._write_places(out) if self._is_corrected else self._places.options()
        work = StainWork(self._model.path, out, places, self._form.options())
        self.spread(stain_files_steps, jobs, work, resume=resume, on_result=self._on_done)

    def say_figure(self, results: Mapping[str, Any]) -> str:
        """Say the efficiency of the first and of the last time point."""
        found = results["efficiency"]
        return " … ".join(dict.fromkeys(f"{value:.1%}" for value in (found[0], found[-1])))

    def _show_places(self) -> None:
        """Show dish and day of every image before anything runs."""
        self._jobs, self._is_corrected, said = [], False, ""
        places: list[Place] = []
        try:
            if self._images.path is not None:
                self._jobs = self.list_jobs(self._images.path)
            finder = PlaceFinder(self._places.options())
            places = [finder(job.path) for job in self._jobs]
        except SeewhyError as error:
            self._jobs, said = [], str(error)
        if places:
            said = f"{count_places(places)}. Double-click a dish or a day to correct it."
        self._found.setText(literal(said))
        names = [job.path.name for job in self._jobs]
        self._place_table.show_places(names, places[: len(names)])
        self._place_table.setVisible(bool(names))

    def _on_edited(self) -> None:
        self._is_corrected = True
        places = self._place_table.places(len(self._jobs))
        self._found.setText(f"{count_places(places)}, corrected by you.")

    def _write_places(self, out: Path) -> PlaceOptions:
        """Write what a person corrected beside the results, and read places from there."""
        import pandas as pd

        table = pd.DataFrame(self._place_table.places(len(self._jobs)))
        table.insert(0, "image", [job.path.as_posix() for job in self._jobs])
        write_table(out / _PLACES, table)
        return PlaceOptions(table=out / _PLACES)

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
        self._curve.set_dishes(tables.dishes)
