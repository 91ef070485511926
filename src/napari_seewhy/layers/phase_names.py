"""Which channels show cells without any stain, as their names tell."""

from __future__ import annotations

import re

_UNSTAINED = re.compile(
    r"phase|(?<![a-z])(ph\d?|dic|bf|tl|trans)(?![a-z])|bright[\s_-]*field|transmit|unstained",
    re.IGNORECASE,
)


def is_unstained(name: str) -> bool:
    """Whether the name of a channel says that it is phase contrast, DIC or brightfield.

    Examples
    --------
    >>> [is_unstained(name) for name in ("phase_contrast_z13", "dish1_PH", "BF", "MAP2", "alpha")]
    [True, True, True, False, False]
    """
    return _UNSTAINED.search(name) is not None
