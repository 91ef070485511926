"""`Comparison`: what drawn samples did for a classifier, in figures and in words; no torch."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from pydantic import Field

from napari_seewhy.generating.honesty import Judgement
from napari_seewhy.options import Options

Outcome: TypeAlias = Literal["helps", "harms", "makes no difference"]


class Difference(Options):
    """One figure without and with drawn samples, and how sure the difference is.

    Attributes
    ----------
    without, amplified
        The figure of the training without, and with drawn samples.
    another_seed
        Of the training without, with other random weights and orders.
    low, high
        Where 95 % of the differences lie when whole groups are resampled.
    """

    without: float
    another_seed: float
    amplified: float
    low: float
    high: float

    @property
    def gain(self) -> float:
        """By how much drawn samples change the figure."""
        return self.amplified - self.without

    @property
    def chance(self) -> float:
        """By how much another seed alone changes it, up or down."""
        return abs(self.another_seed - self.without)

    @property
    def outcome(self) -> Outcome:
        """Whether the change is beyond what the choice of groups, and another seed, would do."""
        if self.low > 0 and self.gain > self.chance:
            return "helps"
        if self.high < 0 and -self.gain > self.chance:
            return "harms"
        return "makes no difference"

    def describe(self) -> str:
        """Say it in words.

        Examples
        --------
        >>> Difference(
        ...     without=0.6, another_seed=0.62, amplified=0.7, low=0.03, high=0.15
        ... ).describe()
        '0.600 without, 0.700 with: +0.100 (+0.030 to +0.150); another seed alone +0.020'
        """
        return (
            f"{self.without:.3f} without, {self.amplified:.3f} with: {self.gain:+.3f} "
            f"({self.low:+.3f} to {self.high:+.3f}); another seed alone "
            f"{self.another_seed - self.without:+.3f}"
        )


class Comparison(Options):
    """What drawn samples did for a classifier, judged on real samples alone.

    Attributes
    ----------
    class_name
        The rare class.
    n_samples, n_of_class, n_groups
        On how many real samples, how many of them of the class, and how many groups it stands.
    n_drawn
        Drawn samples in each fold.
    judgements
        What the drawn samples of each fold are: "memorised", "alike", "strange" or "new".
    balanced_accuracy
        Mean recall of the classes.
    recall, f1
        Of the rare class.
    """

    schema_version: Literal[1] = 1
    class_name: str
    n_samples: int
    n_of_class: int
    n_groups: int
    n_drawn: tuple[int, ...]
    judgements: tuple[Judgement, ...] = Field(min_length=1)
    balanced_accuracy: Difference
    recall: Difference
    f1: Difference

    @property
    def outcome(self) -> Outcome:
        """Whether drawn samples help: by balanced accuracy, in which every class counts alike."""
        return self.balanced_accuracy.outcome

    def describe(self) -> str:
        """Say the verdict in words, then the figures."""
        verdict = {
            "helps": "Drawn samples help: they raise the balanced accuracy on real samples, by "
            "more than another choice of groups or another seed would.",
            "harms": "Drawn samples harm: they lower the balanced accuracy on real samples, by "
            "more than another choice of groups or another seed would. Leave them out.",
            "makes no difference": "Drawn samples make no difference that these samples could "
            "show: the change of the balanced accuracy is within what another choice of groups or "
            "another seed does. Leave them out.",
        }[self.outcome]
        n_bad = sum(judgement != "new" for judgement in self.judgements)
        doubt = (
            f"In {n_bad} of {len(self.judgements)} folds the drawn samples were memorised, alike "
            "or strange."
            if n_bad
            else "In no fold were the drawn samples memorised, alike or strange."
        )
        stand = (
            f"Judged on {self.n_samples} real samples of {self.n_groups} groups, "
            f"{self.n_of_class} of them {self.class_name}; {len(self.n_drawn)} generators drew "
            f"{sum(self.n_drawn)} samples, each from the training rows of its own fold."
        )
        figures = {
            "Balanced accuracy": self.balanced_accuracy,
            f"Recall of {self.class_name}": self.recall,
            f"F1 of {self.class_name}": self.f1,
        }
        lines = [f"{name}: {figure.describe()}" for name, figure in figures.items()]
        return "\n".join([verdict, *lines, stand, doubt])

    def to_json(self) -> dict[str, Any]:
        """Return plain values that fit into JSON, the verdict among them."""
        return self.model_dump(mode="json") | {
            "outcome": self.outcome,
            "verdict": self.describe(),
        }
