"""Tune: search for a network that suits the samples, train the best one, report on it once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from napari_seewhy.progress import Step, blocking
from napari_seewhy.training.fitting import fit_steps
from napari_seewhy.training.judging import EvaluateOptions
from napari_seewhy.training.learning import unreported_path
from napari_seewhy.training.reporting import report_steps
from napari_seewhy.training.tuning.search import open_search_steps

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from napari_seewhy.models.files import Model
    from napari_seewhy.progress import Task
    from napari_seewhy.samples.splitting import Split
    from napari_seewhy.samples.storing import SampleSet
    from napari_seewhy.samples.targeting import ClassMap
    from napari_seewhy.training.judging import Evaluation
    from napari_seewhy.training.tuning.options import TuneOptions
    from napari_seewhy.training.tuning.study import Winner


class Tuned(NamedTuple):
    """What a search brought.

    Attributes
    ----------
    model
        The winner, trained and calibrated; the search stands in its record.
    evaluation
        How good it is on the report set.
    winner
        The trial that it comes from.
    n_finished
        Trials of the study that came to an end.
    """

    model: Model
    evaluation: Evaluation
    winner: Winner
    n_finished: int


def tune_steps(
    samples: SampleSet,
    study_path: Path,
    options: TuneOptions,
    split: Split,
    *,
    out: Path,
    channels: Sequence[str] | None = None,
    classes: ClassMap | None = None,
) -> Task[Tuned]:
    """Search for a network that suits the samples, by trying (Bayesian optimisation).

    Every trial learns from the training set and is judged on the stop set. The report set is
    looked at once: by the winner, at the end.

    Parameters
    ----------
    samples
        Open sample set.
    study_path
        File that keeps the trials. An interrupted search continues from it; several processes may
        work on one.
    options
        What is searched, and for how long.
    split
        Rows to train on, to stop by, and to report on.
    out
        Model file of the winner; what it is worth is written into it and beside it.
    channels
        Names of the channels to train on; None takes all.
    classes
        How to merge and rename classes; None takes them as they are.

    Returns
    -------
    Tuned

    Raises
    ------
    DataError
        If the samples cannot be learned from.
    OptionError
        If a network cannot take such samples, or the study is of another search, other samples or
        another split.
    FileError
        If a file cannot be read or written, or is no study.
    TaskError
        If one trial after the other breaks off.
    """
    search = yield from open_search_steps(
        samples, study_path, options, split, channels=channels, classes=classes
    )
    winner = yield from search.steps(leaves_time=True)
    yield Step(0, 0, f"Training the winner, trial {winner.number}")
    network, training = search.to_options(winner.point)
    model = yield from fit_steps(
        samples,
        network,
        training,
        split,
        out=out,
        channels=channels,
        classes=classes,
        place=unreported_path(out),
    )
    # Noted before it is looked at: a kill in between counts as a look.
    n_looks = search.study.note_reported(winner.number)
    tuning = winner.to_json() | {
        "study": str(study_path),
        "search": options.search,
        "n_finished": search.study.n_finished,
        "n_looks_at_report_set": n_looks,
    }
    results = model.card.record["results"] | {"tuning": tuning}
    model = model.with_card(record=model.card.record | {"results": results})
    note = (
        f"{n_looks} winners of this study were reported on the same samples, so the figures of the "
        "best of them may be too good; report on new samples."
    )
    judging = EvaluateOptions(device=options.device, precision=options.precision)
    notes = (note,) if n_looks > 1 else ()
    reported = yield from report_steps(model, samples, out, judging, classes=classes, notes=notes)
    return Tuned(*reported, winner, search.study.n_finished)


tune = blocking(tune_steps)
