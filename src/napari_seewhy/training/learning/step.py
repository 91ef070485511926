"""`TrainStep`: a step that says how the training goes; needs no torch, so that windows read it."""

from __future__ import annotations

from dataclasses import dataclass, field

from napari_seewhy.progress import Step


@dataclass(frozen=True, slots=True)
class TrainStep(Step):
    """One report from a running training, one per batch.

    Attributes
    ----------
    epoch
        Passes over the training samples that are finished.
    loss
        Loss of the batch just learned from; NaN before the first.
    learning_rate
        Size of the step just taken.
    stop_loss
        Loss on the stop set after the last finished epoch; NaN before.
    stop_metrics
        What else the lesson measured there, by name, such as ``balanced_accuracy``.
    metric
        Name of the one that the lesson shows; "" for none.
    best_epoch
        Epoch whose weights are the best so far, counted from 1; 0 before the first.
    """

    epoch: int = 0
    loss: float = float("nan")
    learning_rate: float = 0.0
    stop_loss: float = float("nan")
    stop_metrics: dict[str, float] = field(default_factory=dict)
    metric: str = ""
    best_epoch: int = 0

    @property
    def stop_metric(self) -> float:
        """The metric that is shown; NaN where there is none yet."""
        return self.stop_metrics.get(self.metric, float("nan"))
