"""`LibraryJob`: a training whose model enters the library at its end; needs no torch."""

from __future__ import annotations

from itertools import chain, count
from typing import TYPE_CHECKING

from napari_seewhy.models.files import SUFFIX, ModelLibrary
from napari_seewhy.training.learning import checkpoint_path

if TYPE_CHECKING:
    from pathlib import Path

UNFINISHED = "unfinished"
"""Folder in the library in which a model stands until it is trained and judged."""


class LibraryJob:
    """A training of a model of the library, as a person planned it.

    Attributes
    ----------
    name
        Of the model in the library.
    library
        Folder of the library.
    """

    __slots__ = ()
    name: str
    library: Path

    @property
    def place(self) -> Path:
        """Where the finished model shall stand.

        Raises
        ------
        OptionError
            If the name cannot be one of a model.
        """
        return ModelLibrary(self.library).place_of(self.name)

    @property
    def unfinished(self) -> Path:
        """Where the model stands until it is finished, its checkpoint beside it."""
        return self.place.parent / UNFINISHED / f"{self.name}{SUFFIX}"

    @property
    def can_go_on(self) -> bool:
        """Whether a training of this name was stopped, so that its best network is kept."""
        return checkpoint_path(self.unfinished).exists()


def free_name(stem: str, library: Path | None = None) -> str:
    """Return a name that no model of the library has yet: `stem`, or with a number behind it.

    Examples
    --------
    >>> from pathlib import Path
    >>> free_name("jurkat", Path("nowhere"))
    'jurkat'
    """
    models = ModelLibrary(library)
    names = chain([stem], (f"{stem} {number}" for number in count(2)))
    return next(name for name in names if not (models.folder / f"{name}{SUFFIX}").exists())
