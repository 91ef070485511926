"""`seewhy sequence evaluate`: how good predicted coverage is."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Group, Parameter

from napari_seewhy.batch import gather_warnings
from napari_seewhy.cli.asking import find_model
from napari_seewhy.cli.telling import DEFAULT_REPORTING, OutputFiles, Reporting, flags
from napari_seewhy.files import check_output, write_json
from napari_seewhy.models.running import DeviceOptions
from napari_seewhy.progress import finish
from napari_seewhy.tables import write_table

_RUNNING = DeviceOptions()


@Parameter(name="*", group=Group("Reporting", sort_key=100))
@dataclass(frozen=True)
class CoverageEvaluationFiles(OutputFiles):
    """Where the evaluation is written to.

    Attributes
    ----------
    json_file
        File for all figures, as JSON.
    html
        File for the page with figures and plot.
    csv
        File for the table of tracks.
    """

    json_file: Path | None = None
    html: Path | None = None
    csv: Path | None = None


_FILES = CoverageEvaluationFiles()


def evaluate(
    model: str,
    windows: Path,
    /,
    *,
    order: str = "",
    running: Annotated[DeviceOptions, flags("Running")] = _RUNNING,
    files: CoverageEvaluationFiles = _FILES,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Compare a model with simpler predictions of the same windows.

    Parameters
    ----------
    model
        Model (.safetensors), or its name in the library.
    windows
        Windows (.h5); those kept for the report are judged.
    order
        Letter of each channel of the windows, such as ACGT, where the file does not say it.
    """
    from napari_seewhy.sequence.judging import evaluate_coverage_steps, write_coverage_page
    from napari_seewhy.sequence.windows import read_windows

    json_path = files.json_file and check_output(files.json_file, ".json")
    html_path = files.html and check_output(files.html, ".html")
    csv_path = files.csv and check_output(files.csv, ".csv")
    with gather_warnings() as sentences, reporting.progress() as bar:
        cut = read_windows(windows, order)
        evaluation = finish(evaluate_coverage_steps(find_model(model), cut, running), bar.step)
    for sentence in sentences:
        reporting.warn(f"Warning: {sentence}")
    if json_path is not None:
        write_json(json_path, evaluation.to_json())
    if html_path is not None:
        write_coverage_page(html_path, evaluation)
    if csv_path is not None:
        write_table(csv_path, evaluation.table)
    reporting.say(evaluation.describe())
    reporting.give({"verb": "sequence evaluate", "status": 0, "evaluation": evaluation.to_json()})
    return 0
