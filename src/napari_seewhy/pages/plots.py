"""Plots that several pages have."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from napari_seewhy.pages.marks import Axes, dot, line, svg
from napari_seewhy.pages.style import LINE_COLORS, SOFT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def plot_reliability(
    bins: Sequence[tuple[float, float, int]], axes: Axes, words: str, description: str
) -> str:
    """Draw how often something is true against how sure a model is; dots grow with their number.

    Parameters
    ----------
    bins
        What was said, which share of it was true, and of how many.
    axes
        Both from 0 to 1.
    words
        What a mouse over a dot shows; ``{said}``, ``{true}`` and ``{n}`` are filled in.
    description
        What can be seen, for people who cannot.
    """
    most = max(n for *_, n in bins)
    said, true, _ = zip(*bins, strict=True)
    marks = [
        line(axes.x(0), axes.y(0), axes.x(1), axes.y(1), SOFT, dash="3 3"),
        axes.curve(said, true, LINE_COLORS[0], width=1),
    ]
    for x, y, n in bins:
        tooltip = words.format(said=x, true=y, n=n)
        marks.append(dot(axes.x(x), axes.y(y), 3 + 8 * (n / most) ** 0.5, LINE_COLORS[0], tooltip))
    return axes.draw(marks, description)


def draw_key(entries: Iterable[tuple[str, str, str]]) -> str:
    """Say which line is which, in a row beside the plot.

    Parameters
    ----------
    entries
        Name, colour and dashes of each line.
    """
    swatches = [
        f"<span>{svg(26, 10, [line(0, 5, 26, 5, color, width=2.5, dash=dash)], name)}"
        f"{escape(name)}</span>"
        for name, color, dash in entries
    ]
    return f'<div class="key">{"".join(swatches)}</div>'
