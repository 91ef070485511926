"""The sets that a list is enriched for as a figure on white paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.pages import LINE_COLORS, RULE, SOFT, box, line, round_ticks, svg, text

if TYPE_CHECKING:
    import pandas as pd

_N_SETS = 12
_LONGEST = 34
_LEFT, _WIDTH, _RIGHT = 230, 330, 210
_TOP, _ROW, _BAR = 52, 24, 15
_SIGNIFICANT = 0.05
_LEAST_Q = 1e-300


def draw_enrichment(table: pd.DataFrame, name: str) -> str:
    """Draw the sets with the smallest q-values as bars.

    Parameters
    ----------
    table
        Of an `Enrichment`.
    name
        Of the list, for the title.

    Returns
    -------
    str
        An SVG: one bar per set, as long as -log10 of its q-value; sets with q of 0.05 or more are
        grey.
    """
    shown = table.head(_N_SETS)
    heights = -np.log10(shown["q"].clip(lower=_LEAST_Q).to_numpy(float))
    longest = max(float(heights.max(initial=0)) * 1.05, 2.0)
    bottom = _TOP + _ROW * len(shown)
    marks = [text(12, 24, f"Sets enriched in {name}", size=16)]
    for tick in round_ticks(0, longest):
        x = _LEFT + _WIDTH * tick / longest
        marks.append(line(x, _TOP - 6, x, bottom, RULE, width=0.6))
        marks.append(text(x, bottom + 16, f"{tick:g}", anchor="middle", color=SOFT))
    for row, (one, height) in enumerate(zip(shown.to_dict("records"), heights, strict=True)):
        top = _TOP + _ROW * row
        color = LINE_COLORS[0] if one["q"] < _SIGNIFICANT else RULE
        words = str(one["set"])
        words = words if len(words) <= _LONGEST else f"{words[: _LONGEST - 3]}..."
        n, n_set, fold = one["n_overlap"], one["n_set"], one["fold"]
        about = f"{n:,} of {n_set:,} genes, {fold:.1f} times chance"
        length = _WIDTH * height / longest
        marks.append(text(_LEFT - 8, top + 12, words, anchor="end"))
        marks.append(box(_LEFT, top, max(length, 1), _BAR, color))
        marks.append(text(_LEFT + length + 6, top + 12, about, color=SOFT, size=11))
    edge = _LEFT - _WIDTH * np.log10(_SIGNIFICANT) / longest
    marks.append(line(edge, _TOP - 6, edge, bottom, LINE_COLORS[1], dash="4 3"))
    marks.append(text(edge, _TOP - 12, "q = 0.05", anchor="middle", color=LINE_COLORS[1], size=11))
    marks.append(text(_LEFT + _WIDTH / 2, bottom + 36, "-log10 of the q-value", anchor="middle"))
    size = _LEFT + _WIDTH + _RIGHT, bottom + 50
    back = box(0, 0, *size, "#ffffff")
    n_enriched = int((table["q"] < _SIGNIFICANT).sum())
    return svg(
        *size, [back, *marks], f"{n_enriched} of {len(table)} sets have q < 0.05", is_file=True
    )
