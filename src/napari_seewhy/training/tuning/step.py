"""`TuneStep`: a step that says how a search goes; needs no torch, so that windows read it."""

from __future__ import annotations

from dataclasses import dataclass

from napari_seewhy.training.learning import TrainStep


@dataclass(frozen=True, slots=True)
class TuneStep(TrainStep):
    """One report from a running search; how its trial trains is said as by a `TrainStep`.

    ``done`` and ``total`` say how much of the budget is used up.

    Attributes
    ----------
    trial
        Number of the running trial, from 0.
    n_finished
        Trials that came to an end so far, given up ones included.
    best_trial
        Number of the best one; -1 before the first.
    best_balanced_accuracy
        Its balanced accuracy on the stop set; NaN before the first.
    """

    trial: int = 0
    n_finished: int = 0
    best_trial: int = -1
    best_balanced_accuracy: float = float("nan")
