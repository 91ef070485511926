"""Which cells a person has selected, in whatever widget; shared by all widgets of a viewer."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from psygnal import EventedModel
from pydantic import SkipValidation  # noqa: TC002 - read when the class is made

if TYPE_CHECKING:
    from collections.abc import Iterable

CellKey: TypeAlias = tuple[str, int, int]
"""Name of the image, time point (0 without a time axis), and label of a cell."""


class CellSelection(EventedModel):
    """The selected cells of one viewer: ``state_of(viewer).selection``.

    Attributes
    ----------
    keys
        One `CellKey` for each. Set it to select others; listen to ``events.keys``. Its content is
        not checked one by one: there may be a hundred thousand.

    Examples
    --------
    >>> selection = CellSelection()
    >>> selection.select([("A01", 0, 7)])
    >>> ("A01", 0, 7) in selection.keys
    True
    """

    keys: SkipValidation[frozenset[CellKey]] = frozenset()

    def select(self, keys: Iterable[CellKey]) -> None:
        """Select these cells and no others."""
        self.keys = frozenset(keys)
