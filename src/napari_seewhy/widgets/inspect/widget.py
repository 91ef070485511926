"""Inspect gene pictures: look through them, say what each shows, see what a tree says and where."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QTimer
from qtpy.QtWidgets import QGridLayout, QTabWidget, QVBoxLayout, QWidget

from napari_seewhy.epigenome.pictures import PictureSet
from napari_seewhy.epigenome.reviewing import GeneQueue, GeneStrips, find_places, list_peaks
from napari_seewhy.errors import DataError, FileError, OptionError
from napari_seewhy.layers import PICTURE
from napari_seewhy.widgets.inspect.doors import DnaDoor, IgvButton
from napari_seewhy.widgets.inspect.export import ExportButton
from napari_seewhy.widgets.inspect.keys import PictureKeys
from napari_seewhy.widgets.inspect.line import LineDrag
from napari_seewhy.widgets.inspect.overview import OverviewView
from napari_seewhy.widgets.inspect.setup import InspectSetup
from napari_seewhy.widgets.inspect.shown import ShownGene, UnderMouse
from napari_seewhy.widgets.inspect.strip import StripChoice
from napari_seewhy.widgets.inspect.tasks import GeneTasks
from napari_seewhy.widgets.inspect.view import InspectView
from napari_seewhy.widgets.parts.layers import FigureButton
from napari_seewhy.widgets.parts.tasks import fill_dock, plain_viewer, state_of
from napari_seewhy.widgets.parts.viewer import follow, is_open, telling_errors

if TYPE_CHECKING:
    from napari_seewhy.epigenome.answering import ClassifiedGenes, ExplainedGenes
    from napari_seewhy.genome.lists import GeneList

_SETTLED_MS = 100
"""By then napari has shown a new layer, and given this widget its place beside the canvas."""


class InspectWidget(QWidget):
    """Shows pictures of genes with their halves, and takes the answers of readers for them."""

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        viewer = plain_viewer(napari_viewer)
        self._queue: GeneQueue | None = None
        self._kept_before = ""
        self._shown = ShownGene(viewer)
        self._setup = InspectSetup()
        self._view = InspectView(viewer)
        self._overview = OverviewView(viewer)
        self._view.is_shown = lambda: self._shown.layers.find(PICTURE) is not None
        self._tasks = GeneTasks(state_of(viewer).beside, self)
        self._classify_row, self._explain_row = self._tasks.classify_row, self._tasks.explain_row
        self._drag = LineDrag(viewer, self._shown.layers, self)
        self._keys = PictureKeys(viewer, self._shown.layers, self._view)
        self._under_mouse = UnderMouse(viewer, self._shown, self)
        choices, genes, overview = QWidget(), QWidget(), QWidget()
        self._strip = StripChoice(state_of(viewer).beside)
        fill_dock(choices, [self._setup, self._strip], [*self._tasks.rows])
        self._doors = (DnaDoor(viewer), IgvButton())
        self._export = ExportButton(self._shown, self._view.table.selected_rows)
        foot = _side_by_side([*self._doors, self._export, FigureButton(viewer)])
        fill_dock(genes, [self._view], [foot], is_filled=True)
        fill_dock(overview, [self._overview], [FigureButton(viewer)])
        self._tabs = QTabWidget()
        self._tabs.addTab(choices, "Pictures and tree")
        self._tabs.addTab(genes, "Genes")
        self._tabs.addTab(overview, "All genes")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.addWidget(self._tabs)

        self._connect()
        follow(viewer.layers.events.inserted, self._on_layer)
        self._on_layer()
        self._refresh()

    def _connect(self) -> None:
        self._setup.opened.connect(self.open)
        self._setup.line_typed.connect(self.divide_at)
        self._setup.moving_changed.connect(self._on_moving)
        self._setup.apart_changed.connect(self._shown.layers.set_apart)
        self._setup.heatmap_changed.connect(self._shown.layers.set_heatmap_style)
        self._setup.tree.changed.connect(self._refresh)
        self._strip.kept.connect(self._on_strip)
        self._drag.dragged.connect(self.divide_at)
        self._view.changed.connect(self._show)
        self._view.changed.connect(self._tasks.refresh)
        self._tasks.trained.connect(self._setup.tree.choose)
        self._tasks.classified.connect(self._on_classified)
        self._tasks.explained.connect(self._on_explained)
        self._tasks.running_changed.connect(self._refresh)
        self._tabs.currentChanged.connect(self._on_tab)
        self._overview.picked.connect(self._view.go_to)

    def open(self, path: Path, names: str = "") -> None:
        """Look at other pictures; how their names are read is asked where nobody can know."""
        try:
            pictures = PictureSet(path, names)
            queue = GeneQueue(pictures, self._view.reader_name())
        except (OptionError, DataError) as error:
            self._setup.ask_names(Path(path), str(error))
            return
        except FileError as error:
            self._setup.refuse(str(error))
            return
        self._queue = queue
        self._shown.set_explained(None)
        self._shown.strips = GeneStrips(pictures)
        self._setup.show_pictures(pictures)
        self._strip.set_pictures(pictures)
        self._setup.tree.set_pictures(pictures)
        self._view.set_queue(queue)
        self._view.send.give_peaks = lambda: list_peaks(queue, self._shown.explained)
        self._overview.set_queue(queue)
        self._under_mouse.queue = self._export.queue = queue
        self._show()
        if names:
            with telling_errors():
                pictures.save_layout()
        self._refresh()
        if self._shown.geometry is not None:
            self._tabs.setCurrentIndex(1)

    def divide_at(self, line_px: int) -> None:
        """Take a person's word for the dividing line, and keep it beside the pictures."""
        if self._queue is None:
            return
        with telling_errors():
            self._queue.pictures.divide_at(line_px, self._queue.row)
            self._queue.pictures.save_layout()
        self._show()

    def receive_genes(self, genes: GeneList, entry: str) -> str:
        """List the pictures of some genes alone."""
        if self._queue is None:
            raise DataError("No pictures are open there; choose a folder of pictures first.")
        self._kept_before = self._queue.kept
        answer = self._queue.take_list(genes).describe(entry)
        self._list_again()
        return answer

    def undo_genes(self, _: str) -> None:
        """Keep in the list what was kept before genes came."""
        if self._queue is not None:
            self._queue.list_anew(kept=self._kept_before)
            self._list_again()

    def _list_again(self) -> None:
        self._view.refresh(is_listed_anew=True)
        self._tabs.setCurrentIndex(1)
        self._show()

    def _on_explained(self, result: ExplainedGenes, tree: Path) -> None:
        self._shown.set_explained(result)
        self._take(result, tree)

    def _on_classified(self, result: ClassifiedGenes, tree: Path) -> None:
        if self._queue is not None and self._queue.tree != tree:
            # The heatmaps are those of another tree.
            self._shown.set_explained(None)
        self._take(result, tree)

    def _take(self, result: ClassifiedGenes | ExplainedGenes, tree: Path) -> None:
        if self._queue is not None:
            self._queue.set_model(result.table, tree)
        self._list_again()

    def _on_layer(self, *_: Any) -> None:
        """Look at the sample's pictures."""
        if self._queue is None:
            QTimer.singleShot(_SETTLED_MS, self._take_sample)

    def _take_sample(self) -> None:
        if (
            self._queue is None
            and is_open(self)
            and (folder := self._shown.layers.take_sample()) is not None
        ):
            self.open(folder)

    def _on_strip(self) -> None:
        """Show what was read below the picture."""
        if self._queue is not None:
            self._shown.strips = GeneStrips(self._queue.pictures)
            self._strip.set_pictures(self._queue.pictures)
            self._show()

    def _on_moving(self, is_moving: bool) -> None:
        if is_moving:
            self._drag.start(self._shown.line_row, self._shown.shape)
        else:
            self._drag.stop()

    def _on_tab(self, number: int) -> None:
        """Show all genes beside the picture while their tab is open."""
        if number == self._tabs.count() - 1:
            self._setup.apart_box.setChecked(False)
            self._overview.show_layers(self._shown.shape[1])
        else:
            self._overview.hide_layers()
            self._shown.layers.look_at()

    def _show(self) -> None:
        """Show the current gene in the viewer."""
        if self._queue is not None:
            with telling_errors():
                shown = self._shown
                shown.show(self._queue.pictures, self._queue.row)
                self._overview.mark(self._queue.row)
                self._setup.show_line(shown.geometry, shown.line_row, shown.shape[0])
                places = find_places(self._queue, shown.explained)
                for door in self._doors:
                    door.show_places(places)

    def _refresh(self) -> None:
        """Make every control agree with the state."""
        self._setup.setEnabled(not self._tasks.is_running)
        for number in range(1, self._tabs.count()):
            self._tabs.setTabEnabled(number, self._queue is not None)
        self._tasks.set_job(self._queue, self._setup.tree.path)


def _side_by_side(buttons: list[QWidget]) -> QWidget:
    """Lay two buttons into each row, so that the list keeps its height on a small screen."""
    foot = QWidget()
    grid = QGridLayout(foot)
    grid.setContentsMargins(0, 0, 0, 0)
    for number, button in enumerate(buttons):
        grid.addWidget(button, *divmod(number, 2))
    return foot
