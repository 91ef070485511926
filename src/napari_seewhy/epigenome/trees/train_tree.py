"""Training a tree on the labels that there are: with a stop set, or by cross-validation of few."""

from __future__ import annotations

import warnings
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.epigenome.sampling import PictureInputOptions, import_pictures_steps
from napari_seewhy.epigenome.trees.inputs import opening_inputs
from napari_seewhy.epigenome.trees.two_stage import (
    TrainedTree,
    TreeTraining,
    train_two_stage_steps,
    tree_target,
)
from napari_seewhy.epigenome.trees.two_stage_folds import cross_validate_two_stage_steps
from napari_seewhy.errors import DataError, SeewhyWarning
from napari_seewhy.samples.splitting import Split, SplitOptions, split_samples
from napari_seewhy.tables import write_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from napari_seewhy.epigenome.pictures import PictureSet
    from napari_seewhy.epigenome.trees.inputs import TreeInputs
    from napari_seewhy.progress import Task

N_NEEDED = 7
"""Pictures of each class from which on a stop set and a report set get some of it by their shares
(15 % and 20 %)."""

_N_LEAST = 2
_N_FOLDS = 5
_N_GROUPS = 3
_SIZE_PX = (128, 256)
"""Height and width at which a tree that is trained in the window sees pictures."""


def describe_need(counts: Mapping[str, int]) -> str:
    """Say how many pictures of each class there are, and what can be trained on them.

    Examples
    --------
    >>> print(describe_need({"induction": 2, "suppression": 9}))
    induction 2, suppression 9. With fewer than 7 of a class a tree is trained on all of them and \
judged by cross-validation.
    """
    counted = ", ".join(f"{name} {n:,}" for name, n in counts.items())
    if min(counts.values()) < _N_LEAST:
        return f"{counted}. Training needs {_N_LEAST} of each, better {N_NEEDED}."
    if min(counts.values()) < N_NEEDED:
        return (
            f"{counted}. With fewer than {N_NEEDED} of a class a tree is trained on all of them "
            "and judged by cross-validation."
        )
    return f"{counted}. Enough for a training with a stop set and a report set."


def is_trainable(counts: Mapping[str, int]) -> bool:
    """Whether there are enough pictures of each class to train on."""
    return min(counts.values()) >= _N_LEAST


def train_tree_steps(
    inputs: TreeInputs,
    what: TreeTraining,
    splitting: SplitOptions,
    *,
    out: Path,
    resume: bool = False,
) -> Task[TrainedTree]:
    """Train a tree, and judge it on a report set; or by cross-validation where labels are few.

    Of a class with fewer than `N_NEEDED` pictures, or from fewer than three groups, nothing can be
    set aside. Then the networks learn from all labelled pictures for all epochs, the thresholds
    stay at 0.5, and the report is that of trees trained in the same way on four fifths.

    Parameters
    ----------
    inputs, what, out, resume
        As of `train_two_stage`.
    splitting
        How groups are shared out.

    Raises
    ------
    SeewhyError
        As `train_two_stage`; `DataError` also where a class has fewer than two pictures.
    """
    target, classes = tree_target(inputs, what.options)
    group = next(iter(inputs.values())).group
    if not _are_few(target, group, len(classes)):
        split = split_samples(target, group, splitting, classes=classes)
        return (yield from train_two_stage_steps(inputs, what, split, out=out, resume=resume))
    few = _Few(inputs, replace(what, options=what.options.change(threshold="half")), out, resume)
    return (yield from few.steps(target, group, splitting, classes))


@dataclass(frozen=True, slots=True)
class _Few:
    """Training on so few pictures that none can be set aside."""

    inputs: TreeInputs
    what: TreeTraining
    out: Path
    resume: bool

    def steps(
        self,
        target: NDArray[np.int64],
        group: NDArray[np.object_],
        splitting: SplitOptions,
        classes: tuple[str, ...],
    ) -> Task[TrainedTree]:
        folds = _split_few(target, group, splitting, classes)
        crossed = yield from cross_validate_two_stage_steps(
            self.inputs, self.what, folds, out=self.out / "folds"
        )
        rows = np.flatnonzero(target >= 0)
        whole = Split(rows, rows, rows, target, group, classes)
        trained = yield from train_two_stage_steps(
            self.inputs, self.what, whole, out=self.out, resume=self.resume
        )
        # What it says of the pictures that it learned from is worth nothing.
        tree = trained.tree.change(metrics=crossed.report.model_dump(mode="json"))
        tree.save(self.out)
        counts = np.bincount(target[rows], minlength=len(classes))
        rarest = int(counts.argmin())
        warnings.warn(
            f"{classes[rarest]} has {counts[rarest]} pictures, and {N_NEEDED} of each class (from "
            f"{_N_GROUPS} groups) are needed to set some aside. The tree learned from all "
            f"{len(rows)}, its thresholds are 0.5, and its figures are those of {len(folds)} trees "
            f"trained on the others (cross-validation); the recall of {classes[rarest]} rests on "
            f"{counts[rarest]} pictures. Classify more pictures before you rely on it.",
            SeewhyWarning,
            stacklevel=1,
        )
        return TrainedTree(tree, trained.positive, crossed.report)


def train_reviewed_steps(
    pictures: PictureSet,
    classes: Sequence[str],
    out: Path,
    what: TreeTraining | None = None,
    size_px: tuple[int, int] = _SIZE_PX,
) -> Task[TrainedTree]:
    """Train a tree on the classes that a person gave to pictures.

    Parameters
    ----------
    pictures
        The pictures.
    classes
        One for each picture, "" where none is known.
    out
        Folder of the tree.
    what
        How it is trained; as the command does where None.
    size_px
        Height and width at which the networks see the pictures.

    Raises
    ------
    SeewhyError
        As `train_tree_steps` and `import_pictures`; `DataError` if `out` exists.
    """
    if out.exists():
        raise DataError(f"{out} exists; choose another name for the tree.")
    has_places = bool(pictures.table["tss"].notna().all())
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(ignore_cleanup_errors=True)))
        labels = folder / "classes.csv"
        write_table(labels, pictures.table[["file"]].assign(**{"class": list(classes)}))
        options = PictureInputOptions(
            height_px=size_px[0],
            width_px=size_px[1],
            labels=labels,
            group_by="stretch" if has_places else "gene",
        )
        samples = folder / "whole.h5"
        gathered = yield from import_pictures_steps(pictures, samples, options)
        gathered.samples.close()
        inputs = stack.enter_context(opening_inputs([samples]))
        task = train_tree_steps(inputs, what or TreeTraining(), SplitOptions(), out=out)
        return (yield from task)


def _are_few(target: NDArray[np.int64], group: NDArray[np.object_], n_classes: int) -> bool:
    """Whether some class has too few pictures, or groups, for a stop set and a report set."""
    counts = np.bincount(target[target >= 0], minlength=n_classes)
    n_groups = [len(set(group[target == place])) for place in range(n_classes)]
    return bool(counts.min() < N_NEEDED or min(n_groups) < _N_GROUPS)


def _split_few(
    target: NDArray[np.int64],
    group: NDArray[np.object_],
    splitting: SplitOptions,
    classes: tuple[str, ...],
) -> list[Split]:
    """Report on every sample once, and learn from all others; these also say which epoch is kept.

    Raises
    ------
    DataError
        If a class has one group only, so that it cannot be both learned and reported on.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    rows = np.flatnonzero(target >= 0)
    unit = group[rows].astype(str) if splitting.by == "group" else rows.astype(str)
    for place, name in enumerate(classes):
        n_units = len(set(unit[target[rows] == place]))
        if n_units < _N_LEAST:
            raise DataError(
                f"{name} has {n_units} group{'s' * (n_units != 1)}, and {_N_LEAST} or more are "
                "wanted; classify more pictures of it."
            )
    n_folds = min(_N_FOLDS, len(set(unit)))
    folds = StratifiedGroupKFold(n_folds, shuffle=True, random_state=splitting.seed)
    splits = []
    with warnings.catch_warnings():
        # A class of fewer samples than folds is what this is for.
        warnings.filterwarnings("ignore", "The least populated class", UserWarning)
        for learned, reported in folds.split(rows, target[rows], unit):
            train = rows[learned]
            splits.append(Split(train, train, rows[reported], target, group, classes))
    missing = [
        name
        for place, name in enumerate(classes)
        if any(place not in target[split.train] for split in splits)
    ]
    if missing:
        raise DataError(
            f"{missing[0]} is missing in a part that is learned from; classify more pictures of it."
        )
    return splits
