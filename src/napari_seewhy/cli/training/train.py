"""`seewhy train`: from a sample set to a model and its evaluation."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
from napari_seewhy.cli.training.double_checks import (
    DEFAULT_CHECKS,
    DoubleChecks,
    check_steps,
    plan_folds,
    write_checks,
)
from napari_seewhy.models.networks import NetworkOptions
from napari_seewhy.progress import Task
from napari_seewhy.samples.splitting import Split, SplitOptions
from napari_seewhy.samples.storing import SampleSet
from napari_seewhy.training.fitting import TrainOptions
from napari_seewhy.training.judging import EvaluateOptions

if TYPE_CHECKING:
    from napari_seewhy.models.files import Model
    from napari_seewhy.training.judging import Evaluation

VERB = "train"

_NETWORK, _TRAINING, _SPLITTING = NetworkOptions(), TrainOptions(), SplitOptions()


def train(  # noqa: PLR0913  (every option class is an argument of its own)
    samples: Path,
    /,
    *,
    out: Path,
    subject: Subject = DEFAULT_SUBJECT,
    network: Annotated[NetworkOptions, flags("Network", sort_key=10)] = _NETWORK,
    training: Annotated[TrainOptions, flags("Training", sort_key=20)] = _TRAINING,
    splitting: Annotated[SplitOptions, SPLIT_FLAGS] = _SPLITTING,
    checks: DoubleChecks = DEFAULT_CHECKS,
    resume: Annotated[bool, Parameter(negative="")] = False,
    importing: Importing = DEFAULT_IMPORTING,
    reporting: Reporting = DEFAULT_REPORTING,
) -> int:
    """Train a network to tell the classes of samples apart, and judge it once.

    Parameters
    ----------
    samples
        Sample set (.h5), or what `seewhy samples import` takes: .npz, class folders, .csv.
    out
        Model to write, such as phase.safetensors; its evaluation is written beside it.
    resume
        Continue a training that was stopped or killed.
    """
    out = check_model_path(out)
    with opening_samples(samples, importing, reporting) as opened:
        chosen = choose_samples(opened, subject, splitting)
        folds = plan_folds(chosen.split, splitting, checks)
        job = _Job(opened, chosen, network, training)
        task = job.steps(out, folds, resume=resume, control=checks.control)
        evaluation, checked = run_learning(task, chosen, reporting)
    reporting.say(describe_report(evaluation, out) + write_checks(out, checked))
    figures = {"evaluation": evaluation} | checked
    reporting.give(
        {"verb": VERB, "status": 0, "model": str(out)}
        | chosen.to_json()
        | {name: one.to_json() for name, one in figures.items()}
    )
    return 0


@dataclass(frozen=True)
class _Job:
    """What is trained with what."""

    samples: SampleSet
    chosen: ChosenSamples
    network: NetworkOptions
    training: TrainOptions

    def steps(
        self, out: Path, folds: Sequence[Split], *, resume: bool, control: bool
    ) -> Task[tuple["Evaluation", dict[str, "Evaluation"]]]:
        """Train, judge the model once on its report set, and check twice what was asked for."""
        from napari_seewhy.training.fitting import Retrain
        from napari_seewhy.training.reporting import report_steps

        chosen, training = self.chosen, self.training
        model = yield from self._fit_steps(out, resume=resume)
        judging = EvaluateOptions(device=training.device, precision=training.precision)
        _, evaluation = yield from report_steps(
            model, self.samples, out, judging, classes=chosen.class_map
        )
        retrain = Retrain(self.samples, self.network, training, chosen.channels, chosen.class_map)
        checked = yield from check_steps(retrain, chosen.split, folds, control=control)
        return evaluation, checked

    def _fit_steps(self, out: Path, *, resume: bool) -> Task["Model"]:
        """Train, unless this very training was finished before and is to be resumed."""
        from napari_seewhy.training.fitting import find_finished, fit_steps
        from napari_seewhy.training.learning import unreported_path

        chosen, place = self.chosen, unreported_path(out)
        what = (self.samples, self.network, self.training, chosen.split)
        for path in (place, out) if resume else ():
            finished = find_finished(path, *what, chosen.channels)
            if finished is not None:
                return finished
        return (
            yield from fit_steps(
                *what,
                out=out,
                channels=chosen.channels,
                classes=chosen.class_map,
                resume=resume,
                place=place,
            )
        )
