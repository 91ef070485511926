"""What lies in the dish before any light falls on it. Positions and lengths in micrometres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from simulating.fields.outlines import Outline
    from simulating.fields.phases import State


@dataclass(frozen=True, slots=True, eq=False)
class PlannedCell:
    """One cell with all that was drawn about it.

    Attributes
    ----------
    state
        Where it is in its cycle.
    nucleus, body
        Outline of the nucleus (of the chromosomes in mitosis) and of the whole cell.
    dna, marker
        Copies of the haploid genome; level of CENP-F, 1 = a typical G2 cell.
    stain
        Strength of each channel's stain in this cell, about 1: DNA, Golgi, CENP-F, microtubules.
    golgi
        ``(N, 5)``: y, x, half length, half width and angle of each piece.
    fibres
        ``(N, P, 2)``: y and x of the points along each microtubule.
    nucleoli
        ``(N, 3)``: y, x and radius.
    texture_seed
        Of the fine pattern of its chromatin.
    """

    state: State
    nucleus: Outline
    body: Outline
    dna: float
    marker: float
    stain: NDArray[np.float64]
    golgi: NDArray[np.float64]
    fibres: NDArray[np.float64]
    nucleoli: NDArray[np.float64]
    texture_seed: int


@dataclass(frozen=True, slots=True, eq=False)
class Dish:
    """Everything under the microscope.

    Attributes
    ----------
    cells
        In the order of their labels, from 1 on.
    debris
        ``(N, 4)``: y, x, radius, and brightness (1 = a G1 nucleus).
    """

    cells: tuple[PlannedCell, ...]
    debris: NDArray[np.float64]
