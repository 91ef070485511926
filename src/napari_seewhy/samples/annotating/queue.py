"""The queue of a person who annotates: which sample is looked at, and which comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.errors import DataError
from napari_seewhy.samples.annotating.proposals import Order, next_unknown, order_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.samples.annotating.annotations import Annotations
    from napari_seewhy.samples.annotating.proposals import Proposals


class AnnotationQueue:
    """Samples in the order in which a person looks at them, one of them the current one.

    Parameters
    ----------
    annotations
        What is known of the samples, and the answers of the person for them.

    Attributes
    ----------
    row
        The current sample.
    rows
        ``(N,)`` all samples in their order; it stays while answers come, so that none jumps about.
    order
        Which order that is.
    proposals
        The predictions of a model for the samples, None without a model.

    Raises
    ------
    DataError
        If there are no samples.
    """

    def __init__(self, annotations: Annotations) -> None:
        if not len(annotations):
            raise DataError(f"{annotations.path} holds no samples; crop some cells first.")
        self.annotations = annotations
        self.proposals: Proposals | None = None
        self.order: Order = "file"
        self.rows: NDArray[np.int64]
        self.row = 0
        self.set_order("file")

    def set_order(self, order: Order) -> None:
        """Bring the samples into another order, and begin at its first unknown one."""
        known = self.annotations
        self.order = order
        self.rows = order_rows(order, known.target, known.classes, self.proposals)
        unknown = self.rows[known.target[self.rows] < 0]
        is_review = order == "doubtful" or not len(unknown)
        self.row = int(self.rows[0] if is_review else unknown[0])

    def set_proposals(self, proposals: Proposals | None) -> None:
        """Take the predictions of a model for the samples, and reorder them.

        Raises
        ------
        DataError
            If it speaks of another number of samples.
        """
        if proposals is not None and len(proposals.probability) != len(self.annotations):
            raise DataError(
                f"The model speaks of {len(proposals.probability)} samples and there are "
                f"{len(self.annotations)}; let it look at these."
            )
        self.proposals = proposals
        self.set_order(self.order)

    def answer(self, name: str | None) -> None:
        """Assign a class to the current sample, None for unknown, and continue to the next.

        Raises
        ------
        SeewhyError
            As `Annotations.answer`; then the current sample stays.
        """
        self.annotations.answer(self.row, name)
        if self.order == "doubtful":
            self.step(1)
            return
        following = next_unknown(self.rows, self.row, self.annotations.target)
        if following is None:
            self.step(1)
        else:
            self.row = following

    def accept(self) -> None:
        """Accept the class that the model proposes, and continue to the next sample.

        Raises
        ------
        DataError
            If there is no model.
        SeewhyError
            As `Annotations.answer`; then the current sample stays.
        """
        if self.proposals is None:
            raise DataError("No model has looked at these samples; choose one to accept from.")
        name = self.proposals.name(self.row)
        if name not in self.annotations.classes:
            self.annotations.add_class(name)
        self.answer(name)

    def undo(self) -> None:
        """Take the last answer back and go to its sample; nothing where there is none.

        Raises
        ------
        FileError
            If this cannot be saved; then nothing is changed.
        """
        row = self.annotations.undo()
        if row is not None:
            self.row = row

    def step(self, n: int) -> None:
        """Advance by some samples, or back; there is none before the first or after the last."""
        place = self.place + n
        self.row = int(self.rows[min(max(place, 0), len(self.rows) - 1)])

    def go_to(self, row: int) -> None:
        """Look at another sample."""
        self.row = int(row)

    @property
    def place(self) -> int:
        """Place of the current sample in the order, from 0."""
        return int(np.flatnonzero(self.rows == self.row)[0])

    def page(self, size: int) -> NDArray[np.int64]:
        """Return the samples of the page that the current one is on."""
        start = self.place // size * size
        return self.rows[start : start + size]
