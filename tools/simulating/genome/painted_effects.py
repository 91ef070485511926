"""Paint what a compound does onto the window of a gene: first drawn, then applied.

A true effect acts within 1.5 kb of the start of the gene (methylation within 1 kb). Decoys change
as much, but farther out, over the whole window, or up on one side and down on the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simulating.genome.drawn_genome import BIN_BP, REACH_BP, Epigenome

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from simulating.genome.tracks_options import TracksOptions

SUPPRESSION, INDUCTION, NON_SIGNIFICANT = CLASSES = ("suppression", "induction", "non_significant")
NOWHERE = "none"

_EFFECTS = {"chromatin": 0.3, "methylation": 0.3, "both": 0.4}
_NON_EFFECTS = {NOWHERE: 0.4, "decoy_outside": 0.3, "decoy_global": 0.2, "decoy_balanced": 0.1}

CHROMATIN_BP, METHYLATION_BP, DECOY_BP = 1500, 1000, 500
"""How far from its middle an effect reaches in either track, and a decoy that lies outside."""

LEAST_SIGNAL = 4.0
"""Reads per bin below which nothing can be lost."""

LEAST_CPGS = 5
LOW, HIGH = 0.3, 0.7
"""Methylation that cannot be lowered any more, or raised."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What one compound is to do to one gene.

    Attributes
    ----------
    kind
        One of `CLASSES`.
    where
        chromatin, methylation, both, none, decoy_outside, decoy_global or decoy_balanced.
    is_up
        Whether the gene becomes more active: more of the mark, less methylation.
    fold
        What chromatin is multiplied by, above 1; divided by where it goes down.
    delta
        By how much methylation changes.
    peak
        Height (reads per bin), shift and width (bp) of the peak that an induction adds.
    side, shift_bp
        On which side a decoy lies (-1 or 1), and how far out.
    """

    kind: str
    where: str
    is_up: bool
    fold: float
    delta: float
    peak: tuple[float, float, float]
    side: int
    shift_bp: float


def draw_effect(options: TracksOptions, rng: Generator) -> Effect:
    """Draw what a compound does to a gene."""
    chance = rng.random()
    kind = NON_SIGNIFICANT
    if chance < options.suppressed + options.induced:
        kind = SUPPRESSION if chance < options.suppressed else INDUCTION
    places = _NON_EFFECTS if kind == NON_SIGNIFICANT else _EFFECTS
    where = str(rng.choice(list(places), p=list(places.values())))
    is_up = kind == INDUCTION if kind != NON_SIGNIFICANT else bool(rng.random() < 0.5)
    return Effect(
        kind=kind,
        where=where,
        is_up=is_up,
        fold=rng.uniform(1.3, 2.2),
        delta=rng.uniform(0.1, 0.3),
        peak=(rng.uniform(2, 8), rng.normal(0, 250), rng.uniform(250, 600)),
        side=int(rng.choice([-1, 1])),
        shift_bp=rng.uniform(3000, 4500),
    )


def paint_effect(epigenome: Epigenome, effect: Effect, tss: int) -> str:
    """Change an epigenome in place about a gene, as far as there is room for it.

    Returns
    -------
    str
        What could be done of the effect's `where`: a gene without the mark cannot lose it.
    """
    if effect.where == NOWHERE:
        return NOWHERE
    window = _Window(epigenome, tss)
    if effect.where == "decoy_global":
        window.change(effect, (np.inf, np.inf), 0.0)
        return effect.where
    if effect.where == "decoy_balanced":
        window.tilt(effect)
        return effect.where
    if effect.where == "decoy_outside":
        window.change(effect, (DECOY_BP, DECOY_BP), effect.side * effect.shift_bp)
        return effect.where
    return _paint_true(window, effect)


def _paint_true(window: _Window, effect: Effect) -> str:
    can_chromatin = effect.is_up or window.signal() > LEAST_SIGNAL
    can_methylation = window.has_room(effect.is_up)
    is_above = can_chromatin and (effect.where != "methylation" or not can_methylation)
    is_below = can_methylation and (effect.where != "chromatin" or not can_chromatin)
    reach = (CHROMATIN_BP if is_above else 0, METHYLATION_BP if is_below else 0)
    window.change(effect, reach, 0.0)
    if is_above and effect.is_up:
        window.add_peak(effect.peak)
    if is_above and is_below:
        return "both"
    return "chromatin" if is_above else "methylation" if is_below else NOWHERE


class _Window:
    """The tracks about the start of one gene, as views that are painted on."""

    def __init__(self, epigenome: Epigenome, tss: int) -> None:
        middle, reach = tss // BIN_BP, REACH_BP // BIN_BP
        self._chromatin = epigenome.chromatin[middle - reach : middle + reach]
        self._bins_bp = (np.arange(-reach, reach) + 0.5) * BIN_BP
        near = slice(*np.searchsorted(epigenome.cpgs, (tss - REACH_BP, tss + REACH_BP)))
        self._methylation = epigenome.methylation[near]
        self._cpgs_bp = epigenome.cpgs[near] - tss

    def signal(self) -> float:
        """Mean of the mark within reach of an effect, reads per bin."""
        return float(self._chromatin[np.abs(self._bins_bp) < CHROMATIN_BP].mean())

    def has_room(self, is_up: bool) -> bool:
        """Whether methylation can go the way of an effect."""
        levels = self._methylation[np.abs(self._cpgs_bp) < METHYLATION_BP]
        if len(levels) < LEAST_CPGS:
            return False
        return bool(levels.mean() > LOW if is_up else levels.mean() < HIGH)

    def change(self, effect: Effect, reach_bp: tuple[float, float], at_bp: float) -> None:
        """Scale chromatin and move methylation within a reach (in each) of a place."""
        above = np.abs(self._bins_bp - at_bp) < reach_bp[0]
        below = np.abs(self._cpgs_bp - at_bp) < reach_bp[1]
        self._scale(np.where(above, 1 if effect.is_up else -1, 0), effect.fold)
        self._move(np.where(below, -1 if effect.is_up else 1, 0), effect.delta)

    def tilt(self, effect: Effect) -> None:
        """Raise one side of the promoter and lower the other."""
        above = np.abs(self._bins_bp) < CHROMATIN_BP
        below = np.abs(self._cpgs_bp) < METHYLATION_BP
        self._scale(above * np.sign(self._bins_bp).astype(int) * effect.side, effect.fold)
        self._move(below * np.sign(self._cpgs_bp) * effect.side, effect.delta)

    def add_peak(self, peak: tuple[float, float, float]) -> None:
        """Add a peak of a height (reads per bin), shift and width (bp)."""
        height, shift, width = peak
        self._chromatin += height * np.exp(-0.5 * ((self._bins_bp - shift) / width) ** 2)

    def _scale(self, direction: NDArray[np.int_], fold: float) -> None:
        self._chromatin *= fold ** direction.astype(float)

    def _move(self, direction: NDArray[np.int_], delta: float) -> None:
        self._methylation[:] = np.clip(self._methylation + delta * direction, 0, 1)
