"""The evaluation of a virtual immunostaining as one page of HTML that stands alone."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from napari_seewhy.pages import (
    LINE_COLORS,
    SOFT,
    Axes,
    dot,
    draw_table,
    figure,
    head,
    line,
    plot_reliability,
    round_ticks,
    section,
    write_page,
)

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from napari_seewhy.blocks.judging.evaluation import StainEvaluation

_MOST_ROWS = 200


def write_stain_page(path: Path, evaluation: StainEvaluation) -> None:
    """Write an evaluation as a page to read, print or send: figures, plots, table of dishes.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    title = f"Virtual immunostaining: {evaluation.model}"
    sections = {
        "Figures": _figures(evaluation),
        "Plots": _plots(evaluation),
        "Dishes": _table(evaluation.dishes),
        "Fields": _table(evaluation.fields),
    }
    parts = (section(name, made) for name, made in sections.items())
    write_page(path, title, (_header(title, evaluation), *parts))


def plot_efficiencies(table: pd.DataFrame) -> str:
    """Draw predicted against measured efficiency with its interval, as SVG.

    Parameters
    ----------
    table
        Fields or dishes, columns as in `StainEvaluation`.
    """
    top = float(max(table[["measured", "efficiency", "high"]].max().max(), 0.01)) * 105
    ticks = round_ticks(0, top)
    axes = Axes(
        "Measured efficiency (%)", "Predicted efficiency (%)", (0, top), (0, top), ticks, ticks
    )
    marks = [line(axes.x(0), axes.y(0), axes.x(top), axes.y(top), SOFT, dash="3 3")]
    names = table["image"] if "image" in table else table["dish"]
    rows = (100 * table[["measured", "efficiency", "low", "high"]]).itertuples(index=False)
    for name, (measured, said, low, high) in zip(names, rows, strict=True):
        x = axes.x(measured)
        marks.append(line(x, axes.y(low), x, axes.y(high), LINE_COLORS[5], width=1.5))
        words = f"{name}: measured {measured:.1f} %, predicted {said:.1f} %"
        marks.append(dot(x, axes.y(said), 4, LINE_COLORS[0], words))
    return axes.draw(marks, "Predicted against measured efficiency")


def _header(title: str, evaluation: StainEvaluation) -> str:
    scores = evaluation.scores
    lead = (
        f"Judged by {scores.n_blocks} blocks of {len(evaluation.fields)} fields of "
        f"{evaluation.n_dishes} dishes; {scores.n_positives} blocks are positive."
    )
    alarms = "".join(f"<p>{escape(sentence)}</p>" for sentence in evaluation.warnings)
    box = f'<div class="alarm" role="alert">{alarms}</div>' if alarms else ""
    return head(title, lead, box)


def _figures(evaluation: StainEvaluation) -> str:
    scores, by = evaluation.scores, evaluation.by_dish
    named = {
        "F1 of the positive blocks": scores.f1,
        "Precision (share of positives among what was called so)": scores.precision,
        "Recall (share of the positives that were found)": scores.recall,
        "ROC AUC": scores.roc_auc,
        "Accuracy (share of right answers)": scores.accuracy,
        "Accuracy of always saying the more frequent": scores.baseline,
        "Correlation of probability and positive area": evaluation.area_correlation,
        "Efficiency per dish and day: Pearson r": by.pearson_r,
        "Efficiency per dish and day: Spearman": by.spearman_r,
        "Efficiency per dish and day: mean absolute error": by.mae,
    }
    return draw_table([], ((name, f"<b>{_number(value)}</b>") for name, value in named.items()))


def _plots(evaluation: StainEvaluation) -> str:
    kinds = (
        (
            plot_efficiencies(evaluation.dishes),
            "Efficiency of each dish and day. Bars: what another place of the dish would give, in "
            "95 of 100 cases, were the model right.",
        ),
        (
            plot_reliability(
                evaluation.reliability,
                Axes("Probability of the block", "Positive blocks (share)"),
                "{n} blocks: said {said:.2f}, positive {true:.2f}",
                "Share of positive blocks at each probability",
            ),
            "How often blocks are positive at each probability; on the dashed line the sum of the "
            "probabilities is right.",
        ),
    )
    drawn = "".join(figure(plot, words) for plot, words in kinds)
    return f'<div class="plots">{drawn}</div>'


def _table(table: pd.DataFrame) -> str:
    rows = (
        [_number(row[0]), *(escape(_number(value)) for value in row[1:])]
        for row in table[:_MOST_ROWS].itertuples(index=False)
    )
    more = len(table) - _MOST_ROWS
    rest = f"<p>and {more} more, which are in the table of the command</p>" if more > 0 else ""
    return draw_table([str(name) for name in table.columns], rows) + rest


def _number(value: object) -> str:
    if value is None:
        return "not known"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
