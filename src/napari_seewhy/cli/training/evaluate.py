"""`seewhy evaluate`: how good a model is on samples whose class is known."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Group, Parameter

from napari_seewhy.cli.asking import (
    DEFAULT_IMPORTING,
    Importing,
    find_model,
    fitting_samples,
    opening_samples,
)
from napari_seewhy.cli.telling import DEFAULT_REPORTING, OutputFiles, Reporting, flags
from napari_seewhy.files import check_output, write_json
from napari_seewhy.progress import finish
from napari_seewhy.samples.targeting import parse_classes
from napari_seewhy.training.judging import EvaluateOptions

if TYPE_CHECKING:
    from napari_seewhy.models.cards import ModelCard
    from napari_seewhy.samples.storing import SampleSet

_JUDGING = EvaluateOptions()


@Parameter(name="*", group=Group("Reporting", sort_key=100))
@dataclass(frozen=True)
class EvaluationFiles(OutputFiles):
    """Where the evaluation is written to.

    Attributes
    ----------
    json_file
        File for all figures, as JSON.
    html
        File for the page with figures, plots and the surest errors.
    """

    json_file: Path | None = None
    html: Path | None = None


DEFAULT_FILES = EvaluationFiles()


def evaluate(  # noqa: PLR0913  (every option class is an argument of its own)
    model: str,
    samples: Path,
    /,
    *,
    all_samples: Annotated[bool, Parameter(negative="")] = False,
    classes: str = "",
    strict: Annotated[bool, Parameter(negative="")] = False,
    judging: Annotated[EvaluateOptions, flags("Judging", sort_key=10)] = _JUDGING,
    importing: Importing = DEFAULT_IMPORTING,
    files: EvaluationFiles = DEFAULT_FILES,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Say how good a model is: on its report set, or on all samples of another file.

    Parameters
    ----------
    model
        Model (.safetensors), or its name in the library.
    samples
        Sample set (.h5), or what `seewhy samples import` takes: .npz, class folders, .csv.
    all_samples
        Judge on all samples, also of the file that the model was trained on.
    classes
        Which classes of the samples are those of the model, as in "G1/S=G1,S; G2=G2"; if not given,
        as in its training, or those of the same names.
    strict
        Refuse samples that would have to be adapted to the model.
    """
    from napari_seewhy.models.files import load_model
    from napari_seewhy.training.judging import evaluate_steps
    from napari_seewhy.training.reporting import write_model_report

    json_path = files.json_file and check_output(files.json_file, ".json")
    html_path = files.html and check_output(files.html, ".html")
    class_map = parse_classes(classes) if classes else None
    loaded = load_model(find_model(model))
    with (
        opening_samples(samples, importing, reporting) as opened,
        fitting_samples(opened, loaded.card, reporting, strict=strict) as fitted,
    ):
        rows = range(len(fitted)) if all_samples else None
        task = evaluate_steps(loaded, fitted, judging, rows=rows, classes=class_map)
        with reporting.progress() as bar:
            evaluation = finish(task, bar.step)
        which = _say_which(loaded.card, fitted, all_samples=all_samples)
        if html_path is not None:
            write_model_report(html_path, loaded.card, fitted, evaluation)
    if json_path is not None:
        write_json(json_path, evaluation.to_json())
    reporting.say(f"{which}\n{evaluation.describe()}")
    reporting.give({"verb": "evaluate", "status": 0, "evaluation": evaluation.to_json()})
    return 0


def _say_which(card: "ModelCard", samples: "SampleSet", *, all_samples: bool) -> str:
    from napari_seewhy.training.judging import find_report_rows

    if all_samples:
        return f"Judged on all samples of {samples.path}."
    which = find_report_rows(card, samples).which
    if which == "report set":
        return f"Judged on the report set of {card.name}, which its training did not look at."
    if which == "all":
        return f"Judged on all samples of {samples.path}: {card.name} was not trained on that file."
    return f"Judged on the samples of {samples.path} that {card.name} did not learn from."
