"""Report: judge a new model once on its report set, and keep the figures with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from napari_seewhy.errors import FileError
from napari_seewhy.files import hash_file, write_json
from napari_seewhy.models.files.model_file import load_model, read_card, save_model
from napari_seewhy.training.judging.evaluate import EvaluateOptions, evaluate_steps
from napari_seewhy.training.reporting.model_report import write_model_report

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from napari_seewhy.models.files.model import Model
    from napari_seewhy.models.networks.options import NetworkOptions
    from napari_seewhy.progress import Task
    from napari_seewhy.samples import SampleSet
    from napari_seewhy.samples.splitting.split import Split
    from napari_seewhy.samples.targeting.classes import ClassMap
    from napari_seewhy.training.fitting.options import TrainOptions
    from napari_seewhy.training.judging.evaluation import Evaluation

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
        Its file, written anew with the figures in its card; ``<stem>_evaluation.json`` and
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
    return Reported(model, evaluation)


def find_finished(
    out: Path,
    samples: SampleSet,
    network: NetworkOptions,
    training: TrainOptions,
    split: Split,
    channels: Sequence[str] | None = None,
) -> Model | None:
    """Return the model of this very training where it was finished before, else None.

    So that resuming a training that was killed while it was judged does not train once more.

    Parameters
    ----------
    out
        Where the model would stand.
    samples, network, training, split, channels
        What is trained with what, as `fit` takes it.
    """
    try:
        card = read_card(out)
    except FileError:
        return None
    record = card.record
    options = {"network": network.model_dump(mode="json")} | training.model_dump(mode="json")
    rows = {part: rows.tolist() for part, rows in split.parts.items()}
    is_same = (
        record.get("verb") == "train"
        and record["inputs"][0]["sha256"] == hash_file(samples.path)
        and options.items() <= record["options"].items()
        and record["results"]["split"] == rows
        and card.classes == split.classes
        and card.channel_names == tuple(channels or samples.channels)
    )
    return load_model(out) if is_same else None


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
