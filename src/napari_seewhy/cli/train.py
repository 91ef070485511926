"""`seewhy train`: from a sample set to a model and its evaluation."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from napari_seewhy.cli._flags import flags
from napari_seewhy.cli._learning import (
    DEFAULT_SUBJECT,
    SPLIT_FLAGS,
    Subject,
    TrainingPlan,
    check_model_path,
    describe_report,
    plan_training,
    run_training,
)
from napari_seewhy.cli._report import DEFAULT_REPORTING, Reporting
from napari_seewhy.cli._sample_input import DEFAULT_IMPORTING, Importing, opening_samples
from napari_seewhy.models.network_options import NetworkOptions
from napari_seewhy.progress import Task
from napari_seewhy.samples import SampleSet
from napari_seewhy.samples.split import SplitOptions
from napari_seewhy.training.evaluate_options import EvaluateOptions
from napari_seewhy.training.train_options import TrainOptions

if TYPE_CHECKING:
    from napari_seewhy.training.report import Reported

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
        Go on where a training that was stopped or killed left off.
    """
    out = check_model_path(out)
    with opening_samples(samples, importing, reporting) as opened:
        plan = plan_training(opened, subject, splitting)
        task = _train_steps(opened, plan, network, training, out=out, resume=resume)
        _, evaluation = run_training(task, plan, reporting)
    reporting.say(describe_report(evaluation, out))
    reporting.give(
        {"verb": VERB, "status": 0, "model": str(out)}
        | plan.to_json()
        | {"evaluation": evaluation.to_json()}
    )
    return 0


def _train_steps(
    samples: SampleSet,
    plan: TrainingPlan,
    network: NetworkOptions,
    training: TrainOptions,
    *,
    out: Path,
    resume: bool,
) -> Task["Reported"]:
    """Train, and judge the model once on its report set."""
    from napari_seewhy.training.fit import fit_steps
    from napari_seewhy.training.report import find_finished, report_steps

    model = (
        find_finished(out, samples, plan.split, network, training, plan.channels)
        if resume
        else None
    )
    if model is None:
        model = yield from fit_steps(
            samples,
            network,
            training,
            plan.split,
            out=out,
            channels=plan.channels,
            classes=plan.class_map,
            resume=resume,
        )
    judging = EvaluateOptions(device=training.device, precision=training.precision)
    return (yield from report_steps(model, samples, out, judging, classes=plan.class_map))
