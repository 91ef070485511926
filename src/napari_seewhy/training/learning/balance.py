"""Making up for rare classes: which samples an epoch shows, or how much each class weighs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def draw_order(
    target: NDArray[np.int64],
    *,
    is_balanced: bool,
    generator: np.random.Generator,
    source: NDArray[np.int64] | None = None,
) -> NDArray[np.int64]:
    """Draw the order in which an epoch shows its samples.

    Parameters
    ----------
    target
        ``(N,)`` classes from 0.
    is_balanced
        Whether every class is shown equally often: of a rare one each sample several times, of a
        frequent one a part. Else every sample is shown once.
    generator
        Source of randomness.
    source
        ``(N,)`` classes from which those of `target` were merged; where given, the sources of one
        class are shown equally often too, so that a rare one is not lost among the others.

    Returns
    -------
    ndarray, shape ``(N,)``, int64
        Places in `target`.

    Examples
    --------
    >>> target = np.array([0, 0, 0, 0, 0, 1])
    >>> order = draw_order(target, is_balanced=True, generator=np.random.default_rng(0))
    >>> np.bincount(target[order])
    array([3, 3])
    """
    if not is_balanced:
        return generator.permutation(len(target))
    present = np.unique(target)
    # The classes that get one sample more, where N is no multiple of their number, change.
    shares = np.array_split(np.arange(len(target)), len(present))
    drawn = []
    for number, share in zip(generator.permutation(present), shares, strict=True):
        places = np.flatnonzero(target == number)
        parts = [places]
        if source is not None:
            parts = [places[source[places] == one] for one in np.unique(source[places])]
        sizes = [len(part) for part in np.array_split(share, len(parts))]
        drawn += [_draw_often(part, n, generator) for part, n in zip(parts, sizes, strict=True)]
    return generator.permutation(np.concatenate(drawn))


def _draw_often(
    places: NDArray[np.int64], n: int, generator: np.random.Generator
) -> NDArray[np.int64]:
    """Draw `n` of the places, none a second time before all have had their turn."""
    n_rounds = -(-n // len(places))
    rounds = [generator.permutation(places) for _ in range(n_rounds)]
    return np.concatenate([places[:0], *rounds])[:n]


def weigh_classes(target: NDArray[np.int64], n_classes: int) -> NDArray[np.float32]:
    """Weigh each class by one over its frequency, so that the mean over the samples is 1.

    Examples
    --------
    >>> weigh_classes(np.array([0, 0, 0, 1]), 2).astype(float).round(2).tolist()
    [0.67, 2.0]
    """
    counts = np.bincount(target, minlength=n_classes)
    n_present = np.count_nonzero(counts)
    weights = len(target) / (n_present * np.maximum(counts, 1))
    return np.where(counts > 0, weights, 0).astype(np.float32)
