"""The evaluation of a virtual immunostaining as one page of HTML that stands alone."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from napari_seewhy.files import write_text
from napari_seewhy.training.reporting import LINE_COLORS, SOFT, STYLE, Axes, dot, line, round_ticks

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
    body = "".join(
        f"<section><h2>{name}</h2>\n{made}</section>\n" for name, made in sections.items()
    )
    write_text(
        path,
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"{_header(title, evaluation)}{body}</body>\n</html>\n",
    )


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


def plot_reliability(reliability: tuple[tuple[float, float, int], ...]) -> str:
    """Draw which share of the blocks is positive at each probability, as SVG."""
    axes = Axes("Probability of the block", "Positive blocks (share)")
    most = max(n for *_, n in reliability)
    marks = [line(axes.x(0), axes.y(0), axes.x(1), axes.y(1), SOFT, dash="3 3")]
    probabilities, shares = [said for said, *_ in reliability], [true for _, true, _ in reliability]
    marks.append(axes.curve(probabilities, shares, LINE_COLORS[0], width=1))
    marks += [
        dot(
            axes.x(said),
            axes.y(true),
            3 + 8 * (n / most) ** 0.5,
            LINE_COLORS[0],
            f"{n} blocks: said {said:.2f}, positive {true:.2f}",
        )
        for said, true, n in reliability
    ]
    return axes.draw(marks, "Share of positive blocks at each probability")


def _header(title: str, evaluation: StainEvaluation) -> str:
    scores = evaluation.scores
    lead = (
        f"Judged by {scores.n_blocks} blocks of {len(evaluation.fields)} fields of "
        f"{evaluation.n_dishes} dishes; {scores.n_positives} blocks are positive."
    )
    alarms = "".join(f"<p>{escape(sentence)}</p>" for sentence in evaluation.warnings)
    box = f'<div class="alarm" role="alert">{alarms}</div>' if alarms else ""
    return f'<h1>{escape(title)}</h1>\n<p class="lead">{escape(lead)}</p>\n{box}\n'


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
    rows = "".join(
        f"<tr><th>{name}</th><td><b>{_number(value)}</b></td></tr>" for name, value in named.items()
    )
    return f"<table><tbody>{rows}</tbody></table>"


def _plots(evaluation: StainEvaluation) -> str:
    kinds = (
        (
            plot_efficiencies(evaluation.dishes),
            "Efficiency of each dish and day. Bars: what another place of the dish would give, in "
            "95 of 100 cases, were the model right.",
        ),
        (
            plot_reliability(evaluation.reliability),
            "How often blocks are positive at each probability; on the dashed line the sum of the "
            "probabilities is right.",
        ),
    )
    figures = (
        f"<figure>{drawn}<figcaption>{words}</figcaption></figure>" for drawn, words in kinds
    )
    return f'<div class="plots">{"".join(figures)}</div>'


def _table(table: pd.DataFrame) -> str:
    head = "".join(f"<th>{escape(str(name))}</th>" for name in table.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(_number(value))}</td>" for value in row) + "</tr>"
        for row in table[:_MOST_ROWS].itertuples(index=False)
    )
    more = len(table) - _MOST_ROWS
    rest = f"<p>and {more} more, which are in the table of the command</p>" if more > 0 else ""
    return (
        f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
        f"{rest}</div>"
    )


def _number(value: object) -> str:
    if value is None:
        return "not known"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
