"""The single checks of the preflight: channels, sizes, intensities against a model's card."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_seewhy.models.cards import ChannelCard, ModelCard
    from napari_seewhy.models.preflight.adaptation import Adaptation
    from napari_seewhy.models.preflight.facts import ChannelFacts, SampleFacts


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


SAME_SCALE = 0.02
"""Pixel sizes that differ by less than this share are the same."""

GREATEST_SCALE = 4.0
"""Samples are enlarged or made smaller by at most this; beyond, other things are seen."""

LEAST_FILLED = 0.5
"""Least share of the edge of a sample that must be picture; the rest is reflected."""

SAME_OBJECT = 1.5
"""Objects larger or smaller than in training by more than this factor are reported.

Wide enough for biology: from G1 to G2 the diameter of a nucleus grows by 1.26 (double volume).
"""

SAME_RANGE = 2.0
"""Intensity ranges wider or narrower by more than this factor are mapped onto those of training."""

SAME_LEVEL = 1.0
"""So are those whose middle lies further from that of training, in ranges of training."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing in which samples differ from those of training.

    Attributes
    ----------
    level
        amber: can be dealt with, if a person agrees; red: cannot.
    sentence
        What differs.
    action
        What would be done about it; empty where nothing is.
    """

    level: Literal["amber", "red"]
    sentence: str
    action: str = ""


def check_pixel_size(card: ModelCard, pixel_size_um: float | None) -> tuple[float, list[Finding]]:
    """Return by how much the samples are to be scaled, and what to say about it."""
    if card.pixel_size_um is None:
        return 1.0, []
    if pixel_size_um is None:
        sentence = (
            f"The samples do not say how large their pixels are; those of training are "
            f"{card.pixel_size_um:.3g} µm."
        )
        return 1.0, [Finding("amber", sentence, "Take them to be the same.")]
    scale = pixel_size_um / card.pixel_size_um
    if abs(scale - 1) <= SAME_SCALE:
        return 1.0, []
    sentence = (
        f"The pixels of the samples are {pixel_size_um:.3g} µm and those of training "
        f"{card.pixel_size_um:.3g} µm"
    )
    if not 1 / GREATEST_SCALE <= scale <= GREATEST_SCALE:
        return 1.0, [
            Finding("red", f"{sentence}, too far apart; take images of a like magnification.")
        ]
    return scale, [Finding("amber", f"{sentence}.", f"Rescale the samples by {scale:.3g}.")]


def check_sample_size(adaptation: Adaptation, facts: SampleFacts) -> list[Finding]:
    """Say what is cut off or filled in where the samples have another size than the model takes."""
    scaled, wanted = adaptation.scaled_px(facts.size_px), adaptation.size_px
    if scaled == wanted:
        return []
    after = "" if scaled == facts.size_px else " after rescaling"
    sentence = (
        f"The samples are {scaled[0]} x {scaled[1]} px{after} and the model takes "
        f"{wanted[0]} x {wanted[1]} px"
    )
    if min(edge / need for edge, need in zip(scaled, wanted, strict=True)) < LEAST_FILLED:
        return [Finding("red", f"{sentence}; cut larger samples from the images.")]
    actions = [
        *(["cut off their margin"] if scaled[0] > wanted[0] or scaled[1] > wanted[1] else []),
        *(
            ["fill the rest by reflection"]
            if scaled[0] < wanted[0] or scaled[1] < wanted[1]
            else []
        ),
    ]
    return [Finding("amber", f"{sentence}.", f"{' and '.join(actions).capitalize()}.")]


def check_object_size(
    card: ModelCard, channels: Sequence[ChannelFacts], scale: float
) -> list[Finding]:
    """Say whether what is seen is much larger or smaller than in training."""
    sizes = [channel.object_px for channel in channels if channel.object_px is not None]
    if not sizes or card.object_px is None:
        return []
    size = float(np.median(sizes)) * scale
    if 1 / SAME_OBJECT <= size / card.object_px <= SAME_OBJECT:
        return []
    after = "" if scale == 1 else " after rescaling"
    sentence = (
        f"Objects are about {size:.0f} px wide{after} and {card.object_px:.0f} px in training; see "
        "whether the pixel size is right."
    )
    return [Finding("amber", sentence, "Continue without change.")]


def check_intensities(
    card: ModelCard, channels: Sequence[ChannelFacts], dtype: str
) -> tuple[tuple[float, ...], tuple[float, ...], list[Finding]]:
    """Return gain and offset of every channel, and what to say about them."""
    gains, offsets, findings = [], [], []
    for trained, given in zip(card.channels, channels, strict=True):
        gain, offset = _compare_ranges(trained, given)
        gains.append(gain)
        offsets.append(offset)
        lies = f"The intensities of {given.name}"
        if given.is_empty:
            sentence = f"{lies} are {given.lowest:g} everywhere; see what was imaged."
            findings.append(Finding("red", sentence))
        elif (gain, offset) != (1, 0):
            sentence = (
                f"{lies} lie between {given.low:.4g} and {given.high:.4g} ({dtype}), those of "
                f"training between {trained.low:.4g} and {trained.high:.4g} ({card.dtype})."
            )
            action = f"Map them onto those of training, by {gain:.3g} times and {offset:+.4g}."
            findings.append(Finding("amber", sentence, action))
        elif _is_saturated(given, dtype) and not _is_saturated(trained, card.dtype):
            sentence = f"{lies} reach {given.high:g}, the most that {dtype} holds: overexposed."
            findings.append(Finding("amber", sentence, "Continue without change."))
    return tuple(gains), tuple(offsets), findings


def _compare_ranges(trained: ChannelCard, given: ChannelFacts) -> tuple[float, float]:
    """Return the gain and offset that map what is given onto training; 1 and 0 where alike.

    Percentiles are compared, which a few bright pixels do not move; mean and spread where fewer
    than one pixel in a hundred differs from the rest.
    """
    if given.is_empty:
        return 1.0, 0.0
    if trained.high > trained.low and given.high > given.low:
        width, middle = trained.high - trained.low, (trained.high + trained.low) / 2
        given_width, given_middle = given.high - given.low, (given.high + given.low) / 2
    else:
        width, middle = trained.std, trained.mean
        given_width, given_middle = given.std, given.mean
    ratio = given_width / width
    if 1 / SAME_RANGE <= ratio <= SAME_RANGE and abs(given_middle - middle) <= SAME_LEVEL * width:
        return 1.0, 0.0
    return 1 / ratio, middle - given_middle / ratio


def _is_saturated(channel: ChannelCard | ChannelFacts, dtype: str) -> bool:
    """Whether at least one pixel in a hundred is as bright as its type allows."""
    kind = np.dtype(dtype)
    return kind.kind in "ui" and channel.high >= np.iinfo(kind).max
