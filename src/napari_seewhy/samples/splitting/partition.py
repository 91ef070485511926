"""Sharing out groups of samples, each as a whole, so that every part is alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_NEED = 1e6
"""How bad an empty part is, where samples have no classes."""

_MOST_TRIALS = 20_000
"""Up to so many ways to share out are all tried: nine groups among three parts."""

_MOST_STARTED = 1000
"""Groups that are placed, over all starts, before the best is taken."""

_MOST_MOVES = 500
"""Moves of single groups after which a share-out is good enough."""


def split_groups(group: ArrayLike, shares: ArrayLike, seed: int = 0) -> NDArray[np.int64]:
    """Give every sample to one part, groups kept whole; it needs no classes.

    Parameters
    ----------
    group
        ``(N,)`` names of what must stay together.
    shares
        ``(P,)`` wanted share of each part in the samples; sums to 1.
    seed
        Another number gives another split.

    Returns
    -------
    ndarray, shape ``(N,)``, int64
        The part of each sample; no part is empty.

    Raises
    ------
    DataError
        If there are fewer groups than parts.

    Examples
    --------
    >>> split_groups(["chr1", "chr1", "chr2", "chr2"], [0.5, 0.5])
    array([0, 0, 1, 1])
    """
    names, unit = np.unique(np.asarray(group, object).astype(str), return_inverse=True)
    wanted = np.asarray(shares, float)
    if len(names) < len(wanted):
        raise DataError(
            f"The samples are of {len(names)} group{'s' * (len(names) != 1)}, and {len(wanted)} or "
            "more are wanted; add samples of another group."
        )
    counts = np.bincount(unit, minlength=len(names))[:, None]
    needs = np.full(len(wanted), _NEED)
    return share_out_groups(counts, wanted, needs, np.random.default_rng(seed))[unit]


def share_out_groups(
    counts: NDArray[np.int64],
    shares: ArrayLike,
    needs: ArrayLike,
    generator: np.random.Generator,
) -> NDArray[np.int64]:
    """Give every group to one part, so that each part gets its share of every class.

    The squared distance from what is wanted, over what is wanted, is summed over parts and classes
    as in Pearson's chi-square, with every class weighing the same. Few groups: all ways are tried
    and the best is taken, whatever the seed. Many groups: large ones first, each to the part that
    it serves best (as scikit-learn's `StratifiedGroupKFold` does for equal shares), then single
    groups are moved while that helps; the best of several such starts is taken.

    Parameters
    ----------
    counts
        ``(G, K)`` number of samples of each class in each group.
    shares
        ``(P,)`` wanted share of each part; sums to 1.
    needs
        ``(P,)`` how bad it is if a class is missing in a part; far above 1, so that it counts for
        more than a wrong share.
    generator
        Decides between ways that are equally good.

    Returns
    -------
    ndarray, shape ``(G,)``, int64
        The part of each group.

    Examples
    --------
    >>> counts = np.array([[9, 0], [0, 9], [9, 0], [0, 9]])
    >>> part = share_out_groups(counts, [0.5, 0.5], [100, 100], np.random.default_rng(0))
    >>> bool(part[0] != part[2] and part[1] != part[3])
    True
    """
    shuffled = generator.permutation(len(counts))
    present = counts[:, counts.sum(axis=0) > 0][shuffled]
    aim = _Aim(present.sum(axis=0), np.asarray(shares, float), np.asarray(needs, float))
    part = np.empty(len(counts), np.int64)
    if len(aim.shares) ** len(counts) <= _MOST_TRIALS:
        part[shuffled] = _try_all(present, aim)
        return part
    n_starts = max(1, _MOST_STARTED // len(counts))
    starts = [_start_and_climb(present, aim, generator) for _ in range(n_starts)]
    part[shuffled] = min(starts, key=lambda start: start[0])[1]
    return part


class _Aim:
    """What a good share-out is: every part has its share of every class."""

    def __init__(
        self, totals: NDArray[np.int64], shares: NDArray[np.float64], needs: NDArray[np.float64]
    ) -> None:
        self.shares = shares
        self._needs = needs[:, None]
        self._wanted = shares[:, None] * totals
        self._scale = self._wanted * totals

    def cost(self, placed: NDArray[Any], parts: Any = slice(None)) -> NDArray[np.float64]:
        """How far parts ``(..., P, K)`` are from what is wanted, per part ``(..., P)``."""
        distance = (placed - self._wanted[parts]) ** 2 / self._scale[parts]
        cost: NDArray[np.float64] = (distance + (placed == 0) * self._needs[parts]).sum(axis=-1)
        return cost


def _try_all(counts: NDArray[np.int64], aim: _Aim) -> NDArray[np.int64]:
    n_groups, n_parts = len(counts), len(aim.shares)
    ways = np.indices((n_parts,) * n_groups).reshape(n_groups, -1).T
    is_in = ways[:, None, :] == np.arange(n_parts)[:, None]
    best: NDArray[np.int64] = ways[aim.cost(is_in @ counts).sum(axis=1).argmin()]
    return best


def _start_and_climb(
    counts: NDArray[np.int64], aim: _Aim, generator: np.random.Generator
) -> tuple[float, NDArray[np.int64]]:
    """Place group after group, move single ones while it helps; the cost and the part of each."""
    part = np.zeros(len(counts), np.int64)
    placed = np.zeros((len(aim.shares), counts.shape[1]), np.int64)
    # About by size: a little chance lets every start end elsewhere.
    order = np.argsort(-counts.sum(axis=1) * generator.lognormal(0, 0.3, len(counts)))
    for group in order:
        part[group] = (aim.cost(placed + counts[group]) - aim.cost(placed)).argmin()
        placed[part[group]] += counts[group]
    for _ in range(_MOST_MOVES):
        change = _cost_of_moves(counts, part, placed, aim)
        group, to = np.unravel_index(change.argmin(), change.shape)
        if change[group, to] > -1e-9:
            break
        placed[part[group]] -= counts[group]
        placed[to] += counts[group]
        part[group] = to
    return float(aim.cost(placed).sum()), part


def _cost_of_moves(
    counts: NDArray[np.int64], part: NDArray[np.int64], placed: NDArray[np.int64], aim: _Aim
) -> NDArray[np.float64]:
    """By how much the cost changes ``(G, P)`` if a group goes to another part."""
    cost = aim.cost(placed)
    without = aim.cost(placed[part] - counts, part) - cost[part]
    change = without[:, None] + aim.cost(placed + counts[:, None]) - cost
    change[np.arange(len(counts)), part] = 0
    return change


def share_out_samples(
    target: NDArray[np.int64], shares: ArrayLike, generator: np.random.Generator
) -> NDArray[np.int64]:
    """Give every sample to one part, so that each part gets its share of every class.

    Parameters
    ----------
    target
        ``(N,)`` class of each sample.
    shares
        ``(P,)`` wanted share of each part; sums to 1. A class of fewer samples than parts goes to
        the parts of the largest shares.
    generator
        Draws who goes where.

    Returns
    -------
    ndarray, shape ``(N,)``, int64
        The part of each sample.

    Examples
    --------
    >>> part = share_out_samples(np.zeros(10, int), [0.7, 0.1, 0.2], np.random.default_rng(0))
    >>> np.bincount(part)
    array([7, 1, 2])
    """
    wanted = np.asarray(shares, float)
    part = np.empty(len(target), np.int64)
    for k in np.unique(target):
        rows = generator.permutation(np.flatnonzero(target == k))
        part[rows] = np.repeat(np.arange(len(wanted)), _round_shares(len(rows), wanted))
    return part


def _round_shares(n: int, shares: NDArray[np.float64]) -> NDArray[np.int64]:
    """Whole numbers near ``n * shares`` that sum to n, at least 1 each where n allows it."""
    by_share = np.argsort(-shares, kind="stable")
    sizes = np.zeros(len(shares), np.int64)
    sizes[by_share[:n]] = 1
    rest = n - sizes.sum()
    wish = np.maximum(n * shares - sizes, 0)
    wish *= rest / max(wish.sum(), 1)
    sizes += wish.astype(np.int64)
    most_wanting = np.argsort(np.floor(wish) - wish, kind="stable")
    sizes[most_wanting[: n - sizes.sum()]] += 1
    return sizes
