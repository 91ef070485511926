"""`StudyFile`: the trials of a search, in a file that several processes may work on."""

from __future__ import annotations

import contextlib
import warnings
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from napari_seewhy.errors import FileError, OptionError
from napari_seewhy.training.tuning.journal import open_journal, reading_journal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import optuna
    from optuna.distributions import BaseDistribution

    from napari_seewhy.training.tuning.options import TuneOptions

_NAME = "napari-seewhy"
_ABOUT, _REPORTED, _STOP_LOSS = "about", "reported", "stop_loss"

_HASHED = {"samples": "other samples", "rows": "another split of the samples"}
"""The message where a hash differs; the hash itself means nothing to a person."""


@dataclass(frozen=True, slots=True)
class Winner:
    """The best trial so far.

    Attributes
    ----------
    number
        Its number, from 0.
    point
        What was tried in it.
    value
        Balanced accuracy on the stop set.
    duration
        How long it took.
    """

    number: int
    point: dict[str, Any]
    value: float
    duration: timedelta

    def describe(self, n_finished: int) -> str:
        """Say which trial of how many it is, and what was tried in it."""
        tried = ", ".join(
            f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}"
            for name, value in self.point.items()
        )
        return (
            f"Trial {self.number} is the best of {n_finished}: balanced accuracy {self.value:.3f} "
            f"on the stop set ({tried})."
        )

    def to_json(self) -> dict[str, Any]:
        """Say the same as plain values."""
        return {
            "trial": self.number,
            "point": self.point,
            "stop_balanced_accuracy": self.value,
            "duration_s": self.duration.total_seconds(),
        }


class StudyFile:
    """The trials of one search, kept in a journal that survives a kill.

    Several processes, also on several computers with a common disk, may have it open.

    Parameters
    ----------
    path
        The file; made if it is not there.
    about
        What is searched with what, as JSON; a study continues only with the same.
    options
        Seed and pruning.

    Raises
    ------
    FileError
        If it cannot be read or written, or is no study.
    OptionError
        If it is the study of another search.
    """

    def __init__(self, path: Path, about: Mapping[str, Any], options: TuneOptions) -> None:
        self.path = path
        with _quiet_optuna(), reading_journal(path):
            self._study = _create(path, options)
            known = self._study.user_attrs.get(_ABOUT)
            if known is None:
                self._study.set_user_attr(_ABOUT, dict(about))
                known = self._study.user_attrs[_ABOUT]
        _check_same(path, known, about)

    @property
    def n_finished(self) -> int:
        """Trials that came to an end, given up ones included; failed and killed ones not."""
        return len(self._finished())

    def ask(self, distributions: dict[str, BaseDistribution]) -> optuna.Trial:
        """Begin a trial; what it is to try is in its ``params``."""
        with _quiet_optuna(), reading_journal(self.path):
            return self._study.ask(fixed_distributions=distributions)

    def is_hopeless(self, trial: optuna.Trial, epoch: int, value: float) -> bool:
        """Note how good a trial is after an epoch, and say whether to give it up."""
        with _quiet_optuna(), reading_journal(self.path):
            trial.report(value, epoch)
            return bool(trial.should_prune())

    def tell(self, trial: optuna.Trial, value: float, stop_loss: float) -> None:
        """Note that a trial came to its end."""
        with _quiet_optuna(), reading_journal(self.path):
            trial.set_user_attr(_STOP_LOSS, stop_loss)
            self._study.tell(trial, value)

    def give_up(self, trial: optuna.Trial) -> None:
        """Note that a trial was hopeless; the search learns from it."""
        self._end(trial, "PRUNED")

    def fail(self, trial: optuna.Trial) -> None:
        """Note that a trial broke off; the search learns nothing from it."""
        self._end(trial, "FAIL")

    def find_best(self) -> Winner | None:
        """Return the best trial, of equals the one with the lowest loss; None before the first."""
        # A trial that was given up has a value too: the last it reached.
        complete = [
            (trial.value, trial)
            for trial in self._finished()
            if trial.state.name == "COMPLETE" and trial.value is not None
        ]
        if not complete:
            return None
        value, best = min(complete, key=lambda one: (-one[0], one[1].user_attrs[_STOP_LOSS]))
        return Winner(best.number, dict(best.params), value, best.duration or timedelta())

    def note_reported(self, number: int) -> int:
        """Note that a trial's network was looked at on the report set; return how many were."""
        with _quiet_optuna(), reading_journal(self.path):
            known = set(self._study.user_attrs.get(_REPORTED, []))
            self._study.set_user_attr(_REPORTED, sorted(known | {number}))
        return len(known | {number})

    def list_trials(self) -> list[dict[str, Any]]:
        """Return all trials as JSON: ``number``, ``state``, ``value`` and ``point``."""
        with _quiet_optuna(), reading_journal(self.path):
            trials = self._study.get_trials(deepcopy=False)
        return [
            {
                "number": trial.number,
                "state": trial.state.name.lower(),
                "value": trial.value,
                "point": dict(trial.params),
            }
            for trial in trials
        ]

    def _end(self, trial: optuna.Trial, state: str) -> None:
        import optuna

        with _quiet_optuna(), reading_journal(self.path):
            self._study.tell(trial, state=optuna.trial.TrialState[state])

    def _finished(self) -> list[optuna.trial.FrozenTrial]:
        from optuna.trial import TrialState

        with _quiet_optuna(), reading_journal(self.path):
            states = (TrialState.COMPLETE, TrialState.PRUNED)
            return self._study.get_trials(deepcopy=False, states=states)


def _create(path: Path, options: TuneOptions) -> optuna.Study:
    import optuna

    from napari_seewhy.training.tuning.samplers import RepeatableSampler

    pruners = {
        "median": lambda: optuna.pruners.MedianPruner(n_startup_trials=5, n_warmup_steps=2),
        "hyperband": lambda: optuna.pruners.HyperbandPruner(max_resource=options.epochs),
        "none": optuna.pruners.NopPruner,
    }
    return optuna.create_study(
        storage=open_journal(path),
        study_name=_NAME,
        direction="maximize",
        sampler=RepeatableSampler(options.seed),
        pruner=pruners[options.pruning](),
        load_if_exists=True,
    )


def _check_same(path: Path, there: object, here: Mapping[str, Any]) -> None:
    if not isinstance(there, dict):
        raise FileError(f"{path} is a study of another program; choose another file.")
    for name, value in here.items():
        if there.get(name) == value:
            continue
        if name in _HASHED:
            raise OptionError(
                f"{path} is a study of {_HASHED[name]}; give the same, or another study file."
            )
        raise OptionError(
            f"{path} is a study of another search: its {name} is {_shorten(there.get(name))}, and "
            f"here it is {_shorten(value)}; give the same, or another study file."
        )


def _shorten(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


@contextlib.contextmanager
def _quiet_optuna() -> Iterator[None]:
    """Silence Optuna while the block runs, and leave its settings as they were.

    Not to be held over a ``yield`` of a task: what runs in between would be silenced too.
    """
    import optuna

    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            yield
    finally:
        optuna.logging.set_verbosity(before)
