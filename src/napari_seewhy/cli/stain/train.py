"""`seewhy stain train`: from pairs of images to a model that stains virtually."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from napari_seewhy.batch import gather_warnings
from napari_seewhy.blocks.marking import StainThresholdOptions
from napari_seewhy.blocks.pairing import StainPairOptions
from napari_seewhy.cli.asking import check_model_path, with_figures
from napari_seewhy.cli.stain.pairs import PAIR_FLAGS, THRESHOLD_FLAGS, find_named_pairs
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, flags
from napari_seewhy.progress import finish
from napari_seewhy.staining import StainOptions

VERB = "stain train"

_SHOWN = ("f1", "accuracy", "roc_auc")
_READING, _THRESHOLDING, _TRAINING = StainPairOptions(), StainThresholdOptions(), StainOptions()


def train(
    *,
    out: Path,
    reading: Annotated[StainPairOptions, PAIR_FLAGS] = _READING,
    thresholding: Annotated[StainThresholdOptions, THRESHOLD_FLAGS] = _THRESHOLDING,
    training: Annotated[StainOptions, flags("Training", sort_key=20)] = _TRAINING,
    resume: Annotated[bool, Parameter(negative="")] = False,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Train a network to predict a marker from phase contrast.

    Parameters
    ----------
    out
        Model to write, such as map2.safetensors.
    resume
        Continue a training that was stopped or killed.
    """
    out = check_model_path(out)
    pairing = find_named_pairs(reading, reporting)

    from napari_seewhy.blocks.learning import train_stains_steps
    from napari_seewhy.blocks.marking import FieldReader

    reader = FieldReader(reading, thresholding)
    task = train_stains_steps(pairing.pairs, reader, training, out=out, resume=resume)
    with gather_warnings() as sentences, reporting.progress() as bar:
        trained = finish(task, lambda step: bar.step(with_figures(step)))
    for sentence in sentences:
        reporting.warn(f"Warning: {sentence}")
    card = trained.model.card
    results = card.record["results"]
    best, n_epochs = results["best_epoch"], len(results["history"])
    reached = card.metrics.get("stop", {})
    figures = ", ".join(f"{key} {reached[key]:.3f}" for key in _SHOWN if key in reached)
    said = f" On what said when to stop: {figures}." if figures else ""
    reporting.say(f"The network of epoch {best} of {n_epochs} is the best.{said}\nModel: {out}")
    unmatched = [[str(path), reason] for path, reason in pairing.unmatched]
    reporting.give(
        {"verb": VERB, "status": 0, "model": str(out)}
        | {"fields": list(trained.fields), "metrics": dict(card.metrics)}
        | {"threshold": dict(card.threshold)}
        | {key: results[key] for key in ("best_epoch", "history", "split")}
        | {"left_out": unmatched + [list(one) for one in trained.left_out]}
        | {"warnings": sentences}
    )
    return 0
