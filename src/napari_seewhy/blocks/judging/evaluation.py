"""`StainEvaluation`: how good a virtual immunostaining is, block by block and dish by dish."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from napari_seewhy.blocks.counting import EfficiencyComparison
    from napari_seewhy.staining import BlockScores


@dataclass(frozen=True, slots=True, eq=False)
class StainEvaluation:
    """How good a model is on fields whose marker is known.

    Attributes
    ----------
    model
        Name of the model.
    scores
        Of all blocks together, side by side.
    area_correlation
        Pearson's correlation of the probability of a block with the share of its pixels that are
        positive; None where either is the same everywhere.
    fields, dishes
        One row per field and time point, and per dish, day and time point: columns ``measured``
        (share of positive blocks), ``efficiency`` (predicted), ``low``, ``high``, ``n_blocks`` and
        what they are called.
    by_field, by_dish
        Predicted against measured efficiency.
    reliability
        Mean probability, share of positives, and number of blocks of each tenth of the
        probabilities that holds any.
    learned_share
        Share of the blocks that the model learned from; the figures are too good by them.
    left_out
        Names of pairs that could not be used, and why.
    """

    model: str
    scores: BlockScores
    area_correlation: float | None
    fields: pd.DataFrame
    dishes: pd.DataFrame
    by_field: EfficiencyComparison
    by_dish: EfficiencyComparison
    reliability: tuple[tuple[float, float, int], ...]
    learned_share: float
    left_out: tuple[tuple[str, str], ...] = ()

    @property
    def n_dishes(self) -> int:
        """Number of dishes, each counted once however many days it was looked at."""
        return int(self.fields["dish"].nunique())

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is to be known before the figures are believed."""
        said = [f"{name} is left out: {reason}" for name, reason in self.left_out]
        if self.learned_share > 0:
            said.append(
                f"The model learned from {self.learned_share:.0%} of these blocks, so the figures "
                "are too good; judge it by other fields, or by a region that it did not see."
            )
        return tuple(said)

    def describe(self) -> str:
        """Say it in a few lines."""
        scores = self.scores
        fields, dishes = len(self.fields), self.n_dishes
        area = "-" if self.area_correlation is None else f"{self.area_correlation:.3f}"
        return (
            f"{self.model}, judged by {scores.n_blocks} blocks of {fields} fields of {dishes} "
            f"dishes, {scores.n_positives / scores.n_blocks:.1%} of them positive\n"
            f"F1 {scores.f1:.3f}, precision {scores.precision:.3f}, recall {scores.recall:.3f}, "
            f"AUC {scores.roc_auc:.3f}\n"
            f"accuracy {scores.accuracy:.3f} (always saying the more frequent: "
            f"{scores.baseline:.3f})\n"
            f"probability and positive area of the blocks: r = {area}\n"
            f"efficiency per field: {self.by_field.describe()}\n"
            f"efficiency per dish and day: {self.by_dish.describe()}"
        )

    def to_json(self) -> dict[str, Any]:
        """Return all figures as plain values; `docs/reference/command.md` lists the keys."""
        by = self.by_dish
        return {
            "schema_version": 1,
            "model": self.model,
            **self.scores.to_json(),
            "area_correlation": self.area_correlation,
            "efficiency_pearson_r": by.pearson_r,
            "efficiency_spearman_r": by.spearman_r,
            "efficiency_mae": by.mae,
            "efficiency_bias": by.bias,
            "n_fields": len(self.fields),
            "n_dishes": self.n_dishes,
            "efficiency_per_field": self.by_field.to_json(),
            "efficiency_per_dish": by.to_json(),
            "reliability": [list(part) for part in self.reliability],
            "learned_share": self.learned_share,
            "fields": self.fields.to_dict("records"),
            "dishes": self.dishes.to_dict("records"),
            "warnings": list(self.warnings),
        }
