"""The evaluation as one page of HTML that stands alone: no script, nothing loaded from outside."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from napari_seewhy.pages import (
    Axes,
    draw_image,
    draw_table,
    figure,
    head,
    plot_reliability,
    section,
    write_page,
)
from napari_seewhy.training.reporting.plots import (
    plot_confusion,
    plot_history,
    plot_interval,
    plot_roc,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from napari_seewhy.training.judging import ClassFigures, Evaluation, Figure

_PER_CLASS = {
    "recall": "Recall",
    "precision": "Precision",
    "f1": "F1",
    "roc_auc": "ROC AUC",
    "average_precision": "Average precision",
}


def write_report_page(
    path: Path,
    evaluation: Evaluation,
    *,
    title: str = "Evaluation",
    history: Sequence[Mapping[str, float]] = (),
    best_epoch: int = 0,
    thumbnails: Sequence[bytes] = (),
    details: Mapping[str, str] | None = None,
) -> None:
    """Write an evaluation as a page to read, print or send: figures, plots, errors, alarms.

    Parameters
    ----------
    path
        HTML file to write, whole or not at all.
    evaluation
        The evaluation.
    title
        What was judged.
    history
        One entry per epoch with ``loss`` and ``stop_loss``, for the loss curves.
    best_epoch
        Epoch whose weights were kept, from 1; 0 if not known.
    thumbnails
        PNG files, one per error of the evaluation from the first on; errors without are listed.
    details
        How the model was made: name -> words.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    sections = [
        _header(title, evaluation),
        section("Figures", _figures_table(evaluation)),
        section("Plots", _plots(evaluation, history, best_epoch)),
        section("Each class", _class_table(evaluation)),
        section("Wrong answers, the surest first", _errors(evaluation, thumbnails)),
        section("To be known of these figures", _notes(evaluation)),
        section("How it was made", _details(details or {})),
    ]
    write_page(path, title, sections)


def _header(title: str, evaluation: Evaluation) -> str:
    samples, groups = evaluation.n_samples, evaluation.n_groups
    lead = (
        f"Judged on {samples} sample{'s' * (samples != 1)} of {groups} group{'s' * (groups != 1)} "
        f"that are one of {', '.join(evaluation.classes)}."
    )
    alarms = "".join(f"<p>{escape(alarm)}</p>" for alarm in evaluation.alarms)
    state = (
        f'<div class="alarm" role="alert"><h3>Alarm</h3>{alarms}</div>'
        if alarms
        else '<div class="well"><p>No alarm: every class in the set is predicted, and the model is '
        "better than chance.</p></div>"
    )
    return head(title, lead, state)


def _figures_table(evaluation: Evaluation) -> str:
    named = {
        "Balanced accuracy (mean recall of the classes)": evaluation.balanced_accuracy,
        "Accuracy (share of right answers)": evaluation.accuracy,
        "ROC AUC (mean of the classes)": evaluation.roc_auc,
        "Calibration error (confidence against right answers)": evaluation.calibration_error,
    }
    rows = [_figure_row(name, figure) for name, figure in named.items() if figure]
    drawn = "whole groups" if evaluation.unit == "group" else "samples"
    columns = ("Figure", "Value", "95 % interval", "Baseline", "0 to 1")
    return (
        f'{draw_table(columns, rows)}<p class="lead">The interval holds 95 % of '
        f"{evaluation.n_bootstrap} resamplings of {drawn} (blue bar). The baseline (orange tick) "
        f"always says {escape(evaluation.majority)}, the most frequent class.</p>"
    )


def _figure_row(name: str, figure: Figure) -> tuple[str, ...]:
    baseline = "" if figure.baseline is None else f"{figure.baseline:.3f}"
    interval = f"{figure.low:.3f} to {figure.high:.3f}"
    return name, f"<b>{figure.value:.3f}</b>", interval, baseline, plot_interval(figure)


def _plots(evaluation: Evaluation, history: Sequence[Mapping[str, float]], best_epoch: int) -> str:
    figures = [
        (
            "Confusion",
            plot_confusion(evaluation),
            "Numbers of samples; shades and shares are of the row, the true class.",
        )
    ]
    if evaluation.roc:
        caption = "Each class against all others; the number is the area under the curve."
        figures.append(("ROC", plot_roc(evaluation), caption))
    figures.append(
        (
            "Reliability",
            _plot_reliability(evaluation),
            "On the dashed line a confidence is the share of right answers; below it the model is "
            "too sure. Large dots stand for many samples.",
        )
    )
    if history:
        caption = "When the loss on the stop set rises while the other falls, it learns by heart."
        figures.append(("Loss", plot_history(history, best_epoch), caption))
    drawn = "".join(figure(plot, caption, name) for name, plot, caption in figures)
    return f'<div class="plots">{drawn}</div>'


def _plot_reliability(evaluation: Evaluation) -> str:
    return plot_reliability(
        [(part.confidence, part.accuracy, part.n_samples) for part in evaluation.reliability],
        Axes("Confidence", "Right answers (share)"),
        "{n} samples: sure {said:.2f}, right {true:.2f}",
        "Share of right answers at each confidence",
    )


def _class_table(evaluation: Evaluation) -> str:
    columns = ("Class", "Samples", "Predicted", *_PER_CLASS.values())
    return draw_table(columns, map(_class_row, evaluation.per_class))


def _class_row(figures: ClassFigures) -> tuple[str, ...]:
    counts = (figures.name, str(figures.n_samples), str(figures.n_predicted))
    if not figures.is_in_set:
        return (*counts, "not in this set")
    return (*counts, *(_class_cell(getattr(figures, name)) for name in _PER_CLASS))


def _class_cell(figure: Figure | None) -> str:
    if figure is None:
        return "<small>undefined</small>"
    baseline = "" if figure.baseline is None else f"<small>baseline {figure.baseline:.2f}</small>"
    interval = f"<small>{figure.low:.2f} to {figure.high:.2f}</small>"
    return f"{figure.value:.3f}{interval}{baseline}"


def _errors(evaluation: Evaluation, thumbnails: Sequence[bytes]) -> str:
    if not evaluation.errors:
        return "<p>None.</p>"
    return f'<div class="errors">{"".join(_list_errors(evaluation, thumbnails))}</div>'


def _list_errors(evaluation: Evaluation, thumbnails: Sequence[bytes]) -> Iterator[str]:
    for place, error in enumerate(evaluation.errors):
        has_picture = place < len(thumbnails)
        shown = draw_image(thumbnails[place], f"Sample {error.row}") if has_picture else ""
        yield figure(
            shown,
            f"said {escape(error.said)} ({error.confidence:.2f})<br>is {escape(error.target)}<br>"
            f"sample {error.row}, {escape(error.group) or 'no group'}",
        )


def _notes(evaluation: Evaluation) -> str:
    folds = ", ".join(f"{value:.3f}" for value in evaluation.folds)
    notes = [*evaluation.notes, *([f"Balanced accuracy of the folds: {folds}."] if folds else [])]
    return "".join(f"<p>{escape(note)}</p>" for note in notes)


def _details(details: Mapping[str, str]) -> str:
    items = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in details.items() if v)
    return f"<dl>{items}</dl>" if items else ""
