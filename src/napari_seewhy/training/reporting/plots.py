"""The plots of the evaluation page."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

from napari_seewhy.pages import (
    DASHES,
    INK,
    LINE_COLORS,
    RULE,
    SOFT,
    Axes,
    box,
    dot,
    draw_key,
    line,
    round_ticks,
    svg,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from napari_seewhy.training.judging import Evaluation, Figure

_LOSSES = {"loss": "learning", "stop_loss": "stop set"}
_LONGEST_NAME = 14
"""Letters of a class name that fit beside the confusion matrix."""


def plot_history(history: Sequence[Mapping[str, float]], best_epoch: int) -> str:
    """Draw the loss on the samples learned from and on the stop set, epoch by epoch.

    Parameters
    ----------
    history
        One entry per epoch with ``loss`` and ``stop_loss``.
    best_epoch
        Epoch whose weights were kept, from 1; 0 if not known.
    """
    epochs = range(1, len(history) + 1)
    losses = {name: [epoch[name] for epoch in history] for name in _LOSSES}
    lowest, highest = min(map(min, losses.values())), max(map(max, losses.values()))
    margin = 0.06 * (highest - lowest) or 0.1
    x_range = (1.0, max(2.0, float(len(history))))
    y_range = (max(0.0, lowest - margin), highest + margin)
    axes = Axes(
        "Epoch",
        "Loss",
        x_range,
        y_range,
        [tick for tick in round_ticks(*x_range) if tick.is_integer()],
        round_ticks(*y_range),
    )
    styles = dict(zip(losses, zip(LINE_COLORS, DASHES, strict=False), strict=False))
    marks = [axes.curve(epochs, losses[name], *styles[name]) for name in losses]
    if best_epoch:
        x = axes.x(best_epoch)
        marks.insert(0, line(x, axes.y(y_range[0]), x, axes.y(y_range[1]), SOFT, dash="3 3"))
        near_end = best_epoch > sum(x_range) / 2
        marks.append(
            text(
                x + (-5 if near_end else 5),
                axes.y(y_range[1]) + 12,
                f"kept: epoch {best_epoch}",
                anchor="end" if near_end else "start",
                color=SOFT,
            )
        )
    key = draw_key((_LOSSES[name], *styles[name]) for name in losses)
    return axes.draw(marks, "Loss while learning and on the stop set, per epoch") + key


def plot_confusion(evaluation: Evaluation) -> str:
    """Draw how often each class was taken for each; shades and shares are of the row."""
    n_classes = len(evaluation.classes)
    names = [_shorten(name) for name in evaluation.classes]
    left, top = 30 + 7 * max(map(len, names)), 40 + 4 * max(map(len, names))
    size = max(38.0, min(92.0, (420 - left) / n_classes))
    marks = [
        text(left + n_classes * size / 2, 14, "said", anchor="middle", color=SOFT),
        text(12, top + n_classes * size / 2, "truth", anchor="middle", color=SOFT, turn=-90),
    ]
    for i, name in enumerate(names):
        middle = (i + 0.5) * size
        marks += [
            text(left - 7, top + middle + 4, name, anchor="end"),
            text(left + middle - 3, top - 7, name, turn=-28),
        ]
        total = sum(evaluation.confusion[i])
        for j, n in enumerate(evaluation.confusion[i]):
            marks += _draw_cell(left + j * size, top + i * size, size, n, total)
    width = left + n_classes * size + 50
    return svg(width, top + n_classes * size + 4, marks, "Confusion matrix")


def _draw_cell(x: float, y: float, size: float, n: int, total: int) -> list[str]:
    share = n / total if total else 0.0
    # From white to the blue of the palette.
    red, green, blue = (round(255 + (end - 255) * share) for end in (0, 114, 178))
    color = "#ffffff" if share > 0.55 else INK if n else SOFT
    small, middle = 9 if size < 50 else 11, x + size / 2
    marks = [
        box(x + 0.5, y + 0.5, size - 1, size - 1, f"rgb({red},{green},{blue})"),
        text(middle, y + size / 2, str(n), anchor="middle", color=color, size=small + 2),
    ]
    if n:
        percent = f"{100 * share:.0f} %"
        marks.append(
            text(middle, y + size / 2 + 14, percent, anchor="middle", color=color, size=small)
        )
    return marks


def plot_roc(evaluation: Evaluation) -> str:
    """Draw how many of a class are found against how many others are taken for it."""
    axes = Axes("Others taken for the class (share)", "Found of the class (share)")
    curves = evaluation.roc
    # Of two classes the second curve is the first one, mirrored.
    if len(evaluation.classes) == 2:
        curves = curves[-1:]
    styles = list(zip(curves, cycle(LINE_COLORS), cycle(DASHES), strict=False))
    marks = [line(axes.x(0), axes.y(0), axes.x(1), axes.y(1), SOFT, dash="3 3")]
    marks += [axes.curve(curve.x, curve.y, color, dash) for curve, color, dash in styles]
    areas = {figures.name: figures.roc_auc for figures in evaluation.per_class}
    key = draw_key(
        (f"{curve.name} {area.value:.3f}", color, dash)
        for curve, color, dash in styles
        if (area := areas[curve.name]) is not None
    )
    return axes.draw(marks, "Receiver operating characteristic of each class") + key


def plot_interval(figure: Figure, width: float = 190) -> str:
    """Draw a figure as a dot, its interval as a bar, its baseline as a tick, from 0 to 1."""
    height, middle, inner = 18, 9, width - 12

    def x(value: float) -> float:
        return round(6 + inner * value, 2)

    marks = [
        line(x(0), middle, x(1), middle, RULE, width=1),
        line(x(figure.low), middle, x(figure.high), middle, LINE_COLORS[0], width=5),
        dot(x(figure.value), middle, 4.5, LINE_COLORS[0], figure.describe()),
    ]
    if figure.baseline is not None:
        place = x(figure.baseline)
        marks.append(line(place, 1, place, height - 1, LINE_COLORS[1], width=2))
    return svg(width, height, marks, figure.describe())


def _shorten(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
