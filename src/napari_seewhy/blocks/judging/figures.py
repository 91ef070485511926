"""The figures of one stained image: efficiencies in several ways, agreement with the marker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.staining import BlockJudge

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.blocks.counting import Efficiency
    from napari_seewhy.blocks.marking import MarkerBlocks
    from napari_seewhy.blocks.staining import MarkedStain
    from napari_seewhy.staining import BlockScores


class StainCounter:
    """Counts a virtual stain at any cut; what does not depend on the cut is computed once.

    Parameters
    ----------
    result
        The virtual stain.
    measured
        What the real marker says of its blocks; None without one.
    """

    def __init__(self, result: MarkedStain, measured: MarkerBlocks | None) -> None:
        self.result, self.measured = result, measured
        stained, learned, _ = result
        self.learned_share = float(learned.mean())
        self._judge: BlockJudge | None = None
        if measured is not None and not learned.all():
            called = np.reshape(measured.called, stained.probability.shape)
            self._judge = BlockJudge(np.where(learned, np.nan, stained.probability), called)

    def at(self, cut: float) -> StainFigures:
        """Return the figures at this cut."""
        scores = None if self._judge is None else self._judge.scores(cut)
        return StainFigures(self, cut, scores)


class StainFigures:
    """What a virtual stain comes to at one cut, frame by frame.

    The interval of a frame takes some milliseconds, so each is computed when it is asked for.

    Attributes
    ----------
    cut
        Probability from which a block counts as positive.
    shares
        ``(T,)``: share of positive blocks, 0 to 1.
    summed
        Efficiency by adding up the probabilities.
    measured
        That of the real marker; empty without one.
    scores
        Agreement with the marker, over all frames and all blocks from which the model has not
        learned; None without a marker or such a block.
    learned_share
        Share of the blocks from which the model has learned.
    """

    def __init__(self, counter: StainCounter, cut: float, scores: BlockScores | None) -> None:
        self.cut, self.scores = cut, scores
        self._counter = counter
        self._counted: dict[int, Efficiency] = {}
        probability = counter.result.stained.probability
        self.shares: NDArray[np.float64] = (probability >= cut).mean(axis=(1, 2))
        self.summed = counter.result.summed
        self.learned_share = counter.learned_share
        self.measured = () if counter.measured is None else counter.measured.efficiencies

    @property
    def is_whole(self) -> bool:
        """Whether the interval of every frame is known."""
        return len(self._counted) == len(self.summed)

    def counted(self, t: int) -> Efficiency:
        """Return the efficiency of a frame by counting positive blocks, with its interval."""
        if t not in self._counted:
            self._counted[t] = self._counter.result.stained.efficiency(t, self.cut)
        return self._counted[t]

    def count_next(self) -> None:
        """Compute the interval of one more frame."""
        for t in range(len(self.summed)):
            if t not in self._counted:
                self.counted(t)
                return

    def intervals(self) -> NDArray[np.float64]:
        """Return low and high of each frame: ``(T, 2)``, 0 to 1."""
        counted = [self.counted(t) for t in range(len(self.summed))]
        return np.array([[found.low, found.high] for found in counted])

    def table(self) -> pd.DataFrame:
        """Return one row per frame and way of finding the efficiency."""
        import pandas as pd

        counted = [self.counted(t) for t in range(len(self.summed))]
        ways = {"sum": self.summed, "count": counted, "marker": self.measured}
        rows: list[dict[str, Any]] = [
            {"t": t, "efficiency_by": way, "cut": self.cut if way == "count" else np.nan}
            | _to_row(found)
            for way, efficiencies in ways.items()
            for t, found in enumerate(efficiencies)
        ]
        return pd.DataFrame(rows)


def _to_row(found: Efficiency) -> dict[str, Any]:
    return {
        "efficiency": found.value,
        "low": found.low,
        "high": found.high,
        "n_blocks": found.n_blocks,
        "n_independent": found.n_independent,
    }
