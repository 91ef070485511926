"""`seewhy tune`: search for a network that suits the samples, in a night or a number of trials."""

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from napari_seewhy.cli.asking import (
    DEFAULT_IMPORTING,
    DEFAULT_SUBJECT,
    SPLIT_FLAGS,
    ChosenSamples,
    Importing,
    Subject,
    check_model_path,
    choose_samples,
    describe_report,
    opening_samples,
    run_learning,
)
from napari_seewhy.cli.telling import DEFAULT_REPORTING, Reporting, flags
from napari_seewhy.errors import OptionError
from napari_seewhy.files import check_output
from napari_seewhy.models.files import SUFFIX
from napari_seewhy.progress import Task
from napari_seewhy.samples.splitting import SplitOptions
from napari_seewhy.samples.storing import SampleSet
from napari_seewhy.training.tuning import TuneOptions

VERB = "tune"

_TUNING, _SPLITTING = TuneOptions(), SplitOptions()


def tune(  # noqa: PLR0913  (every option class is an argument of its own)
    samples: Path,
    /,
    *,
    study: Path,
    out: Path | None = None,
    search_only: Annotated[bool, Parameter(negative="")] = False,
    subject: Subject = DEFAULT_SUBJECT,
    tuning: Annotated[TuneOptions, flags("Search", sort_key=10)] = _TUNING,
    splitting: Annotated[SplitOptions, SPLIT_FLAGS] = _SPLITTING,
    importing: Importing = DEFAULT_IMPORTING,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Search for a network that suits the samples, train the best one, and judge it once.

    Parameters
    ----------
    samples
        Sample set (.h5), or what `seewhy samples import` takes: .npz, class folders, .csv.
    study
        File that keeps the trials; the same command continues it, also from several computers
        at a time.
    out
        Model to write; if not given, it is named as the study and stands beside it.
    search_only
        Only help with a search that another process ends: train and judge no winner.
    """
    study = check_output(study)
    model = check_model_path(out or study.with_suffix(SUFFIX))
    if model == study:
        raise OptionError(f"{study} cannot be both study and model; give --out another name.")
    with opening_samples(samples, importing, reporting) as opened:
        chosen = choose_samples(opened, subject, splitting)
        task = _tune_steps(opened, study, tuning, chosen, out=None if search_only else model)
        text, document = run_learning(task, chosen, reporting)
    reporting.say(text)
    reporting.give({"verb": VERB, "status": 0, "study": str(study)} | chosen.to_json() | document)
    return 0


def _tune_steps(
    samples: SampleSet, study: Path, tuning: TuneOptions, chosen: ChosenSamples, *, out: Path | None
) -> Task[tuple[str, dict[str, Any]]]:
    """Search, and train the winner where it has a place; return what to tell people, machines."""
    from napari_seewhy.training.tuning import open_search_steps, tune_steps

    if out is None:
        search = yield from open_search_steps(
            samples, study, tuning, chosen.split, channels=chosen.channels, classes=chosen.class_map
        )
        winner = yield from search.steps(leaves_time=False)
        n_finished = search.study.n_finished
        return winner.describe(n_finished), {"winner": winner.to_json(), "n_finished": n_finished}
    tuned = yield from tune_steps(
        samples,
        study,
        tuning,
        chosen.split,
        out=out,
        channels=chosen.channels,
        classes=chosen.class_map,
    )
    text = f"{tuned.winner.describe(tuned.n_finished)}\n{describe_report(tuned.evaluation, out)}"
    return text, {
        "model": str(out),
        "winner": tuned.winner.to_json(),
        "n_finished": tuned.n_finished,
        "evaluation": tuned.evaluation.to_json(),
    }
