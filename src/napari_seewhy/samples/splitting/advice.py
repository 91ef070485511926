"""What is to be known of a split before its figures are believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from napari_seewhy.samples.splitting.three_sets import Split

_MOST_SKEW = 2
"""A set may have half or twice its share before it is said."""

_HANDFUL = 5
"""A set may have so many samples more or fewer before it is said."""

_TRAIN, _STOP, _REPORT = range(3)

_NAMES = {"train": "set to learn from", "stop": "set to stop by", "report": "set to report on"}


def advise(split: Split, report_share: float) -> tuple[str, ...]:
    """Refuse a split from which nothing can be learned, and say what is weak in others.

    Parameters
    ----------
    split
        The split.
    report_share
        Share that was wanted for the report set.

    Returns
    -------
    tuple of str
        Sentences, none where all is well.

    Raises
    ------
    DataError
        If a set is empty, a class is not learned, or only one class is reported on.
    """
    counts = split.count_classes()
    _check_sets(split, counts)
    return (
        *_warn_of_units(split),
        *_warn_of_classes(split, counts),
        *_warn_of_shares(split, counts, report_share),
    )


def _check_sets(split: Split, counts: NDArray[np.int64]) -> None:
    is_hopeless = counts[_TRAIN] == 0
    if np.count_nonzero(counts[_REPORT]) < 2:
        is_hopeless |= counts[_REPORT] == 0
    hopeless = _choose(split, is_hopeless)
    if hopeless:
        raise DataError(
            "The groups cannot be parted so that all classes are learned and two or more reported "
            f"on ({_say_groups(split, hopeless[0])}); add samples of {', '.join(hopeless)} from "
            "other groups, or split by sample."
        )
    if not counts[_STOP].any():
        raise DataError(
            "No samples are left to stop by; add samples or groups, or raise the stop share."
        )


def _choose(split: Split, is_chosen: NDArray[np.bool_]) -> list[str]:
    return [name for name, chosen in zip(split.classes, is_chosen, strict=True) if chosen]


def _say_groups(split: Split, name: str) -> str:
    groups = sorted(set(map(str, split.group[split.target == split.classes.index(name)])))
    shown = ", ".join(groups[:3]) + (" ..." if len(groups) > 3 else "")
    return f"{name} is in {len(groups)} group{'s' if len(groups) > 1 else ''}: {shown}"


def _warn_of_units(split: Split) -> Iterator[str]:
    used = np.concatenate(list(split.parts.values()))
    n_groups = len(set(split.group[used]))
    if n_groups == len(used):
        return
    if n_groups == 1:
        yield (
            "All samples are of one group, so the figures say nothing about another field, well or "
            "day."
        )
    elif split.report_by == "sample":
        yield (
            f"Samples of the same group are on both sides, so the figures may be too good: they "
            f"hold for new samples of these {n_groups} groups, not for new groups."
        )
    elif split.stop_by == "sample":
        yield (
            "There are two groups only: one is reported on, and the other is shared between "
            "learning and stopping, so training may stop late; a third group would be better."
        )
    elif len(set(split.group[split.report])) == 1:
        yield (
            "The set to report on is one group, so how much the figures vary between groups "
            "cannot be said."
        )


def _warn_of_classes(split: Split, counts: NDArray[np.int64]) -> Iterator[str]:
    for place, name, follows in (
        (_STOP, "stop", "training cannot stop by it"),
        (_REPORT, "report", "how well it is recognised stays unknown"),
    ):
        absent = _choose(split, counts[place] == 0)
        if absent:
            yield f"The {_NAMES[name]} has no sample of {', '.join(absent)}, so {follows}."


def _warn_of_shares(split: Split, counts: NDArray[np.int64], report_share: float) -> Iterator[str]:
    n, n_report = int(counts.sum()), int(counts[_REPORT].sum())
    if _is_skewed(np.array(n_report), np.array(report_share * n)):
        yield (
            f"The groups cannot be balanced: the set to report on has {100 * n_report / n:.0f} % "
            f"of the samples, and {100 * report_share:.0f} % were wanted."
        )
    wanted = counts.sum(axis=0) * n_report / n
    skewed = _choose(split, _is_skewed(counts[_REPORT], wanted) & (counts[_REPORT] > 0))
    if skewed:
        yield (
            f"The groups cannot be balanced: the share of {', '.join(skewed)} in the set to report "
            "on is far from its share of all samples."
        )


def _is_skewed(n: NDArray[np.int64], wanted: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether numbers are far off, and not only by a handful of samples."""
    is_far = (n < wanted / _MOST_SKEW) | (n > wanted * _MOST_SKEW)
    return is_far & (np.abs(n - wanted) > _HANDFUL)
