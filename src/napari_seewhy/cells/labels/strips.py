"""Strips: labels gone through a few rows at a time, so that no second copy of them is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_STRIP_PX = 2**22

Scalar = TypeVar("Scalar", bound=np.generic)


def cut_strips(array: NDArray[Scalar]) -> Iterator[NDArray[Scalar]]:
    """Yield the rows of ``(Y, X)`` in views of some four million pixels, from the top."""
    n_rows = max(1, _STRIP_PX // array.shape[1])
    for top in range(0, array.shape[0], n_rows):
        yield array[top : top + n_rows]


def count_pixels(labels: NDArray[np.int32], n_numbers: int) -> NDArray[np.int64]:
    """Count how often each of the numbers 0 to ``n_numbers - 1`` occurs, shape ``(n_numbers,)``."""
    counts = np.zeros(n_numbers, np.int64)
    for strip in cut_strips(labels):
        counts += np.bincount(strip.ravel(), minlength=n_numbers)
    return counts
