"""What the tracks say in the window of one gene, in the direction of its picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.genome.genes import GenePlace
    from napari_seewhy.genome.intervals import Intervals


@dataclass(frozen=True, slots=True)
class Sites:
    """CpG sites in a window.

    Attributes
    ----------
    offset_bp
        ``(n,)`` distance of the site's middle from the left edge of the picture.
    level
        ``(n,)`` share of methylated reads, 0..1.
    difference
        ``(n,)`` level minus that of the control; None without a control.
    """

    offset_bp: NDArray[np.float64]
    level: NDArray[np.float64]
    difference: NDArray[np.float64] | None

    def __len__(self) -> int:
        return len(self.offset_bp)


@dataclass(frozen=True, slots=True)
class GeneWindow:
    """Chromatin and methylation about the start of one gene.

    Attributes
    ----------
    place
        The window.
    chromatin
        Treated, in units of the control's depth.
    control_chromatin
        None without a control.
    sites
        Methylation.
    is_whole
        Whether chromatin was measured everywhere on the chromosome, and all values are numbers.
    """

    place: GenePlace
    chromatin: Intervals
    control_chromatin: Intervals | None
    sites: Sites
    is_whole: bool = True

    def heights(self, n: int) -> NDArray[np.float64]:
        """Return the mean signal of the treated sample in `n` equal bins, left to right.

        NaN where nothing was measured.
        """
        return bin_window(self.chromatin, self.place, n)

    def control_heights(self, n: int) -> NDArray[np.float64] | None:
        """Return the mean signal of the control in `n` equal bins, left to right.

        NaN where nothing was measured.
        """
        if self.control_chromatin is None:
            return None
        return bin_window(self.control_chromatin, self.place, n)


def bin_window(intervals: Intervals, place: GenePlace, n: int) -> NDArray[np.float64]:
    """Return the mean of a track in `n` equal bins of a window, left to right in its picture."""
    means = intervals.bin_means(np.linspace(place.start, place.end, n + 1))
    return means[::-1] if place.is_mirrored else means


def pair_sites(treated: Intervals, control: Intervals | None, place: GenePlace) -> Sites:
    """Pair the CpG sites of a treated sample with those of its control.

    Parameters
    ----------
    treated, control
        Levels 0..1. With a control only sites that both measured are kept. A site of one base is
        the same as one of two bases, both strands of a CpG, that holds it.
    place
        The window.
    """
    start, end, level = treated
    difference = None
    if control is not None:
        there = np.searchsorted(control.start, end) - 1
        is_both = there >= 0
        is_both[is_both] = control.end[there[is_both]] > start[is_both]
        start, end, level = start[is_both], end[is_both], level[is_both]
        difference = level - control.value[there[is_both]]
    offset = (start + end) / 2 - place.start
    offset = np.clip(offset, 0, place.span_bp)
    return Sites(place.span_bp - offset if place.is_mirrored else offset, level, difference)
