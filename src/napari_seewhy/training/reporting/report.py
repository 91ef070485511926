"""Report: judge a new model once on its report set, and keep the figures with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from napari_seewhy.files import remove_file, write_json
from napari_seewhy.models.files import save_model
from napari_seewhy.pages import draw_thumbnail
from napari_seewhy.training.judging import EvaluateOptions, evaluate_steps
from napari_seewhy.training.learning import unreported_path
from napari_seewhy.training.reporting.page import write_report_page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from napari_seewhy.models.cards import ModelCard
    from napari_seewhy.models.files import Model
    from napari_seewhy.progress import Task
    from napari_seewhy.samples.storing import SampleSet
    from napari_seewhy.samples.targeting import ClassMap
    from napari_seewhy.training.judging import Evaluation


_DEFAULTS = EvaluateOptions()


class Reported(NamedTuple):
    """A model that carries its figures, and the whole evaluation."""

    model: Model
    evaluation: Evaluation


def report_steps(
    model: Model,
    samples: SampleSet,
    out: Path,
    options: EvaluateOptions = _DEFAULTS,
    *,
    classes: ClassMap | None = None,
    notes: Sequence[str] = (),
) -> Task[Reported]:
    """Judge a new model once on its report set, and keep the figures with it.

    Parameters
    ----------
    model
        As `fit` returned it.
    samples
        The sample set of its training.
    out
        Its file, written with the figures in its card; ``<stem>_evaluation.json`` and
        ``.html`` are written beside it.
    options
        How it is judged and run.
    classes
        How classes were merged and renamed for the training; kept in the record.
    notes
        What else is to be known of the figures.

    Raises
    ------
    FileError
        If a file cannot be written.
    """
    if classes is not None:
        chosen = {new: list(old) for new, old in classes.sources.items()}
        recorded = model.card.record["options"] | {"classes": chosen}
        model = model.with_card(record=model.card.record | {"options": recorded})
    evaluation = yield from evaluate_steps(model, samples, options, classes=classes)
    evaluation = evaluation.change(notes=(*evaluation.notes, *notes))
    model = model.with_card(metrics=summarise(evaluation))
    json_path, html_path = report_paths(out)
    save_model(out, model)
    write_json(json_path, evaluation.to_json())
    write_model_report(html_path, model.card, samples, evaluation)
    remove_file(unreported_path(out))
    return Reported(model, evaluation)


def report_paths(out: Path) -> tuple[Path, Path]:
    """Return where the evaluation of the model `out` stands, as JSON and as a page.

    Examples
    --------
    >>> from pathlib import Path
    >>> [path.name for path in report_paths(Path("phase.safetensors"))]
    ['phase_evaluation.json', 'phase_evaluation.html']
    """
    json_path = out.with_name(f"{out.stem}_evaluation.json")
    return json_path, json_path.with_suffix(".html")


def summarise(evaluation: Evaluation) -> dict[str, Any]:
    """Return the figures that a model's card carries; the plots' numbers stay in the report."""
    kept = {"n_samples", "n_groups", "majority", "alarms", "notes", "per_class"}
    figures = {"accuracy", "balanced_accuracy", "roc_auc", "calibration_error"}
    return evaluation.model_dump(mode="json", include=kept | figures)


def write_model_report(
    path: Path, card: ModelCard, samples: SampleSet, evaluation: Evaluation
) -> None:
    """Write the page of a model that was judged on a sample set.

    Parameters
    ----------
    path
        HTML file to write.
    card
        Card of the model; its record holds the loss of every epoch.
    samples
        The sample set that it was judged on, for the pictures of the errors.
    evaluation
        The evaluation.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    results = card.record.get("results", {})
    write_report_page(
        path,
        evaluation,
        title=f"Evaluation of {card.name}",
        history=results.get("history", ()),
        best_epoch=results.get("best_epoch", 0),
        thumbnails=draw_errors(card, samples, evaluation),
        details=list_details(card, samples),
    )


def draw_errors(card: ModelCard, samples: SampleSet, evaluation: Evaluation) -> list[bytes]:
    """Draw the errors of an evaluation as PNG files, in the channels and brightness of the card."""
    rows = np.array([error.row for error in evaluation.errors], np.int64)
    places = [samples.channels.index(name) for name in card.channel_names]
    limits = [(channel.low, channel.high) for channel in card.channels]
    return [draw_thumbnail(pixels[places], limits) for pixels in samples.read_pixels(rows)]


def list_details(card: ModelCard, samples: SampleSet) -> dict[str, str]:
    """Say in words how a model was made and on what it was judged."""
    record = card.record
    results, options = record.get("results", {}), record.get("options", {})
    inputs = [str(file["path"]) for file in record.get("inputs", ())]
    return {
        "Network": card.network.backbone,
        "Channels": ", ".join(card.channel_names),
        "Sample size": f"{card.size_px[0]} x {card.size_px[1]} px",
        "Trained on": card.data or ", ".join(inputs),
        "Judged on": str(samples.path),
        "Epochs": str(len(results.get("history", ())) or ""),
        "Seed": str(options.get("seed", "")),
        "Temperature": f"{card.temperature:.3f}",
        "Device": str(results.get("device", "")),
        "Finished": str(record.get("finished", "")),
        "napari-seewhy": str(record.get("versions", {}).get("napari-seewhy", "")),
        "Licence of the data": card.licence,
    }
