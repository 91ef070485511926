"""`seewhy train-segmenter`: from images and labels to a model that finds nuclei."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from napari_seewhy.batch import gather_warnings
from napari_seewhy.cli.asking import check_model_path, find_model, with_figures
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, flags
from napari_seewhy.errors import OptionError
from napari_seewhy.images import Slices
from napari_seewhy.models.files import read_card_of
from napari_seewhy.nuclei import FoundPairs, SegmenterCard, SegmenterOptions, find_pairs
from napari_seewhy.progress import finish

VERB = "train-segmenter"

_TRAINING = SegmenterOptions()
_N_NAMED = 5


def train_segmenter(  # noqa: PLR0913  (each is a flag of its own)
    images: str,
    labels: str,
    /,
    *,
    out: Path,
    start: str | None = None,
    slices: Slices = "",
    training: Annotated[SegmenterOptions, flags("Training")] = _TRAINING,
    resume: Annotated[bool, Parameter(negative="")] = False,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Train a network to find nuclei, or train one further on your own images.

    Parameters
    ----------
    images
        Images: a folder, a file or a glob such as "day1/*.tif".
    labels
        Labels of their nuclei under the same names: a.tif, a.png or a_labels.ome.tif.
    out
        Model to write, such as nuclei.safetensors.
    start
        Model to train further, by its file or its name in the library; it stays as it is.
    slices
        Whether the slices of a stack are planes or times, where its file does not say so.
    resume
        Continue a training that was stopped or killed.
    """
    out = check_model_path(out)
    found = find_pairs(images, labels, slices)
    _say_pairs(found, reporting)
    begin = None if start is None else _check_start(find_model(start), out)
    training = training if begin is None else training.for_fine_tuning()

    from napari_seewhy.nuclei import train_segmenter_steps

    task = train_segmenter_steps(found.pairs, training, out=out, start=begin, resume=resume)
    with gather_warnings() as sentences, reporting.progress() as bar:
        segmenter = finish(task, lambda step: bar.step(with_figures(step)))
    for sentence in sentences:
        reporting.warn(f"Warning: {sentence}")
    results = segmenter.card.record["results"]
    history, best = results["history"], results["best_epoch"]
    reporting.say(
        f"The network of epoch {best} of {len(history)} is the best, with a loss of "
        f"{history[best - 1]['stop_loss']:.4f} on the stop set.\nModel: {out}"
    )
    reporting.give(
        {"verb": VERB, "status": 0, "model": str(out)}
        | {key: results[key] for key in ("best_epoch", "history", "split")}
        | {"lone_images": [str(path) for path in found.lone_images]}
        | {"lone_labels": [str(path) for path in found.lone_labels]}
        | {"warnings": sentences}
    )
    return 0


def _check_start(start: Path, out: Path) -> Path:
    """Refuse a start that is no segmenter, better now than after the images are read."""
    if out.exists() and out.samefile(start):
        raise OptionError(
            f"{start} is the model to begin with, which stays as it is; give --out another name."
        )
    read_card_of(start, SegmenterCard)
    return start


def _say_pairs(found: FoundPairs, reporting: Reporting) -> None:
    """Say how many images there are to learn from, and which files have no partner."""
    n = len(found.pairs)
    reporting.say(f"{n} image{'s' * (n != 1)} with labels.")
    parts = ("image", "labels", found.lone_images), ("label file", "an image", found.lone_labels)
    for what, partner, alone in parts:
        if alone:
            names = ", ".join(path.name for path in alone[:_N_NAMED])
            names += ", ..." if len(alone) > _N_NAMED else ""
            what, whose = (f"{what}s", "their") if len(alone) > 1 else (what, "its")
            reporting.warn(
                f"Warning: {len(alone)} {what} without {partner} of {whose} name: {names}"
            )
