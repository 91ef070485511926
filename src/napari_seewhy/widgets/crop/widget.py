"""Cropping cells: a gallery linked to the image, and a sample set to train a network on."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from qtpy.QtWidgets import QGroupBox, QLabel, QTabWidget, QVBoxLayout, QWidget

from napari_seewhy.cells.cropping import cut_crops_steps, save_crops_steps
from napari_seewhy.tables import find_group
from napari_seewhy.widgets.crop.form import CropForm
from napari_seewhy.widgets.crop.gallery import Gallery
from napari_seewhy.widgets.crop.save_form import SaveForm
from napari_seewhy.widgets.parts.cells import CellClicks, go_to_cell, outline_cells
from napari_seewhy.widgets.parts.pictures import ask_output
from napari_seewhy.widgets.parts.tasks import NextSteps, TaskRow, fill_dock, plain_viewer, state_of
from napari_seewhy.widgets.parts.viewer import follow, telling_errors, theme_colors

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.cells.cropping import Crops, SavedCrops

NOTHING = "No crops yet: choose labels and channels, and press Cut crops."
_NEXT = {
    "Annotate samples": "Give each of the saved crops a class.",
    "Train classifier": "Train a network on the saved crops, where their classes are known.",
}
HOW = "Click a crop to go to its cell; click a cell in the image to find its crop."


class _Chosen(NamedTuple):
    """Labels, and colours of the channels, that crops were cut with."""

    layer: Any
    colors: list[Any]


class CropWidget(QWidget):
    """Cuts a crop about each cell, shows them page by page, and saves them as a sample set."""

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = plain_viewer(napari_viewer)
        self._crops: Crops | None = None
        self._shown = _Chosen(None, [])

        purpose = QLabel("Cuts a small picture about every cell, to look at and to train on.")
        purpose.setWordWrap(True)
        self._form = CropForm(self._viewer)
        state = state_of(self._viewer)
        self._cut_row = TaskRow(state, "Cut crops")
        self._sentence = QLabel()
        self._sentence.setWordWrap(True)
        self._gallery = Gallery()
        self._save_box = QGroupBox("Sample set")
        self._save_form = SaveForm()
        QVBoxLayout(self._save_box).addWidget(self._save_form)
        self._save_row = TaskRow(state, "Save sample set ...")
        self._clicks = CellClicks(self._viewer, self._layer, self)

        choices, self._result = QWidget(), QWidget()
        fill_dock(choices, [purpose, self._form], [self._cut_row])
        self._next = NextSteps(self._viewer, _NEXT)
        shown = [self._sentence, self._gallery, self._save_box]
        fill_dock(self._result, shown, [self._next, self._save_row])
        self._tabs = QTabWidget()
        self._tabs.addTab(choices, "What to cut")
        self._tabs.addTab(self._result, "Crops")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.addWidget(self._tabs)

        self._form.changed.connect(self._refresh)
        self._cut_row.run_clicked.connect(self.cut)
        self._save_row.run_clicked.connect(self.save)
        for row in (self._cut_row, self._save_row):
            row.running_changed.connect(self._refresh)
        self._gallery.picked.connect(self._on_crop_picked)
        self._clicks.clicked.connect(self._on_cell_clicked)
        follow(self._viewer.events.theme, self._on_theme_changed)
        self._on_theme_changed()
        self._refresh()

    def cut(self) -> None:
        """Cut the crops of the chosen labels."""
        with telling_errors():
            job = self._form.job()
            show = partial(self._on_cut, _Chosen(self._form.layer, self._form.colors))
            self._cut_row.run(cut_crops_steps, **job, on_result=show)

    def save(self) -> None:
        """Ask where to, and save the crops as a sample set."""
        name = f"{self._save_form.group or 'samples'}.h5"
        with telling_errors():
            path = ask_output(self, "Save samples", name, "Samples (*.h5)")
            if path is not None:
                self.save_to(path)

    def save_to(self, path: Path) -> None:
        """Save the crops as a sample set in `path`."""
        with telling_errors():
            job = (path, self._crops, self._save_form.options(), self._save_form.group)
            self._save_row.run(save_crops_steps, *job, on_result=self._on_saved)

    def _on_cut(self, chosen: _Chosen, crops: Crops) -> None:
        self._crops, self._shown = crops, chosen
        self._gallery.set_crops(crops.pixels, crops.cells, crops.channels, self._shown.colors)
        self._save_form.set_crops(crops, group=find_group(crops.source or self._shown.layer.name))
        self._cut_row.show_message(f"{len(crops.pixels):,} crops.")
        self._tabs.setCurrentWidget(self._result)
        self._next.hide()
        self._refresh()

    def _on_saved(self, saved: SavedCrops) -> None:
        self._save_row.show_message(f"{saved.n_crops:,} crops saved in {saved.path.name}.")
        state_of(self._viewer).samples = saved.path
        self._next.show()

    def _layer(self) -> Any | None:
        """Return the labels whose crops are shown, None where they are closed."""
        layer = self._shown.layer
        return layer if layer in self._viewer.layers else None

    def _on_crop_picked(self, position: int) -> None:
        if self._crops is not None and self._layer() is not None:
            go_to_cell(self._viewer, self._layer(), self._crops.cells.iloc[position])

    def _on_cell_clicked(self, label: int) -> None:
        if self._crops is None:
            return
        found = np.flatnonzero(self._crops.cells["label"] == label)
        self._gallery.pick(int(found[0]) if len(found) else None)
        outline_cells(self._viewer, self._layer(), [label] if label else [])

    def _on_theme_changed(self) -> None:
        self._gallery.set_mark_color(theme_colors(self._viewer).mark)

    def _refresh(self) -> None:
        """Make every control agree with the state."""
        has_crops = self._crops is not None
        is_running = self._cut_row.is_running or self._save_row.is_running
        self._form.setEnabled(not is_running)
        self._save_box.setEnabled(not is_running)
        self._sentence.setText(HOW if has_crops else NOTHING)
        for part in (self._gallery, self._save_box, self._save_row):
            part.setVisible(has_crops)
        self._cut_row.set_missing(self._form.missing)
