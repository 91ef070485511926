"""Edits of labels: what changed in one box, done, undone and redone."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from napari_seewhy.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Labels: TypeAlias = NDArray[np.integer[Any]]

Box: TypeAlias = tuple[slice, slice] | tuple[int, slice, slice]
"""Rows and columns, with the time point in front where the labels have one."""


@dataclass(frozen=True, slots=True, eq=False)
class Edit:
    """One change of labels, small enough to be kept: only the box in which they differ.

    Attributes
    ----------
    box
        Where it is: ``labels[box]`` is the part that changes.
    before, after
        Labels ``(h, w)`` of that part, as they were and as they become.
    description
        What it does, for the person who reads the undo button: "Split cell 7".
    """

    box: Box
    before: Labels
    after: Labels
    description: str = ""

    @property
    def inverse(self) -> Edit:
        """The edit that takes this one back."""
        return Edit(self.box, self.after, self.before, self.description)

    @property
    def n_changed_px(self) -> int:
        """Number of pixels that get another label."""
        return int(np.count_nonzero(self.before != self.after))


def apply_edit(labels: Labels, edit: Edit) -> None:
    """Write an edit into `labels`, in place; pixels of the box that it does not change stay.

    Parameters
    ----------
    labels
        ``(Y, X)`` or ``(T, Y, X)``, the array the edit was made for.
    edit
        From `merge_cells`, `split_cell`, `delete_cells`, `draw_cell` or `renumber_cells`.

    Raises
    ------
    DataError
        If the labels are no longer what the edit was made for; nothing is changed then.
    """
    if labels.ndim != len(edit.box):
        raise DataError(
            f"The edit is for labels with {len(edit.box)} axes but these have {labels.ndim}; "
            "apply it to the labels that it was made for."
        )
    part = labels[edit.box]
    changed = edit.before != edit.after
    if part.shape != changed.shape or not np.array_equal(part[changed], edit.before[changed]):
        raise DataError(
            f'The labels were changed in another way since "{edit.description}" was worked out; '
            "take those changes back first."
        )
    part[changed] = edit.after[changed]


@dataclass(slots=True)
class EditHistory:
    """What was done to one labels array, to be undone and redone step by step.

    Attributes
    ----------
    limit
        Number of edits kept; the oldest are forgotten first.

    Examples
    --------
    >>> from napari_seewhy.cells.tidying.tidy import delete_cells
    >>> labels = np.array([[1, 1, 0, 2]], np.int32)
    >>> history = EditHistory()
    >>> history.do(labels, delete_cells(labels, [2]))
    >>> labels
    array([[1, 1, 0, 0]], dtype=int32)
    >>> history.undo(labels).description
    'Delete cell 2'
    >>> labels
    array([[1, 1, 0, 2]], dtype=int32)
    """

    limit: int = 100
    _done: deque[Edit] = field(init=False, repr=False)
    _undone: list[Edit] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._done = deque(maxlen=self.limit)
        self._undone = []

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether an edit was taken back and can be done again."""
        return bool(self._undone)

    def do(self, labels: Labels, edit: Edit) -> None:
        """Apply `edit` to `labels` and remember it; what was undone before is forgotten.

        Raises
        ------
        DataError
            If the labels are no longer what the edit was made for.
        """
        apply_edit(labels, edit)
        self._done.append(edit)
        self._undone.clear()

    def undo(self, labels: Labels) -> Edit:
        """Take the last edit back in `labels` and return it.

        Raises
        ------
        DataError
            If there is none, or the same pixels were changed in another way since.
        """
        if not self._done:
            raise DataError("There is nothing to undo; no edit was made with these buttons.")
        edit = self._done[-1]
        apply_edit(labels, edit.inverse)
        self._undone.append(self._done.pop())
        return edit

    def redo(self, labels: Labels) -> Edit:
        """Do the last undone edit again in `labels` and return it.

        Raises
        ------
        DataError
            If there is none, or the same pixels were changed in another way since.
        """
        if not self._undone:
            raise DataError("There is nothing to redo; undo an edit first.")
        edit = self._undone[-1]
        apply_edit(labels, edit)
        self._done.append(self._undone.pop())
        return edit
