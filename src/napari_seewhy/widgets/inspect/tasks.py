"""What a tree is asked about pictures of genes: the two task rows of Inspect gene pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, Signal

from napari_seewhy.epigenome.answering import classify_genes_steps, explain_genes_steps
from napari_seewhy.widgets.parts.tasks import TaskRow
from napari_seewhy.widgets.parts.viewer import tell_warning

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.epigenome.answering import ClassifiedGenes, ExplainedGenes
    from napari_seewhy.epigenome.pictures import PictureSet
    from napari_seewhy.widgets.parts.tasks import ViewerState

NO_PICTURES = "Choose a folder of pictures first."
NO_TREE = "Choose a trained tree to classify and explain."


class GeneTasks(QObject):
    """Has a tree predict the class of every gene, and where it looked.

    Parameters
    ----------
    state
        Of the viewer: `state_of(viewer)`.
    parent
        Whose tasks these are.

    Attributes
    ----------
    classify_row, explain_row
        The rows that run them.
    """

    classified = Signal(object)
    """A `ClassifiedGenes`."""

    explained = Signal(object)
    """An `ExplainedGenes`."""

    running_changed = Signal()

    def __init__(self, state: ViewerState, parent: QObject) -> None:
        super().__init__(parent)
        self._job: tuple[PictureSet, Path] | None = None
        self.classify_row = TaskRow(state, "Classify genes")
        self.explain_row = TaskRow(state, "Explain genes")
        self.classify_row.run_clicked.connect(self.classify)
        self.explain_row.run_clicked.connect(self.explain)
        for row in (self.classify_row, self.explain_row):
            row.running_changed.connect(lambda _: self.running_changed.emit())

    @property
    def is_running(self) -> bool:
        """Whether one of them runs."""
        return self.classify_row.is_running or self.explain_row.is_running

    def set_job(self, pictures: PictureSet | None, tree: Path | None) -> None:
        """Ask this tree about these pictures; what is missing is said at both rows."""
        missing = NO_PICTURES if pictures is None else NO_TREE if tree is None else ""
        job = None if pictures is None or tree is None else (pictures, tree)
        for row in (self.classify_row, self.explain_row):
            if job != self._job:
                # What came out, or went wrong, was of other pictures or of another tree.
                row.show_message("")
            row.set_missing(missing)
        self._job = job

    def classify(self) -> None:
        """Have the tree predict the class of every gene."""
        if self._job is not None:
            on_result = self._on_classified
            self.classify_row.run(classify_genes_steps, *self._job, on_result=on_result)

    def explain(self) -> None:
        """Explain the class of every gene by the tree."""
        if self._job is not None:
            on_result = self._on_explained
            self.explain_row.run(explain_genes_steps, *self._job, on_result=on_result)

    def _on_classified(self, result: ClassifiedGenes) -> None:
        _say(result, self.classify_row, "classified")
        self.classified.emit(result)

    def _on_explained(self, result: ExplainedGenes) -> None:
        _say(result, self.explain_row, "explained")
        self.explained.emit(result)


def _say(result: ClassifiedGenes | ExplainedGenes, row: TaskRow, done: str) -> None:
    if result.failures:
        n, reason = len(result.failures), result.failures[0].reason
        tell_warning(f"{n:,} pictures were left out: {reason}")
    row.show_message(f"{len(result.table) - len(result.failures):,} genes {done}.")
