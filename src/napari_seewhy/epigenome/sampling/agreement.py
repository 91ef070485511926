"""How far readers agree beyond what chance would give, and what they agree on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


CONSENSUS = "consensus"
"""The reader under whose name a review keeps what all readers decided together."""


class Agreement(NamedTuple):
    """How far two readers agree on the pictures that both have called.

    Attributes
    ----------
    n
        Pictures that both have called.
    share
        Share of them on which they agree, NaN where there are none.
    kappa
        Cohen's kappa: 1 = always, 0 = as often as by chance; NaN where it is not defined, because
        both have called one and the same class only.
    """

    n: int
    share: float
    kappa: float

    def describe(self) -> str:
        """Say it in a sentence.

        Examples
        --------
        >>> Agreement(40, 0.9, 0.8213).describe()
        'Both have called 40 pictures and agree on 36 of them (90 %), kappa 0.82.'
        """
        if not self.n:
            return "No picture has been called by both."
        kappa = "kappa is not defined" if np.isnan(self.kappa) else f"kappa {self.kappa:.2f}"
        return (
            f"Both have called {self.n:,} pictures and agree on {round(self.share * self.n):,} of "
            f"them ({100 * self.share:.0f} %), {kappa}."
        )


def compare_readers(first: ArrayLike, second: ArrayLike) -> Agreement:
    """Compare the answers of two readers for the same pictures.

    Parameters
    ----------
    first, second
        ``(N,)`` names of classes, "" where a reader has not called.

    Returns
    -------
    Agreement
        Kappa as of Cohen 1960, Educational and Psychological Measurement 20, 37-46.

    Examples
    --------
    >>> compare_readers(["i", "i", "s", "s", ""], ["i", "s", "s", "s", "i"])
    Agreement(n=4, share=0.75, kappa=0.5)
    """
    a, b = np.asarray(first, str), np.asarray(second, str)
    is_both = (a != "") & (b != "")
    a, b = a[is_both], b[is_both]
    if not len(a):
        return Agreement(0, float("nan"), float("nan"))
    share = float(np.mean(a == b))
    by_chance = sum(float(np.mean(a == name) * np.mean(b == name)) for name in np.unique(a))
    kappa = (share - by_chance) / (1 - by_chance) if by_chance < 1 else float("nan")
    return Agreement(len(a), share, kappa)


def agreed_classes(names: NDArray[Any], n_least: int = 1) -> NDArray[np.object_]:
    """Return the class on which all readers of each picture agree.

    Parameters
    ----------
    names
        ``(R, N)`` class that each of R readers assigned, "" where a reader has not called.
    n_least
        How many readers must have called the picture.

    Returns
    -------
    ndarray, shape ``(N,)`` str
        "" where readers disagree, or fewer than `n_least` have called.

    Examples
    --------
    >>> agreed_classes(np.array([["i", "i", "s"], ["i", "s", ""]], object)).tolist()
    ['i', '', 's']
    """
    agreed = np.full(names.shape[1], "", object)
    for place, said in enumerate(names.T):
        called = [name for name in said if name]
        if len(called) >= max(n_least, 1) and len(set(called)) == 1:
            agreed[place] = called[0]
    return agreed
