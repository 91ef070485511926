"""Large arrays that are worked on piece by piece, and leave memory while they are not looked at."""

from __future__ import annotations

import mmap
import tempfile
from math import prod
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import DTypeLike, NDArray

Scalar = TypeVar("Scalar", bound=np.generic)

_STRIP_PX = 2**22

SCRATCH_BYTES = 2**27
"""Arrays from 128 MiB on lie in a file of their own."""


def make_scratch(
    shape: tuple[int, ...], dtype: DTypeLike, from_bytes: int | None = None
) -> NDArray[Any]:
    """Make an array of zeros; a large one lies in a temporary file that ends with it.

    Parameters
    ----------
    shape, dtype
        Of the array.
    from_bytes
        How large it is at least to lie in a file; None: 128 MiB.

    Examples
    --------
    >>> int(make_scratch((2, 3), np.int32).sum())
    0
    """
    n_bytes = prod(shape) * np.dtype(dtype).itemsize
    if n_bytes < (SCRATCH_BYTES if from_bytes is None else from_bytes):
        return np.zeros(shape, dtype)
    # The map keeps the file open, which has no name any more.
    with tempfile.TemporaryFile(prefix="seewhy-") as file:
        file.truncate(n_bytes)
        return np.memmap(file, dtype, "r+", shape=shape).view(np.ndarray)


def release(array: NDArray[Any] | None) -> None:
    """Let the memory of such an array go until it is looked at again; others, and None, stay."""
    found: Any = array
    while found is not None and not isinstance(found, mmap.mmap):
        found = getattr(found, "base", None)
    # Linux keeps what was written in the file; of other systems this is not known.
    if found is not None and hasattr(mmap, "MADV_DONTNEED") and hasattr(mmap, "MAP_POPULATE"):
        found.madvise(mmap.MADV_DONTNEED)


def cut_rows(shape: tuple[int, ...]) -> list[slice]:
    """Cut the rows of ``(Y, X)`` into strips of some four million pixels."""
    height, width = shape
    n_rows = max(1, _STRIP_PX // max(1, width))
    return [slice(top, min(top + n_rows, height)) for top in range(0, height, n_rows)]


def cut_strips(array: NDArray[Scalar]) -> Iterator[NDArray[Scalar]]:
    """Yield the rows of ``(Y, X)`` as views, see `cut_rows`; each leaves memory after its turn."""
    for rows in cut_rows(array.shape):
        yield array[rows]
        release(array)
