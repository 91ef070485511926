"""The lists of genes of a session; shared by all widgets of a viewer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psygnal import EventedModel
from pydantic import PrivateAttr, SkipValidation

from napari_seewhy.genome.lists import GeneList  # noqa: TC001 - read when the class is made

if TYPE_CHECKING:
    from collections.abc import Collection


class SessionLists(EventedModel):
    """The gene lists of one viewer: ``state_of(viewer).gene_lists``.

    Attributes
    ----------
    lists
        In the order in which they came; no two have the same name. Listen to ``events.lists``.
    """

    lists: SkipValidation[tuple[GeneList, ...]] = ()
    _before: list[tuple[GeneList, ...]] = PrivateAttr(default_factory=list)

    def find(self, name: str) -> GeneList | None:
        """Return the list of this name, None if there is none."""
        return next((one for one in self.lists if one.name == name), None)

    def add(self, *lists: GeneList) -> str:
        """Add lists; one whose name is taken gets a number behind it.

        Returns
        -------
        str
            Name of the last of them.
        """
        kept = list(self.lists)
        for one in lists:
            taken = {other.name for other in kept}
            names = (one.name, *(f"{one.name} ({n})" for n in range(2, len(taken) + 3)))
            name = next(name for name in names if name not in taken)
            kept.append(one.model_copy(update={"name": name}))
        self._change(tuple(kept))
        return kept[-1].name

    def remove(self, names: Collection[str]) -> None:
        """Remove the lists of these names."""
        self._change(tuple(one for one in self.lists if one.name not in names))

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to undo."""
        return bool(self._before)

    def undo(self) -> None:
        """Undo the last change; nothing where there is none."""
        if self._before:
            self.lists = self._before.pop()

    def _change(self, lists: tuple[GeneList, ...]) -> None:
        self._before.append(self.lists)
        self.lists = lists
