"""What a channel shows, guessed from its name: only to propose, never to decide."""

from __future__ import annotations

import re

_NUCLEAR = ("dna", "dapi", "hoechst", "nucle", "draq", "h2b", "sytox")
_CELLULAR = ("cell", "cyto", "actin", "phalloidin", "tubul", "membrane", "wga")
_UNSTAINED = re.compile(
    r"phase|(?<![a-z])(ph\d?|dic|bf|tl|trans)(?![a-z])|bright[\s_-]*field|transmit|unstained",
    re.IGNORECASE,
)


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


def is_unstained(name: str) -> bool:
    """Whether the name of a channel says that it is phase contrast, DIC or brightfield.

    Examples
    --------
    >>> [is_unstained(name) for name in ("phase_contrast_z13", "dish1_PH", "BF", "MAP2", "alpha")]
    [True, True, True, False, False]
    """
    return _UNSTAINED.search(name) is not None
