"""`Evaluation`: how good a model is, in figures that each say how much they may vary; no torch."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from napari_seewhy.options import Options


class Figure(Options):
    """One figure, how much it may vary, and what it is without looking at the samples.

    Attributes
    ----------
    value
        The figure.
    low, high
        Where 95 % of the resamplings lie.
    baseline
        The same figure for always naming the most frequent class; None where it has none.
    """

    value: float
    low: float
    high: float
    baseline: float | None = None

    def describe(self) -> str:
        """Say it in words.

        Examples
        --------
        >>> Figure(value=0.9123, low=0.88, high=0.94, baseline=0.5).describe()
        '0.912 (0.880 to 0.940; baseline 0.500)'
        """
        baseline = "" if self.baseline is None else f"; baseline {self.baseline:.3f}"
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f}{baseline})"


class ClassFigures(Options):
    """How well one class is recognised.

    Attributes
    ----------
    name
        The class.
    n_samples, n_predicted
        Samples that are of it, and that were said to be.
    recall, precision, f1
        Share of its samples that were found; share of right ones among those said to be of it;
        their harmonic mean. None where there is nothing to divide by.
    roc_auc, average_precision
        How well its samples are ranked above all others (area under the receiver operating
        characteristic; average of the precision over the recall).
    """

    name: str
    n_samples: int
    n_predicted: int
    recall: Figure | None = None
    precision: Figure | None = None
    f1: Figure | None = None
    roc_auc: Figure | None = None
    average_precision: Figure | None = None

    @property
    def is_in_set(self) -> bool:
        """Whether any sample of the set is of this class; else nothing is known of it."""
        return self.n_samples > 0


class ReliabilityBin(Options):
    """Samples of about the same confidence: how sure the model was and how often it was right."""

    n_samples: int
    confidence: float
    accuracy: float


class RocCurve(Options):
    """Share of others taken for a class (x) against share of the class found (y), 0 to 1."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]


class ConfidentError(Options):
    """A wrong answer of which the model was sure."""

    row: int
    group: str
    target: str
    said: str
    confidence: float


class Evaluation(Options):
    """How good a model is on samples that it did not learn from.

    Attributes
    ----------
    classes
        Names of the classes.
    n_samples, n_groups
        On how much the figures stand.
    unit
        What was resampled for the intervals: whole groups, or samples.
    majority
        The most frequent class, which the baseline always names.
    accuracy, balanced_accuracy
        Share of right answers; mean recall over the classes in the set.
    roc_auc
        Mean over the classes in the set, each against all others; None for one class alone.
    calibration_error
        Mean gap between confidence and share of right answers.
    per_class
        In the order of the classes.
    confusion
        ``(K, K)`` number of samples: rows the truth, columns what was said.
    reliability, roc
        For the plots.
    errors
        Wrong answers, the surest first.
    alarms, notes
        Sentences: what is wrong with the model; what is to be known of the figures.
    folds
        Balanced accuracy in each fold of a cross-validation; empty without one.
    """

    schema_version: Literal[1] = 1
    classes: tuple[str, ...]
    n_samples: int
    n_groups: int
    unit: Literal["group", "sample"]
    n_bootstrap: int
    majority: str
    accuracy: Figure
    balanced_accuracy: Figure
    roc_auc: Figure | None
    calibration_error: Figure
    per_class: tuple[ClassFigures, ...]
    confusion: tuple[tuple[int, ...], ...]
    reliability: tuple[ReliabilityBin, ...]
    roc: tuple[RocCurve, ...]
    errors: tuple[ConfidentError, ...] = ()
    alarms: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    folds: tuple[float, ...] = Field(default=())

    def to_json(self) -> dict[str, Any]:
        """Return plain values that fit into JSON; ``Evaluation(**...)`` takes them back."""
        return self.model_dump(mode="json")

    def describe(self) -> str:
        """Say it in a few lines.

        Returns
        -------
        str
            Alarms first, then the figures, then the notes; one per line.
        """
        found = [
            f"{figures.name}: recall {figures.recall.describe()}"
            if figures.recall is not None
            else f"{figures.name}: not in this set"
            for figures in self.per_class
        ]
        named = {
            "Balanced accuracy": self.balanced_accuracy,
            "Accuracy": self.accuracy,
            "ROC AUC": self.roc_auc,
            "Calibration error": self.calibration_error,
        }
        lines = [f"{name} {figure.describe()}" for name, figure in named.items() if figure]
        return "\n".join([*self.alarms, *lines, *found, *self.notes])
