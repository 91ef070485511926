"""Which channel of the samples a model is to be given for each of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

STAINS: dict[str, tuple[str, ...]] = {
    "DNA": (
        "dna", "dapi", "hoechst", "hoechst33342", "hoechst33258", "draq5", "draq7", "pi",
        "propidiumiodide", "7aad", "nuclei", "nucleus", "nuclear", "sytox", "h2b",
    ),
    "brightfield": ("brightfield", "bf", "transmitted", "tl", "tpmt"),
    "phase": ("phase", "phasecontrast", "ph", "pc"),
    "darkfield": ("darkfield", "df", "sidescatter", "ssc"),
    "actin": ("actin", "factin", "phalloidin"),
    "tubulin": ("tubulin", "microtubules", "atubulin", "alphatubulin"),
    "Golgi": ("golgi", "gm130", "golgin", "giantin", "golgin97"),
    "mitochondria": ("mitochondria", "mito", "mitotracker", "tom20"),
    "Ki-67": ("ki67", "mki67"),
    "EdU": ("edu", "brdu"),
}  # fmt: skip
"""Names under which the same thing is kept, without case, spaces and signs."""

_SIGNS = re.compile(r"[\W_]+")
_NUMBERED = re.compile(r"(channel|chan|ch|c|wavelength|w|band)?\d*")


def match_channels(wanted: Sequence[str], present: Sequence[str]) -> dict[str, str] | None:
    """Find for every channel of a model the one of the samples that most likely shows the same.

    By name; then without case, spaces and signs; then by what is stained (DAPI for DNA); at last,
    if there are as many as are missing and their names say nothing ("Channel 1"), by their order. A
    single one that is left is taken too, unless it is known to show something else.

    Parameters
    ----------
    wanted
        Channels of the model.
    present
        Channels of the samples.

    Returns
    -------
    dict or None
        From the model's names to those of the samples, in the model's order; None where one cannot
        be found.

    Examples
    --------
    >>> match_channels(["DNA", "Golgi"], ["GM130", "DAPI"])
    {'DNA': 'DAPI', 'Golgi': 'GM130'}
    >>> match_channels(["DNA", "Golgi"], ["Channel 1", "Channel 2"])
    {'DNA': 'Channel 1', 'Golgi': 'Channel 2'}
    >>> match_channels(["DNA"], ["Golgi"]) is None
    True
    """
    found: dict[str, str] = {}
    for alike in (str, _simplify, _stain_of):
        for name in wanted:
            free = [other for other in present if other not in found.values()]
            same = [other for other in free if alike(other) == alike(name)]
            # Two that could be meant are a question, and no answer.
            if name not in found and len(same) == 1:
                found[name] = same[0]
    missing = [name for name in wanted if name not in found]
    free = [other for other in present if other not in found.values()]
    if missing and not _may_be(missing, free):
        return None
    found |= dict(zip(missing, free, strict=False))
    return {name: found[name] for name in wanted}


def _may_be(missing: list[str], free: list[str]) -> bool:
    """Whether the channels that are left may be the missing ones, in their order."""
    if len(missing) != len(free):
        return False
    is_last = len(free) == 1 and not {_stain_of(missing[0]), _stain_of(free[0])} <= set(STAINS)
    return is_last or all(_NUMBERED.fullmatch(_simplify(name)) for name in free)


def _simplify(name: str) -> str:
    return _SIGNS.sub("", name).casefold()


def _stain_of(name: str) -> str:
    """Return what a name says is stained, whatever stands about it ("Ch4_DNA", "H2B-GFP")."""
    words = [word for word in _SIGNS.split(name.casefold()) if not _NUMBERED.fullmatch(word)]
    candidates = {_simplify(name), "".join(words), *words}
    stains = [stain for stain, names in STAINS.items() if candidates.intersection(names)]
    return stains[0] if len(stains) == 1 else _simplify(name)
