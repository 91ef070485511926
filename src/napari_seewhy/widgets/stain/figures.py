"""The figures of a virtual stain: efficiencies in several ways, and agreement with the marker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from napari_seewhy.staining import BlockScores, judge_blocks
from napari_seewhy.widgets.parts.pictures import html_table

if TYPE_CHECKING:
    import pandas as pd

    from napari_seewhy.blocks.counting import Efficiency
    from napari_seewhy.blocks.staining import MarkedStain
    from napari_seewhy.layers import MarkerBlocks

_AGREEMENT = "Agreement with the real marker, block by block"


@dataclass(frozen=True, slots=True)
class StainFigures:
    """What a virtual stain comes to, frame by frame.

    Attributes
    ----------
    cut
        Probability from which a block counts as positive.
    summed, counted
        Efficiency by adding up the probabilities, and by counting positive blocks.
    measured
        That of the real marker; empty without one.
    scores
        Agreement with the marker, over all frames and all blocks from which the model has not
        learned; None without a marker or such a block.
    learned_share
        Share of the blocks from which the model has learned.
    """

    cut: float
    summed: list[Efficiency]
    counted: list[Efficiency]
    measured: list[Efficiency]
    scores: BlockScores | None
    learned_share: float = 0.0

    @classmethod
    def of(cls, result: MarkedStain, cut: float, measured: MarkerBlocks | None) -> Self:
        """Work out all figures at this cut."""
        stained, learned = result
        scores = None
        if measured is not None and not learned.all():
            called = np.reshape(measured.called, stained.probability.shape)
            scores = judge_blocks(np.where(learned, np.nan, stained.probability), called, cut)
        return cls(
            cut=cut,
            summed=stained.efficiencies(),
            counted=stained.efficiencies(cut),
            measured=[] if measured is None else list(measured.efficiencies),
            scores=scores,
            learned_share=float(learned.mean()),
        )

    def describe(self, frame: int) -> str:
        """Say in rich text what holds of one frame."""
        t = min(max(frame, 0), len(self.summed) - 1)
        rows = [
            _row("Probabilities", self.summed[t]),
            _row(f"From {self.cut:.0%} on", self.counted[t]),
        ]
        if self.measured:
            rows.append(_row("Real marker", self.measured[t]))
        head = "Efficiency" if len(self.summed) == 1 else f"Efficiency, t {t}"
        return html_table([head, "", "95 % interval"], rows) + self._describe_agreement()

    def table(self) -> pd.DataFrame:
        """Return one row per frame and way of finding the efficiency."""
        import pandas as pd

        ways = {"sum": self.summed, "count": self.counted, "marker": self.measured}
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
        scores, learned = self.scores, f"{self.learned_share:.0%} of these blocks"
        if scores is None:
            return f"<p>{_AGREEMENT}: not said, as the model has learned from {learned}.</p>"
        left_out = f" The model has learned from {learned}; they are left out."
        return (
            f'<p style="margin-top:4px">{_AGREEMENT}: '
            f"<b>F1 {scores.f1:.2f}</b>, AUC {scores.roc_auc:.2f}, accuracy {scores.accuracy:.2f} "
            f"(always saying the more frequent: {scores.baseline:.2f}); {scores.n_positives:,} of "
            f"{scores.n_blocks:,} blocks are positive.{left_out * (self.learned_share > 0)}</p>"
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
