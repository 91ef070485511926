"""Do drawn samples help a classifier? With and without them, judged on real samples alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.generating.amplified_training import AmplifiedTraining
from napari_seewhy.generating.verdict import Comparison, Difference
from napari_seewhy.progress import name_steps
from napari_seewhy.training.judging import Judge

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from napari_seewhy.generating.compare_options import CompareOptions
    from napari_seewhy.generating.generate_options import GeneratorOptions
    from napari_seewhy.progress import Task
    from napari_seewhy.samples.splitting import Split
    from napari_seewhy.training.fitting import Retrain
    from napari_seewhy.training.judging import LearnAndSay


def compare_with_without_steps(
    retrain: Retrain,
    class_name: str,
    folds: Sequence[Split],
    generator: GeneratorOptions,
    options: CompareOptions,
    *,
    folder: Path,
) -> Task[Comparison]:
    """Cross-validate a training without drawn samples, with another seed, and with drawn ones.

    In every fold the generator learns from the training rows of that fold alone, and the rows that
    are reported on are real ones of groups that neither it nor the classifiers have seen. The
    training with another seed says how much of a difference is chance.

    Parameters
    ----------
    retrain
        How a classifier is trained on real samples.
    class_name
        The rare class.
    folds
        As `fold_samples` makes them.
    generator
        How the generators are trained.
    options
        How many samples are drawn, how often groups are resampled.
    folder
        Where the generators of the folds stand; those of an earlier run are taken.

    Raises
    ------
    DataError
        If a fold has fewer than eight samples of the class to learn from.
    """
    other_seed = retrain.options.change(seed=(retrain.options.seed + 1) % 2**32)
    amplified = AmplifiedTraining(retrain, class_name, generator, options.n_per_real, folder)
    ways: dict[str, LearnAndSay] = {
        "without": retrain,
        "another seed": replace(retrain, options=other_seed),
        "with": amplified,
    }
    said: dict[str, list[NDArray[np.float64]]] = {name: [] for name in ways}
    for number, split in enumerate(folds, start=1):
        for name, way in ways.items():
            about = f"Fold {number} of {len(folds)}, {name}"
            part = yield from name_steps(way(split), about)
            said[name].append(part.astype(np.float64))
    rows = np.concatenate([split.report for split in folds])
    judged = _Judged.of(folds[0], rows, class_name, options.n_bootstrap, retrain.options.seed)
    figures = {name: judged.measure(np.concatenate(parts)) for name, parts in said.items()}
    return Comparison(
        class_name=class_name,
        n_samples=len(rows),
        n_of_class=int((folds[0].target[rows] == folds[0].classes.index(class_name)).sum()),
        n_groups=len(set(folds[0].group[rows])),
        n_drawn=tuple(len(likeness.nearest) for likeness in amplified.likenesses),
        judgements=tuple(likeness.judgement for likeness in amplified.likenesses),
        balanced_accuracy=_compare(figures, "balanced_accuracy"),
        recall=_compare(figures, "recall"),
        f1=_compare(figures, "f1"),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Judged:
    """The truth of what is reported on, and how figures of it are resampled."""

    target: NDArray[np.int64]
    unit: NDArray[np.int64]
    place: int
    n_bootstrap: int
    seed: int

    @classmethod
    def of(
        cls, split: Split, rows: NDArray[np.int64], class_name: str, n_bootstrap: int, seed: int
    ) -> _Judged:
        _, unit = np.unique(split.group[rows].astype(str), return_inverse=True)
        unit = unit if unit.any() else np.arange(len(rows))
        place = split.classes.index(class_name)
        return cls(split.target[rows], unit, place, n_bootstrap, seed)

    def measure(self, said: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        """Measure figures ``(1 + B,)``: as they are, then of groups resampled.

        The same seed draws the same groups for every way of training, so that they can be compared
        draw by draw.
        """
        judge = Judge(said, self.target, self.unit)
        once = judge.measure(np.ones((1, judge.n_units)))
        drawn = judge.resample(self.n_bootstrap, self.seed)
        both = {name: np.concatenate([once[name], drawn[name]]) for name in once}
        return {
            "balanced_accuracy": both["balanced_accuracy"],
            "recall": both["recall"][:, self.place],
            "f1": both["f1"][:, self.place],
        }


def _compare(figures: dict[str, dict[str, NDArray[np.float64]]], name: str) -> Difference:
    without, again, amplified = (figures[way][name] for way in ("without", "another seed", "with"))
    # A draw without any sample of the class says nothing of it.
    low, high = np.nanpercentile((amplified - without)[1:], [2.5, 97.5])
    return Difference(
        without=float(without[0]),
        another_seed=float(again[0]),
        amplified=float(amplified[0]),
        low=float(low),
        high=float(high),
    )
