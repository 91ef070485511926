"""What the Tidy widget did to one Labels layer: labels and table together, to be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from napari_seewhy.cells.edits import EditHistory
from napari_seewhy.widgets._tidy_table import follow_edit

if TYPE_CHECKING:
    import pandas as pd

    from napari_seewhy.cells.edits import Edit


class _Tables(NamedTuple):
    before: pd.DataFrame
    after: pd.DataFrame


class TidyHistory:
    """Edits of a Labels layer, each with the table before and after it."""

    def __init__(self) -> None:
        self._edits = EditHistory()
        # None where the table was changed by others since, so that those kept here are outdated.
        self._done: list[_Tables | None] = []
        self._undone: list[_Tables | None] = []
        self._shown: pd.DataFrame | None = None

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return self._edits.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether an edit was taken back and can be done again."""
        return self._edits.can_redo

    def do(self, layer: Any, edit: Edit) -> str:
        """Apply an edit to the layer's labels and table; return what it did.

        Raises
        ------
        DataError
            If the labels were changed in another way since the edit was worked out.
        """
        self._notice_others(layer)
        before = layer.features
        self._edits.do(layer.data, edit)
        after = follow_edit(before, edit, layer.data)
        self._done = [*self._done, _Tables(before, after)][-self._edits.limit :]
        self._undone.clear()
        return self._show(layer, after, edit)

    def undo(self, layer: Any) -> str:
        """Take the last edit back and return what it did.

        Raises
        ------
        DataError
            If there is none, or the same pixels were changed in another way since.
        """
        self._notice_others(layer)
        edit = self._edits.undo(layer.data)
        tables = self._done.pop()
        self._undone.append(tables)
        if tables is None:
            return self._show(layer, follow_edit(layer.features, edit.inverse, layer.data), edit)
        return self._show(layer, tables.before, edit)

    def redo(self, layer: Any) -> str:
        """Do the last undone edit again and return what it did.

        Raises
        ------
        DataError
            If there is none, or the same pixels were changed in another way since.
        """
        self._notice_others(layer)
        edit = self._edits.redo(layer.data)
        tables = self._undone.pop()
        self._done.append(tables)
        if tables is None:
            return self._show(layer, follow_edit(layer.features, edit, layer.data), edit)
        return self._show(layer, tables.after, edit)

    def _notice_others(self, layer: Any) -> None:
        """Forget the kept tables where the cells were measured anew since the last edit."""
        if self._shown is not None and layer.features is not self._shown:
            self._done = [None] * len(self._done)
            self._undone = [None] * len(self._undone)

    def _show(self, layer: Any, features: pd.DataFrame, edit: Edit) -> str:
        layer.features = features
        self._shown = layer.features
        layer.refresh()
        return edit.description
