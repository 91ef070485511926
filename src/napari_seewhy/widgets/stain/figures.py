"""The figures of a virtual stain in words: efficiencies, and agreement with the marker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_seewhy.widgets.parts.pictures import html_table

if TYPE_CHECKING:
    from napari_seewhy.blocks.counting import Efficiency
    from napari_seewhy.blocks.judging import StainFigures

_AGREEMENT = "Agreement with the real marker, block by block"


def describe_figures(figures: StainFigures, frame: int) -> str:
    """Say in rich text what holds of one frame."""
    t = min(max(frame, 0), len(figures.summed) - 1)
    rows = [
        _row("Probabilities", figures.summed[t]),
        _row(f"From {figures.cut:.0%} on", figures.counted(t)),
    ]
    if figures.measured:
        rows.append(_row("Real marker", figures.measured[t]))
    head = "Efficiency" if len(figures.summed) == 1 else f"Efficiency, t {t}"
    return html_table([head, "", "95 % interval"], rows) + _describe_agreement(figures)


def _describe_agreement(figures: StainFigures) -> str:
    if not figures.measured:
        return ""
    share = figures.learned_share
    scores, learned = figures.scores, f"{share:.0%} of these blocks"
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
