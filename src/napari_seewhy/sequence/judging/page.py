"""The evaluation of predicted coverage as one page of HTML that stands alone."""

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
    round_ticks,
    section,
    write_page,
)
from napari_seewhy.sequence.judging.evaluate import NETWORK

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from napari_seewhy.sequence.judging.evaluate import CoverageEvaluation

_BEATEN = "words of 5 letters"


def write_coverage_page(path: Path, evaluation: CoverageEvaluation) -> None:
    """Write an evaluation as a page: figures, a plot of the tracks, a table of all of them.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    title = f"Coverage from DNA: {evaluation.model}"
    lead = (
        f"Judged on {evaluation.n_windows} windows that nothing was learned from. The linear model "
        "of words of five letters knows no order and no distance; a network should be better."
    )
    means = evaluation.means()
    rows = (
        (escape(str(name)), f"<b>{row.pearson:.3f}</b>", f"<b>{row.pearson_log:.3f}</b>")
        for name, row in means.iterrows()
    )
    columns = ["Prediction", "Mean Pearson r over the tracks", "of logarithms"]
    plot = figure(
        plot_tracks(evaluation.table),
        "Each dot is a track: the network against the linear model of words of five letters, with "
        "95 % intervals from draws of whole windows. Above the dashed line the network is better.",
    )
    parts = (
        section("Figures", draw_table(columns, rows)),
        section("Tracks", plot),
        section("All tracks", _table(evaluation.table)),
    )
    write_page(path, title, (head(title, lead, ""), *parts))


def plot_tracks(table: pd.DataFrame) -> str:
    """Draw the correlation of every track by the network against the linear model, as SVG."""
    # By place and not by name, for tracks of the course share names.
    network, other = (
        table[table["prediction"] == name].reset_index(drop=True) for name in (NETWORK, _BEATEN)
    )
    low = min(0.0, float(network["low_log"].min()), float(other["low_log"].min()))
    ticks = round_ticks(low, 1.0)
    low = min(low, ticks[0])
    axes = Axes(
        "Linear model, r of logarithms",
        "Network, r of logarithms",
        (low, 1),
        (low, 1),
        ticks,
        ticks,
    )
    marks = [line(axes.x(low), axes.y(low), axes.x(1), axes.y(1), SOFT, dash="3 3")]
    for (_, row), (_, against) in zip(network.iterrows(), other.iterrows(), strict=True):
        track = row["track"]
        x, y = axes.x(against["pearson_log"]), axes.y(row["pearson_log"])
        marks.append(
            line(x, axes.y(row["low_log"]), x, axes.y(row["high_log"]), LINE_COLORS[5], width=1.5)
        )
        words = f"{track}: network {row['pearson_log']:.3f}, linear {against['pearson_log']:.3f}"
        marks.append(dot(x, y, 4, LINE_COLORS[0], words))
    return axes.draw(marks, "Correlation of each track")


def _table(table: pd.DataFrame) -> str:
    columns = ["Track", "Prediction", "Pearson r", "95 %", "of logarithms", "95 %"]
    rows = (
        (
            escape(str(row.track)),
            escape(str(row.prediction)),
            f"{row.pearson:.3f}",
            f"{row.low:.3f} to {row.high:.3f}",
            f"{row.pearson_log:.3f}",
            f"{row.low_log:.3f} to {row.high_log:.3f}",
        )
        for row in table.itertuples()
    )
    return draw_table(columns, rows)
