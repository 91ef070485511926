"""The evaluation as one page of HTML that stands alone: no script, nothing loaded from outside."""

from __future__ import annotations

import base64
from html import escape
from typing import TYPE_CHECKING

from napari_seewhy.files import write_text
from napari_seewhy.training.reporting.plots import (
    plot_confusion,
    plot_history,
    plot_interval,
    plot_reliability,
    plot_roc,
)
from napari_seewhy.training.reporting.style import STYLE

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
        _section("Figures", _figures_table(evaluation)),
        _section("Plots", _plots(evaluation, history, best_epoch)),
        _section("Each class", _class_table(evaluation)),
        _section("Wrong answers, the surest first", _errors(evaluation, thumbnails)),
        _section("To be known of these figures", _notes(evaluation)),
        _section("How it was made", _details(details or {})),
    ]
    write_text(
        path,
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"{''.join(sections)}</body>\n</html>\n",
    )


def _section(title: str, content: str) -> str:
    return f"<section><h2>{title}</h2>\n{content}</section>\n" if content else ""


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
    return f'<h1>{escape(title)}</h1>\n<p class="lead">{escape(lead)}</p>\n{state}\n'


def _figures_table(evaluation: Evaluation) -> str:
    named = {
        "Balanced accuracy (mean recall of the classes)": evaluation.balanced_accuracy,
        "Accuracy (share of right answers)": evaluation.accuracy,
        "ROC AUC (mean of the classes)": evaluation.roc_auc,
        "Calibration error (confidence against right answers)": evaluation.calibration_error,
    }
    rows = "".join(_figure_row(name, figure) for name, figure in named.items() if figure)
    drawn = "whole groups" if evaluation.unit == "group" else "samples"
    return (
        '<div class="wide"><table><thead><tr><th>Figure</th><th>Value</th><th>95 % interval</th>'
        "<th>Baseline</th><th>0 to 1</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
        f'<p class="lead">The interval holds 95 % of {evaluation.n_bootstrap} resamplings of '
        f"{drawn} (blue bar). The baseline (orange tick) always says "
        f"{escape(evaluation.majority)}, the most frequent class.</p>"
    )


def _figure_row(name: str, figure: Figure) -> str:
    baseline = "" if figure.baseline is None else f"{figure.baseline:.3f}"
    return (
        f"<tr><th>{escape(name)}</th><td><b>{figure.value:.3f}</b></td>"
        f"<td>{figure.low:.3f} to {figure.high:.3f}</td><td>{baseline}</td>"
        f"<td>{plot_interval(figure)}</td></tr>"
    )


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
            plot_reliability(evaluation),
            "On the dashed line a confidence is the share of right answers; below it the model is "
            "too sure. Large dots stand for many samples.",
        )
    )
    if history:
        caption = "When the loss on the stop set rises while the other falls, it learns by heart."
        figures.append(("Loss", plot_history(history, best_epoch), caption))
    drawn = "".join(
        f"<figure><h3>{name}</h3>{plot}<figcaption>{caption}</figcaption></figure>"
        for name, plot, caption in figures
    )
    return f'<div class="plots">{drawn}</div>'


def _class_table(evaluation: Evaluation) -> str:
    head = "".join(f"<th>{name}</th>" for name in _PER_CLASS.values())
    rows = "".join(_class_row(figures) for figures in evaluation.per_class)
    return (
        '<div class="wide"><table><thead><tr><th>Class</th><th>Samples</th><th>Predicted</th>'
        f"{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _class_row(figures: ClassFigures) -> str:
    cells = (
        "".join(_class_cell(getattr(figures, name)) for name in _PER_CLASS)
        if figures.is_in_set
        else f'<td class="absent" colspan="{len(_PER_CLASS)}">not in this set</td>'
    )
    return (
        f"<tr><th>{escape(figures.name)}</th><td>{figures.n_samples}</td>"
        f"<td>{figures.n_predicted}</td>{cells}</tr>"
    )


def _class_cell(figure: Figure | None) -> str:
    if figure is None:
        return "<td><small>undefined</small></td>"
    baseline = "" if figure.baseline is None else f"<small>baseline {figure.baseline:.2f}</small>"
    interval = f"<small>{figure.low:.2f} to {figure.high:.2f}</small>"
    return f"<td>{figure.value:.3f}{interval}{baseline}</td>"


def _errors(evaluation: Evaluation, thumbnails: Sequence[bytes]) -> str:
    if not evaluation.errors:
        return "<p>None.</p>"
    return f'<div class="errors">{"".join(_list_errors(evaluation, thumbnails))}</div>'


def _list_errors(evaluation: Evaluation, thumbnails: Sequence[bytes]) -> Iterator[str]:
    for place, error in enumerate(evaluation.errors):
        shown = ""
        if place < len(thumbnails):
            data = base64.b64encode(thumbnails[place]).decode("ascii")
            shown = f'<img src="data:image/png;base64,{data}" alt="Sample {error.row}">'
        yield (
            f"<figure>{shown}<figcaption>said {escape(error.said)} ({error.confidence:.2f})<br>"
            f"is {escape(error.target)}<br>sample {error.row}, {escape(error.group) or 'no group'}"
            "</figcaption></figure>"
        )


def _notes(evaluation: Evaluation) -> str:
    folds = ", ".join(f"{value:.3f}" for value in evaluation.folds)
    notes = [*evaluation.notes, *([f"Balanced accuracy of the folds: {folds}."] if folds else [])]
    return "".join(f"<p>{escape(note)}</p>" for note in notes)


def _details(details: Mapping[str, str]) -> str:
    items = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in details.items() if v)
    return f"<dl>{items}</dl>" if items else ""
