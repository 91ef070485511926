"""DNA as numbers: codes of letters, their complement, and one channel per letter.

A code is 0 to 3 for A, C, G and T, and 4 for every base that is not known. The order is the
alphabet's, so that the complement of a code is 3 minus it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

LETTERS = "ACGT"
UNKNOWN_BASE = 4
"""Code of N and of the letters that stand for several bases."""

_AMBIGUOUS = "NRYKMSWBDHVX-"
_REFUSED = 255


def _draw_table() -> NDArray[np.uint8]:
    table = np.full(256, _REFUSED, np.uint8)
    for letters, codes in ((LETTERS, range(4)), ("U", (3,)), (_AMBIGUOUS, [UNKNOWN_BASE] * 13)):
        for letter, code in zip(letters, codes, strict=True):
            table[ord(letter)] = table[ord(letter.lower())] = code
    return table


_CODES = _draw_table()


def encode_letters(text: str | bytes) -> NDArray[np.uint8]:
    """Turn letters into codes; small letters count as capitals, U as T, and IUPAC letters as N.

    Raises
    ------
    DataError
        If a character stands for no base.

    Examples
    --------
    >>> encode_letters("acgTN").tolist()
    [0, 1, 2, 3, 4]
    """
    data = text.encode("ascii", "replace") if isinstance(text, str) else text
    codes = _CODES[np.frombuffer(data, np.uint8)]
    wrong = np.flatnonzero(codes == _REFUSED)
    if len(wrong):
        letter = chr(data[wrong[0]])
        raise DataError(
            f"{letter!r} at base {wrong[0] + 1:,} stands for no base; wanted A, C, G, T, N and the "
            "other letters of IUPAC."
        )
    return codes


def decode_letters(codes: NDArray[np.uint8]) -> str:
    """Turn codes into letters.

    Examples
    --------
    >>> decode_letters(encode_letters("ggrTA"))
    'GGNTA'
    """
    return np.frombuffer(b"ACGTN", np.uint8)[codes].tobytes().decode()


def reverse_complement(codes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the other strand, along the last axis.

    Examples
    --------
    >>> decode_letters(reverse_complement(encode_letters("AACGN")))
    'NCGTT'
    """
    turned: NDArray[np.uint8] = np.where(codes < UNKNOWN_BASE, 3 - np.minimum(codes, 3), codes)
    return turned[..., ::-1]


def to_one_hot(codes: NDArray[np.uint8], dtype: Any = np.float32) -> NDArray[Any]:
    """Return one channel per letter; an unknown base is 0 in all of them.

    Parameters
    ----------
    codes
        ``(..., L)``.
    dtype
        Of the result.

    Returns
    -------
    ndarray, shape ``(..., 4, L)``

    Examples
    --------
    >>> to_one_hot(encode_letters("AN"), int).tolist()
    [[1, 0], [0, 0], [0, 0], [0, 0]]
    """
    is_letter: NDArray[np.bool_] = codes[..., None, :] == np.arange(4, dtype=np.uint8)[:, None]
    return is_letter.astype(dtype)


def from_one_hot(one_hot: NDArray[Any]) -> NDArray[np.uint8]:
    """Return the codes of one-hot letters ``(..., L, 4)``, as the HDF5 of the course holds them.

    Raises
    ------
    DataError
        If a base has several letters.
    """
    is_on = np.asarray(one_hot) > 0
    n_on = is_on.sum(-1)
    if n_on.max(initial=0) > 1:
        raise DataError(
            "A base has several letters at once; wanted one-hot DNA: one of four channels is 1, "
            "or none where the base is not known."
        )
    return np.where(n_on > 0, is_on.argmax(-1), UNKNOWN_BASE).astype(np.uint8)
