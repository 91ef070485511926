"""What a channel shows, guessed from its name: only to propose, never to decide."""

from __future__ import annotations

_NUCLEAR = ("dna", "dapi", "hoechst", "nucle", "draq", "h2b", "sytox")
_CELLULAR = ("cell", "cyto", "actin", "phalloidin", "tubul", "membrane", "wga")


def is_nuclear(name: str) -> bool:
    """Say whether a channel of this name looks like a stain of nuclei.

    Examples
    --------
    >>> is_nuclear("DAPI"), is_nuclear("Golgi")
    (True, False)
    """
    return any(word in name.casefold() for word in _NUCLEAR)


def is_cellular(name: str) -> bool:
    """Say whether a channel of this name looks like a stain of whole cells.

    Examples
    --------
    >>> is_cellular("CellMask"), is_cellular("DAPI")
    (True, False)
    """
    return any(word in name.casefold() for word in _CELLULAR)
