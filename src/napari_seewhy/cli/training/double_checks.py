"""What `train` does on demand besides: train on other rows, to see whether its figures hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Group, Parameter

from napari_seewhy.errors import OptionError
from napari_seewhy.files import write_json
from napari_seewhy.progress import Task
from napari_seewhy.samples.splitting import Split, SplitOptions, fold_samples

if TYPE_CHECKING:
    from napari_seewhy.training.judging import Evaluation, LearnAndSay


@Parameter(name="*", group=Group("Double checks", sort_key=40))
@dataclass(frozen=True)
class DoubleChecks:
    """Trainings besides that of the model, to see whether its figures hold.

    Attributes
    ----------
    folds
        Train so many networks more, each judged on other groups, until all were judged once
        (cross-validation); 0 trains none.
    control
        Train once more with shuffled targets: what is still above chance is a leak.
    """

    folds: int = 0
    control: Annotated[bool, Parameter(name="--shuffled-control", negative="")] = False


DEFAULT_CHECKS = DoubleChecks()


def plan_folds(split: Split, splitting: SplitOptions, checks: DoubleChecks) -> list[Split]:
    """Split the samples for a cross-validation; before training, so that it can be refused.

    Raises
    ------
    OptionError
        If there is one fold, or fewer than none.
    DataError
        If there are too few groups.
    """
    if checks.folds == 0:
        return []
    if checks.folds < 2:
        raise OptionError(f"--folds is {checks.folds}; give 2 or more, or 0 for none.")
    return fold_samples(
        split.target, split.group, splitting, classes=split.classes, n_folds=checks.folds
    )


def check_steps(
    retrain: "LearnAndSay", split: Split, folds: Sequence[Split], *, control: bool
) -> Task[dict[str, "Evaluation"]]:
    """Do what was asked for; return the evaluations by name."""
    from napari_seewhy.training.judging import cross_validate_steps, shuffled_control_steps

    checked = {}
    if folds:
        checked["cross_validation"] = yield from cross_validate_steps(retrain, folds)
    if control:
        checked["control"] = yield from shuffled_control_steps(retrain, split)
    return checked


def write_checks(out: Path, checked: dict[str, "Evaluation"]) -> str:
    """Write the evaluations beside the model, and say them."""
    said = ""
    for name, evaluation in checked.items():
        path = out.with_name(f"{out.stem}_{name}.json")
        write_json(path, evaluation.to_json())
        folds = ", ".join(f"{value:.3f}" for value in evaluation.folds)
        each = f"\nBalanced accuracy in each fold: {folds}" if folds else ""
        title = name.replace("_", "-").capitalize()
        said += f"\n\n{title}\n{evaluation.describe()}{each}\n{path}"
    return said
