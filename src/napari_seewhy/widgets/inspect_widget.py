"""Inspect gene pictures: look through them, say what each shows, see what a tree says and where."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from napari_seewhy.epigenome.classify_genes import classify_genes_steps
from napari_seewhy.epigenome.explain_genes import explain_genes_steps
from napari_seewhy.epigenome.gene_queue import GeneQueue
from napari_seewhy.epigenome.picture_set import PictureSet
from napari_seewhy.errors import DataError, FileError, OptionError
from napari_seewhy.widgets._dock import fill_dock
from napari_seewhy.widgets._inspect_line import LineDrag
from napari_seewhy.widgets._inspect_setup import NO_PICTURES, NO_TREE, InspectSetup
from napari_seewhy.widgets._inspect_shown import ShownGene
from napari_seewhy.widgets._inspect_view import InspectView
from napari_seewhy.widgets._notify import tell_error, tell_warning, telling_errors
from napari_seewhy.widgets._state import plain_viewer, state_of
from napari_seewhy.widgets._task_row import TaskRow

if TYPE_CHECKING:
    from napari_seewhy.epigenome.classify_genes import ClassifiedGenes
    from napari_seewhy.epigenome.explain_genes import ExplainedGenes


class InspectWidget(QWidget):
    """Shows pictures of genes with their halves, and takes what readers say of them."""

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = plain_viewer(napari_viewer)
        self._queue: GeneQueue | None = None
        self._shown = ShownGene(self._viewer)

        self._setup = InspectSetup()
        self._view = InspectView()
        self._drag = LineDrag(self._viewer, self._shown.layers, self)
        state = state_of(self._viewer)
        self._classify_row = TaskRow(state, "Classify genes")
        self._explain_row = TaskRow(state, "Explain genes")
        choices, genes = QWidget(), QWidget()
        fill_dock(choices, [self._setup], [self._classify_row, self._explain_row])
        fill_dock(genes, [self._view], [])
        self._tabs = QTabWidget()
        self._tabs.addTab(choices, "Pictures and tree")
        self._tabs.addTab(genes, "Genes")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.addWidget(self._tabs)

        self._setup.opened.connect(self.open)
        self._setup.line_typed.connect(self.divide_at)
        self._setup.moving_changed.connect(self._on_moving)
        self._setup.apart_changed.connect(self._shown.layers.set_apart)
        self._setup.tree.changed.connect(self._refresh)
        self._drag.dragged.connect(self.divide_at)
        self._view.changed.connect(self._show)
        self._classify_row.run_clicked.connect(self.classify)
        self._explain_row.run_clicked.connect(self.explain)
        for row in (self._classify_row, self._explain_row):
            row.running_changed.connect(self._refresh)
        self._refresh()

    def open(self, path: Path, names: str = "") -> None:
        """Look at other pictures; how their names are read is asked where nobody can know."""
        try:
            pictures = PictureSet(path, names)
            queue = GeneQueue(pictures, self._view.reader_name())
        except (OptionError, DataError) as error:
            self._setup.ask_names(Path(path), str(error))
            return
        except FileError as error:
            tell_error(str(error))
            return
        self._queue = queue
        self._shown.set_explained(None)
        self._setup.show_pictures(pictures)
        self._view.set_queue(queue)
        self._show()
        if names:
            with telling_errors():
                pictures.save_layout()
        if self._shown.geometry is not None:
            self._tabs.setCurrentIndex(1)
        self._refresh()

    def divide_at(self, line_px: int) -> None:
        """Take a person's word for the dividing line, and keep it beside the pictures."""
        if self._queue is None:
            return
        with telling_errors():
            self._queue.pictures.divide_at(line_px, self._queue.row)
            self._queue.pictures.save_layout()
        self._show()

    def classify(self) -> None:
        """Have the tree say of every gene which class it is."""
        self._classify_row.run(classify_genes_steps, *self._job(), on_result=self._on_classified)

    def explain(self) -> None:
        """Have the tree say of every gene where it looked."""
        self._explain_row.run(explain_genes_steps, *self._job(), on_result=self._on_explained)

    def _job(self) -> tuple[PictureSet, Path]:
        assert self._queue is not None  # or the button could not be pressed
        assert self._setup.tree.path is not None
        return self._queue.pictures, self._setup.tree.path

    def _on_classified(self, result: ClassifiedGenes) -> None:
        self._take(result, self._classify_row, "classified")

    def _on_explained(self, result: ExplainedGenes) -> None:
        self._shown.set_explained(result)
        self._take(result, self._explain_row, "explained")

    def _take(self, result: ClassifiedGenes | ExplainedGenes, row: TaskRow, done: str) -> None:
        assert self._queue is not None  # there before the task was started
        self._queue.set_model(result.table)
        if result.failures:
            n, reason = len(result.failures), result.failures[0].reason
            tell_warning(f"{n:,} pictures were left out: {reason}")
        row.show_message(f"{len(result.table) - len(result.failures):,} genes {done}.")
        self._view.refresh(is_listed_anew=True)
        self._tabs.setCurrentIndex(1)
        self._show()

    def _on_moving(self, is_moving: bool) -> None:
        if is_moving:
            self._drag.start(self._shown.line_row, self._shown.shape)
        else:
            self._drag.stop()

    def _show(self) -> None:
        """Show the current gene in the viewer."""
        if self._queue is not None:
            with telling_errors():
                self._shown.show(self._queue.pictures, self._queue.row)
                line = (self._shown.geometry, self._shown.line_row, self._shown.shape[0])
                self._setup.show_line(*line)

    def _refresh(self) -> None:
        """Make every control agree with the state."""
        is_running = self._classify_row.is_running or self._explain_row.is_running
        self._setup.setEnabled(not is_running)
        self._tabs.setTabEnabled(1, self._queue is not None)
        missing = NO_PICTURES if self._queue is None else ""
        missing = missing or ("" if self._setup.tree.path else NO_TREE)
        for row in (self._classify_row, self._explain_row):
            row.set_missing(missing)
