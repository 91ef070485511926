"""What the phase of the cell cycle does to a cell: DNA, nucleus, Golgi and marker.

The numbers are round values for HeLa-like cells: DNA doubles in S, the nucleus grows with it
(Maeshima et al. 2010), the Golgi grows and loosens in G2 and falls to pieces in mitosis (Colanzi
and Corda 2007), and CENP-F is made in late S, peaks in G2 and is gone in G1 (Liao et al. 1995).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal, TypeAlias

Phase: TypeAlias = Literal["G1", "S", "G2", "M"]
Stage: TypeAlias = Literal["interphase", "prophase", "metaphase", "anaphase"]

PHASES: tuple[Phase, ...] = ("G1", "S", "G2", "M")
"""The classes, in the order a cell runs through them."""

INTERPHASE_SHARES = (0.52, 0.24, 0.24)
"""How the cells that are not dividing share out among G1, S and G2."""

STAGE_SHARES: dict[Stage, float] = {"prophase": 0.3, "metaphase": 0.45, "anaphase": 0.25}
"""How the dividing cells share out; anaphase gives two daughters."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What is typical of a cell at one point of the cycle.

    Attributes
    ----------
    dna
        Copies of the haploid genome, 2 to 4.
    nucleus_area_um2
        Area of the nucleus, or of the chromosomes where there is none.
    golgi_area_um2, golgi_fragments, golgi_spread
        Total area and number of the pieces, and how far round the nucleus they reach in radians.
    marker
        CENP-F in the nucleus, 1 = a typical G2 cell.
    """

    dna: float
    nucleus_area_um2: float
    golgi_area_um2: float
    golgi_fragments: float
    golgi_spread: float
    marker: float


G1 = Traits(2.0, 118.0, 20.0, 6.0, 0.32, 0.05)
G2 = Traits(4.0, 178.0, 48.0, 17.0, 0.80, 1.00)
MITOTIC: dict[Stage, Traits] = {
    "prophase": Traits(4.0, 165.0, 34.0, 34.0, 1.60, 1.10),
    "metaphase": Traits(4.0, 62.0, 16.0, 48.0, 3.14, 0.70),
    "anaphase": Traits(2.0, 30.0, 8.0, 24.0, 3.14, 0.25),
}


@dataclass(frozen=True, slots=True)
class State:
    """Where a cell is in its cycle; `progress` runs from 0 to 1 within S."""

    phase: Phase
    stage: Stage
    progress: float


def traits_of(state: State) -> Traits:
    """Look up what is typical of a cell in this state; S runs evenly from G1 to G2."""
    if state.phase == "M":
        return MITOTIC[state.stage]
    if state.phase != "S":
        return G1 if state.phase == "G1" else G2
    progress = state.progress
    mixed = {
        field.name: (1 - progress) * getattr(G1, field.name) + progress * getattr(G2, field.name)
        for field in fields(Traits)
    }
    # CENP-F lags behind the DNA: most of it is made when replication is nearly over.
    mixed["marker"] = G1.marker + (G2.marker - G1.marker) * 0.6 * progress**2
    return Traits(**mixed)
