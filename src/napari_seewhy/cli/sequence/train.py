"""`seewhy sequence train`: from windows of DNA to a model that predicts their coverage."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from napari_seewhy.batch import gather_warnings
from napari_seewhy.cli.asking import check_model_path, with_figures
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, flags
from napari_seewhy.progress import finish
from napari_seewhy.reading import CoverageOptions

_TRAINING = CoverageOptions()


def train(
    windows: Path,
    /,
    *,
    out: Path,
    order: str = "",
    training: Annotated[CoverageOptions, flags("Training")] = _TRAINING,
    resume: Annotated[bool, Parameter(negative="")] = False,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Train a network to predict coverage from DNA.

    Parameters
    ----------
    windows
        Windows (.h5), as `seewhy sequence windows` or the course wrote them.
    out
        Model to write, such as coverage.safetensors.
    order
        Letter of each channel of the windows, such as ACGT, where the file does not say it.
    resume
        Continue a training that was stopped or killed.
    """
    from napari_seewhy.reading import train_coverage_steps
    from napari_seewhy.sequence.windows import read_windows

    out = check_model_path(out)
    with gather_warnings() as sentences, reporting.progress() as bar:
        cut = read_windows(windows, order)
        task = train_coverage_steps(cut, training, out=out, files=[windows], resume=resume)
        model = finish(task, lambda step: bar.step(with_figures(step)))
    for sentence in sentences:
        reporting.warn(f"Warning: {sentence}")
    card = model.card
    results = card.record["results"]
    reporting.say(
        f"The network of epoch {results['best_epoch']} of {len(results['history'])} is the best: "
        f"Pearson r {card.metrics['pearson']:.3f}, of logarithms "
        f"{card.metrics['pearson_log']:.3f}, on the windows that said when to stop.\nModel: {out}"
    )
    reporting.give(
        {"verb": "sequence train", "status": 0, "model": str(out), "metrics": card.metrics}
        | {key: results[key] for key in ("best_epoch", "history")}
        | {"words": list(card.words), "warnings": sentences}
    )
    return 0
