"""`seewhy stain evaluate`: how good a virtual immunostaining is."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Group, Parameter

from napari_seewhy.batch import gather_warnings
from napari_seewhy.blocks.marking import StainThresholdOptions
from napari_seewhy.blocks.pairing import StainPairOptions
from napari_seewhy.blocks.staining import ApplyStainOptions, JudgeStainOptions
from napari_seewhy.cli.asking import find_model
from napari_seewhy.cli.stain.pairs import PAIR_FLAGS, THRESHOLD_FLAGS, find_named_pairs
from napari_seewhy.cli.telling import DEFAULT_REPORTING, OutputFiles, Reporting, flags
from napari_seewhy.files import check_output, write_json
from napari_seewhy.progress import finish
from napari_seewhy.tables import write_table

_READING, _THRESHOLDING, _JUDGING = (
    StainPairOptions(),
    StainThresholdOptions(),
    JudgeStainOptions(),
)


@Parameter(name="*", group=Group("Reporting", sort_key=100))
@dataclass(frozen=True)
class StainEvaluationFiles(OutputFiles):
    """Where the evaluation is written to.

    Attributes
    ----------
    json_file
        File for all figures, as JSON.
    html
        File for the page with figures and plots.
    csv
        File for the table of fields: predicted and measured efficiency of each.
    """

    json_file: Path | None = None
    html: Path | None = None
    csv: Path | None = None


_FILES = StainEvaluationFiles()


def evaluate(
    model: str,
    /,
    *,
    reading: Annotated[StainPairOptions, PAIR_FLAGS] = _READING,
    thresholding: Annotated[StainThresholdOptions, THRESHOLD_FLAGS] = _THRESHOLDING,
    judging: Annotated[JudgeStainOptions, flags("Judging", sort_key=10)] = _JUDGING,
    files: StainEvaluationFiles = _FILES,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Say how good a virtual immunostaining is, on fields whose marker is known.

    Without --threshold the marker is thresholded as in the training.

    Parameters
    ----------
    model
        Model (.safetensors), or its name in the library.
    """
    from napari_seewhy.blocks.judging import (
        evaluate_stains_steps,
        thresholding_of,
        write_stain_page,
    )
    from napari_seewhy.blocks.marking import FieldReader
    from napari_seewhy.blocks.staining import Stainer

    json_path = files.json_file and check_output(files.json_file, ".json")
    html_path = files.html and check_output(files.html, ".html")
    csv_path = files.csv and check_output(files.csv, ".csv")
    stainer = Stainer.open(find_model(model), ApplyStainOptions(**judging.model_dump()))
    if not thresholding.model_fields_set:
        thresholding = thresholding_of(stainer.card)
    pairing = find_named_pairs(reading, reporting)
    task = evaluate_stains_steps(stainer, pairing.pairs, FieldReader(reading, thresholding))
    with gather_warnings() as sentences, reporting.progress() as bar:
        evaluation = finish(task, bar.step)
    for sentence in (*sentences, *evaluation.warnings):
        reporting.warn(f"Warning: {sentence}")
    unmatched = [[str(path), reason] for path, reason in pairing.unmatched]
    figures = evaluation.to_json() | {"unmatched": unmatched}
    if json_path is not None:
        write_json(json_path, figures)
    if html_path is not None:
        write_stain_page(html_path, evaluation)
    if csv_path is not None:
        write_table(csv_path, evaluation.fields)
    reporting.say(evaluation.describe())
    reporting.give({"verb": "stain evaluate", "status": 0, "evaluation": figures})
    return 0
