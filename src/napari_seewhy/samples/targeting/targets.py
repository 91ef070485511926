"""Targets: the class of each sample by a marker, a table, a folder or a person."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from napari_seewhy.errors import DataError, SeewhyWarning
from napari_seewhy.samples.storing import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import ArrayLike, NDArray


_MAY_BE_UNKNOWN = {"na", "n/a", "none", "null", "unknown", "unlabeled", "unlabelled", "?", "-"}


class ValueTarget(NamedTuple):
    """Target ``(N,)`` (1 above, 0 below, -1 undecided) and the threshold between."""

    target: NDArray[np.int64]
    threshold: float


class NameTarget(NamedTuple):
    """Target ``(N,)`` and the names of the classes that its numbers stand for."""

    target: NDArray[np.int64]
    classes: tuple[str, ...]


def target_from_values(
    values: ArrayLike, threshold: Literal["otsu"] | float = "otsu", undecided: float = 0.0
) -> ValueTarget:
    """Call samples positive where a measured value is above a threshold.

    Values near the threshold may be left undecided, as Nagao et al. (2020) did with CENP-F: a
    network learns more from fewer sure answers. The undecided band lies about the threshold and is
    `undecided` times as wide as the distance between the means of both sides, so that it does not
    depend on the gain or the offset of the camera.

    Parameters
    ----------
    values
        ``(N,)``, for instance the mean intensity of a marker in each nucleus; NaN is unknown.
    threshold
        In the unit of `values`; "otsu" finds the one that parts the values best (Otsu 1979).
    undecided
        Width of the undecided band, 0 (none) to below 1.

    Returns
    -------
    ValueTarget
        Positive is what is strictly above the threshold.

    Raises
    ------
    DataError
        If Otsu's threshold is asked of values that are all the same, or of none.

    Examples
    --------
    >>> target_from_values([1, 2, 5, 8, 9], threshold=5, undecided=0.3).target
    array([ 0,  0, -1,  1,  1])
    """
    numbers = np.asarray(values, np.float64)
    is_known = np.isfinite(numbers)
    known = numbers[is_known]
    level = _otsu(known) if threshold == "otsu" else float(threshold)
    is_above = known > level
    target = np.full(numbers.shape, UNKNOWN, np.int64)
    target[is_known] = is_above
    # A side without samples is taken to lie at the threshold.
    gap = sum(abs(known[side].mean() - level) for side in (is_above, ~is_above) if side.any())
    if undecided > 0:
        target[np.abs(numbers - level) <= undecided * gap / 2] = UNKNOWN
    return ValueTarget(target, level)


def _otsu(known: NDArray[np.float64]) -> float:
    """Threshold half-way between the two neighbouring values which part the sample best.

    Exact, without a histogram: between two heaps that lie apart, the one of scikit-image ends at
    the upper edge of the lower heap, and one very bright cell makes its bins too wide.
    """
    if len(known) == 0:
        raise DataError("No cell has a value of the marker; measure the marker's channel first.")
    if known.min() == known.max():
        raise DataError(
            f"All {len(known)} values of the marker are {known[0]:.6g}, so no threshold parts "
            "them; choose another channel, or give the threshold."
        )
    ordered = np.sort(known)
    n_below = np.arange(1, len(ordered))
    n_above = len(ordered) - n_below
    sum_below = np.cumsum(ordered - ordered.mean())[:-1]
    # Both sums are opposite, as all values together sum to 0.
    between = n_below * n_above * (sum_below / n_below + sum_below / n_above) ** 2
    between[ordered[:-1] == ordered[1:]] = -1
    best = int(np.argmax(between))
    return float(ordered[best] + ordered[best + 1]) / 2


def target_from_names(names: ArrayLike, classes: Sequence[str] = ()) -> NameTarget:
    """Give every class that was named a number.

    Parameters
    ----------
    names
        ``(N,)`` names of classes; NaN, None and "" are unknown.
    classes
        The classes to predict, in their order; other names become unknown. None given takes all
        names: in the order of their numbers if all are whole numbers, else of the alphabet.

    Raises
    ------
    DataError
        If one of `classes` is never named, or nothing is.

    Examples
    --------
    >>> target_from_names(["G2", "G1", "", "G1"])
    NameTarget(target=array([ 1,  0, -1,  0]), classes=('G1', 'G2'))
    """
    import pandas as pd

    column = pd.Series(np.asarray(names, object)).map(_as_name)
    known = set(column) - {""}
    if not known:
        raise DataError("Not one sample has a class; check the column or folder of the classes.")
    absent = [name for name in classes if name not in known]
    if absent:
        raise DataError(
            f"No sample is of class {', '.join(absent)}; the classes named are "
            f"{', '.join(_in_order(known))}."
        )
    chosen = tuple(classes) or _in_order(known)
    for sentence in _explain_names(chosen):
        warnings.warn(sentence, SeewhyWarning, stacklevel=2)
    target = pd.Index(chosen).get_indexer(pd.Index(column)).astype(np.int64)
    return NameTarget(target, chosen)


def _explain_names(classes: Sequence[str]) -> Iterator[str]:
    """Say which classes may be one, and which may be none."""
    alike: dict[str, list[str]] = {}
    for name in classes:
        alike.setdefault(name.casefold(), []).append(name)
    for names in alike.values():
        if len(names) > 1:
            yield (
                f"The classes {' and '.join(names)} differ only in case and are kept apart; "
                "write them alike if they are one."
            )
    unknown = [name for name in classes if name.casefold() in _MAY_BE_UNKNOWN]
    if unknown:
        yield (
            f"{', '.join(unknown)} is taken for a class; leave the field empty where the class is "
            "not known."
        )


def _as_name(value: Any) -> str:
    if value is None or value != value:  # NaN alone differs from itself
        return ""
    is_whole = isinstance(value, float) and value.is_integer()
    return str(int(value) if is_whole else value).strip()


def _in_order(names: Iterable[str]) -> tuple[str, ...]:
    names = sorted(names)
    if all(name.isdecimal() for name in names):
        names.sort(key=int)
    return tuple(names)


def target_from_labels(
    labels: NDArray[Any], painted: NDArray[Any], numbers: ArrayLike
) -> NDArray[np.int64]:
    """Take the class of each object from what a person painted over it.

    Parameters
    ----------
    labels
        Objects, any shape, integers, 0 = background.
    painted
        Same shape: 0 where nothing was painted, 1 for the first class, and so on.
    numbers
        ``(N,)`` labels of the objects that are asked about.

    Returns
    -------
    ndarray, shape ``(N,)``, int64
        The class painted over most of its pixels, from 0; -1 where none was.

    Raises
    ------
    DataError
        If the shapes differ.

    Examples
    --------
    >>> target_from_labels(np.array([1, 1, 2, 2, 3]), np.array([0, 2, 1, 1, 0]), [1, 2, 3])
    array([ 1,  0, -1])
    """
    if labels.shape != painted.shape:
        raise DataError(
            f"The classes are painted on shape {painted.shape} but the labels have "
            f"{labels.shape}; paint on a layer of the same size."
        )
    wanted = np.asarray(numbers, np.int64)
    is_both = (labels > 0) & (painted > 0)
    n_classes = int(painted.max(initial=0))
    n_labels = max(int(labels.max(initial=0)), int(wanted.max(initial=0))) + 1
    place = labels[is_both].astype(np.int64) * n_classes + painted[is_both] - 1
    votes = np.bincount(place, minlength=n_labels * n_classes).reshape(n_labels, n_classes)
    if n_classes == 0:
        return np.full(wanted.shape, UNKNOWN, np.int64)
    return np.where(votes.max(axis=1) > 0, votes.argmax(axis=1), UNKNOWN)[wanted]
