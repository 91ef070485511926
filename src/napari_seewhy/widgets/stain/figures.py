"""The figures of a virtual stain: efficiencies in several ways, and agreement with the marker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.staining import BlockJudge
from napari_seewhy.widgets.parts.pictures import html_table

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.blocks.counting import Efficiency
    from napari_seewhy.blocks.staining import MarkedStain
    from napari_seewhy.layers import MarkerBlocks
    from napari_seewhy.staining import BlockScores

_AGREEMENT = "Agreement with the real marker, block by block"


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
    """

    def __init__(self, counter: StainCounter, cut: float, scores: BlockScores | None) -> None:
        self.cut, self.scores = cut, scores
        self._counter = counter
        self._counted: dict[int, Efficiency] = {}
        probability = counter.result.stained.probability
        self.shares: NDArray[np.float64] = (probability >= cut).mean(axis=(1, 2))
        self.summed = counter.result.summed
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

    def describe(self, frame: int) -> str:
        """Say in rich text what holds of one frame."""
        t = min(max(frame, 0), len(self.summed) - 1)
        rows = [
            _row("Probabilities", self.summed[t]),
            _row(f"From {self.cut:.0%} on", self.counted(t)),
        ]
        if self.measured:
            rows.append(_row("Real marker", self.measured[t]))
        head = "Efficiency" if len(self.summed) == 1 else f"Efficiency, t {t}"
        return html_table([head, "", "95 % interval"], rows) + self._describe_agreement()

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

    def _describe_agreement(self) -> str:
        if not self.measured:
            return ""
        share = self._counter.learned_share
        scores, learned = self.scores, f"{share:.0%} of these blocks"
        if scores is None:
            return f"<p>{_AGREEMENT}: not said, as the model has learned from {learned}.</p>"
        left_out = f" The model has learned from {learned}; they are left out."
        return (
            f'<p style="margin-top:4px">{_AGREEMENT}: '
            f"<b>F1 {scores.f1:.2f}</b>, AUC {scores.roc_auc:.2f}, accuracy {scores.accuracy:.2f} "
            f"(always saying the more frequent: {scores.baseline:.2f}); {scores.n_positives:,} of "
            f"{scores.n_blocks:,} blocks are positive.{left_out * (share > 0)}</p>"
        )


def _row(name: str, found: Efficiency) -> list[str]:
    interval = f"{100 * found.low:.1f}\N{EN DASH}{100 * found.high:.1f} %"
    return [name, f"{100 * found.value:.1f} %", interval]


def _to_row(found: Efficiency) -> dict[str, Any]:
    return {
        "efficiency": found.value,
        "low": found.low,
        "high": found.high,
        "n_blocks": found.n_blocks,
        "n_independent": found.n_independent,
    }
