"""Training and asking a tree about pictures of genes: the task rows of Inspect gene pictures."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, Signal

from napari_seewhy.epigenome.answering import classify_genes_steps, explain_genes_steps
from napari_seewhy.epigenome.trees import is_trainable, train_reviewed_steps
from napari_seewhy.models.files import user_folder
from napari_seewhy.widgets.parts.tasks import TaskRow
from napari_seewhy.widgets.parts.viewer import tell_warning

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.epigenome.answering import ClassifiedGenes, ExplainedGenes
    from napari_seewhy.epigenome.pictures import PictureSet
    from napari_seewhy.epigenome.reviewing import GeneQueue
    from napari_seewhy.epigenome.trees import TrainedTree
    from napari_seewhy.widgets.parts.tasks import ViewerState

NO_PICTURES = "Choose a folder of pictures first."
NO_TREE = "Choose a trained tree to classify and explain."
NO_LABELS = "Classify two pictures of each class on the tab Genes first, to train a tree on them."


class GeneTasks(QObject):
    """Trains a tree, and has one predict the class of every gene, and where it looked.

    Parameters
    ----------
    state
        Of the viewer: `state_of(viewer)`.
    parent
        Whose tasks these are.

    Attributes
    ----------
    train_row, classify_row, explain_row
        The rows that run them.
    """

    trained = Signal(object)
    """`Path` of the folder of a tree."""

    classified = Signal(object, object)
    """A `ClassifiedGenes`, and the `Path` of its tree."""

    explained = Signal(object, object)
    """An `ExplainedGenes`, and the `Path` of its tree."""

    running_changed = Signal()

    def __init__(self, state: ViewerState, parent: QObject) -> None:
        super().__init__(parent)
        self._job: tuple[PictureSet, Path] | None = None
        self._queue: GeneQueue | None = None
        self.train_row = TaskRow(state, "Train tree")
        self.train_row.run_clicked.connect(self.train)
        self.classify_row = TaskRow(state, "Classify genes")
        self.explain_row = TaskRow(state, "Explain genes")
        self.classify_row.run_clicked.connect(self.classify)
        self.explain_row.run_clicked.connect(self.explain)
        for row in self.rows:
            row.running_changed.connect(lambda _: self.running_changed.emit())

    @property
    def is_running(self) -> bool:
        """Whether one of them runs."""
        return any(row.is_running for row in self.rows)

    @property
    def rows(self) -> tuple[TaskRow, TaskRow, TaskRow]:
        """The rows in the order of the work."""
        return self.train_row, self.classify_row, self.explain_row

    def set_job(self, queue: GeneQueue | None, tree: Path | None) -> None:
        """Ask this tree about the pictures of a queue; what is missing is said at the rows."""
        self._queue = queue
        pictures = None if queue is None else queue.pictures
        self.refresh()
        missing = NO_PICTURES if pictures is None else NO_TREE if tree is None else ""
        job = None if pictures is None or tree is None else (pictures, tree)
        for row in (self.classify_row, self.explain_row):
            if job != self._job:
                # What came out, or went wrong, was of other pictures or of another tree.
                row.show_message("")
            row.set_missing(missing)
        self._job = job

    def refresh(self) -> None:
        """Say what is missing for a training, after every call of the reader."""
        queue = self._queue
        is_ready = queue is not None and is_trainable(queue.count_classes())
        self.train_row.set_missing(NO_PICTURES if queue is None else "" if is_ready else NO_LABELS)

    def train(self) -> None:
        """Train a tree, into the library, on the reader's classes and those that were known."""
        queue = self._queue
        if queue is None:
            return
        out = _free_folder(f"{queue.pictures.path.stem}-{queue.reader}")
        what = (queue.pictures, queue.classes.tolist(), out)
        self.train_row.run(train_reviewed_steps, *what, on_result=partial(self._on_trained, out))

    def classify(self) -> None:
        """Have the tree predict the class of every gene."""
        if self._job is not None:
            on_result = partial(self._on_classified, self._job[1])
            self.classify_row.run(classify_genes_steps, *self._job, on_result=on_result)

    def explain(self) -> None:
        """Explain the class of every gene by the tree."""
        if self._job is not None:
            on_result = partial(self._on_explained, self._job[1])
            self.explain_row.run(explain_genes_steps, *self._job, on_result=on_result)

    def _on_trained(self, out: Path, result: TrainedTree) -> None:
        by = " by cross-validation" if result.report.folds else ""
        accuracy = result.report.balanced_accuracy.describe()
        self.train_row.show_message(f"{out.name}: balanced accuracy {accuracy}{by}.")
        self.trained.emit(out)

    def _on_classified(self, tree: Path, result: ClassifiedGenes) -> None:
        _say(result, self.classify_row, "classified")
        self.classified.emit(result, tree)

    def _on_explained(self, tree: Path, result: ExplainedGenes) -> None:
        _say(result, self.explain_row, "explained")
        self.explained.emit(result, tree)


def _free_folder(name: str) -> Path:
    """Return where in the library a tree of this name has room."""
    names = [name, *(f"{name}-{number}" for number in range(2, 1000))]
    return next(path for one in names if not (path := user_folder() / one).exists())


def _say(result: ClassifiedGenes | ExplainedGenes, row: TaskRow, done: str) -> None:
    if result.failures:
        n, reason = len(result.failures), result.failures[0].reason
        tell_warning(f"{n:,} pictures were left out: {reason}")
    names = result.table["class"]
    counts = [f"{n:,} {name}" for name, n in names[names != ""].value_counts().items()]
    n_done = len(result.table) - len(result.failures)
    row.show_message(f"{n_done:,} genes {done}: {', '.join(counts)}.")
