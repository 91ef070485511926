"""Splitting samples into three sets: to learn from, to stop by, to report on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.errors import DataError
from napari_seewhy.samples.splitting.advice import advise
from napari_seewhy.samples.splitting.known_samples import find_known
from napari_seewhy.samples.splitting.options import SplitOptions
from napari_seewhy.samples.splitting.partition import share_out_groups, share_out_samples
from napari_seewhy.samples.splitting.three_sets import Split, Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from napari_seewhy.samples.splitting.known_samples import KnownSamples

__all__ = ["Split", "SplitOptions", "check_split", "fold_samples", "split_samples"]

_TRAIN, _STOP, _REPORT = range(3)

_NEEDS = (1e6, 1e3, 1e4)
"""How bad it is if a class is missing in the sets to learn from, to stop by, to report on."""

_DEFAULTS = SplitOptions()


def split_samples(
    target: ArrayLike,
    group: ArrayLike,
    options: SplitOptions = _DEFAULTS,
    *,
    classes: Sequence[str],
) -> Split:
    """Split samples into three sets with alike classes, each group whole in one of them.

    With two groups, one is reported on and the other is torn between learning and stopping, which
    a warning says. Where every sample is a group of its own, samples are shared out class by class.

    Parameters
    ----------
    target
        ``(N,)`` places in `classes`, -1 where unknown; those are left out.
    group
        ``(N,)`` names of what must stay together.
    options
        Shares, seed, and whether groups are kept whole.
    classes
        Names of the classes.

    Returns
    -------
    Split
        The same for the same samples and seed.

    Raises
    ------
    DataError
        If no target is known, there is one class only, a class has no or one sample, there are
        fewer than two groups, or the groups cannot be shared out so that all classes are learned
        and two are reported on.
    """
    known = find_known(target, group, options, classes)
    known.check_units(2)
    generator = np.random.default_rng(options.seed)
    if options.by == "group" and known.n_units == 2:
        return _finish(known, _split_two_groups(known, options, generator), options, "sample")
    part = _share_out(known, options.shares, _NEEDS, generator)
    return _finish(known, part, options, options.by)


def fold_samples(
    target: ArrayLike,
    group: ArrayLike,
    options: SplitOptions = _DEFAULTS,
    *,
    classes: Sequence[str],
    n_folds: int = 5,
) -> list[Split]:
    """Split samples several times, so that each is reported on exactly once (cross-validation).

    Parameters
    ----------
    target, group, classes
        As in `split_samples`.
    options
        As in `split_samples`; the share for reporting is one part in `n_folds` instead.
    n_folds
        Number of splits, at least 2.

    Raises
    ------
    DataError
        As in `split_samples`, and if there are fewer groups than folds, or fewer than three.
    """
    known = find_known(target, group, options, classes)
    known.check_units(max(n_folds, 3))
    generator = np.random.default_rng(options.seed)
    fold = _share_out(known, [1 / n_folds] * n_folds, [_NEEDS[0]] * n_folds, generator)
    shares = np.array(options.shares[:2]) / sum(options.shares[:2])
    splits = []
    for number in range(n_folds):
        part = np.full(len(known.rows), _REPORT)
        rest = np.flatnonzero(fold != number)
        part[rest] = _share_out(known.take(rest), shares, _NEEDS[:2], generator)
        splits.append(_finish(known, part, options, options.by, 1 / n_folds))
    return splits


def check_split(split: Split, group: ArrayLike) -> None:
    """Refuse a split that has a sample twice, or a group on two sides.

    A group on two sides is let through only where the split says that it was made by sample.

    Parameters
    ----------
    split
        The split.
    group
        ``(N,)`` groups of all samples.

    Raises
    ------
    DataError
        If the samples are fewer than the split's rows, or a sample or a group is on two sides.
    """
    names = np.asarray(group, object)
    rows = np.concatenate(list(split.parts.values()))
    if len(rows) and rows.max() >= len(names):
        raise DataError(f"The split names sample {rows.max()} of {len(names)}; split again.")
    for first, second, by in (
        ("train", "report", split.report_by),
        ("stop", "report", split.report_by),
        ("train", "stop", split.stop_by),
    ):
        one, other = split.parts[first], split.parts[second]
        both = set(one.tolist()) & set(other.tolist())
        if both:
            raise DataError(
                f"Sample {min(both)} is in the sets {first} and {second}; split the samples again."
            )
        torn = set(names[one]) & set(names[other]) if by == "group" else set()
        if torn:
            raise DataError(
                f"Group {min(map(str, torn))} is in the sets {first} and {second}, so the figures "
                "would be too good; split the samples by group."
            )


def _share_out(
    known: KnownSamples, shares: ArrayLike, needs: ArrayLike, generator: np.random.Generator
) -> NDArray[np.int64]:
    """Part of each known sample, units kept whole."""
    target = known.target
    _, unit = np.unique(known.unit, return_inverse=True)
    n_units, n_classes = int(unit.max()) + 1, len(known.classes)
    if n_units == len(target):
        return share_out_samples(target, shares, generator)
    counts = np.bincount(unit * n_classes + target, minlength=n_units * n_classes)
    counts = counts.reshape(n_units, n_classes)
    return share_out_groups(counts, shares, needs, generator)[unit]


def _split_two_groups(
    known: KnownSamples, options: SplitOptions, generator: np.random.Generator
) -> NDArray[np.int64]:
    """Report on one group; share out the samples of the other between learning and stopping."""
    halves = (1 - options.report_share, options.report_share)
    part = _REPORT * _share_out(known, halves, (_NEEDS[_TRAIN], _NEEDS[_REPORT]), generator)
    rest = np.flatnonzero(part != _REPORT)
    shares = np.array(options.shares[:2]) / sum(options.shares[:2])
    part[rest] = share_out_samples(known.target[rest], shares, generator)
    return part


def _finish(
    known: KnownSamples,
    part: NDArray[np.int64],
    options: SplitOptions,
    stop_by: Unit,
    report_share: float | None = None,
) -> Split:
    """Make the split, refuse a hopeless one, and say what is to be known of it."""
    train, stop, report = (known.rows[part == i] for i in range(3))
    split = Split(
        train,
        stop,
        report,
        known.all_target,
        known.all_group,
        known.classes,
        report_by=options.by,
        stop_by=stop_by,
    )
    check_split(split, known.all_group)
    report_share = report_share or options.report_share
    return replace(split, warnings=advise(split, report_share))
