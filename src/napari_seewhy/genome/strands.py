"""Strands of genes, however they are spelled, in whichever column."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, cast

from napari_seewhy.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

_PLUS = (
    *("+", "1", "+1", "1.0", "plus", "forward", "fwd", "fw", "f", "pos", "positive"),
    *("sense", "watson", "w"),
)
_MINUS = (
    *("-", "-1", "-1.0", "minus", "reverse", "rev", "rv", "r", "neg", "negative"),
    *("\u2212", "\u2013", "antisense", "crick", "c"),
)
_UNKNOWN = ("", ".", "*", "?", "0", "0.0", "na", "nan", "none", "unknown")
_SPELLINGS = {
    **dict.fromkeys(_PLUS, "+"),
    **dict.fromkeys(_MINUS, "-"),
    **dict.fromkeys(_UNKNOWN, "."),
}
_SURE = {*_PLUS, *_MINUS} - {"1", "1.0", "f", "r", "w", "c"}
"""Spellings that are hardly anything else; a lone 1 may be a score."""


def spell_strand(field: str) -> str | None:
    """Spell a strand as "+", "-" or "."; None where it is no strand.

    Examples
    --------
    >>> [spell_strand(field) for field in ("-1", "Plus ", "", "x")]
    ['-', '+', '.', None]
    """
    # Signs of full width, as East Asian keyboards write them, become the usual ones.
    plain = unicodedata.normalize("NFKC", field)
    return _SPELLINGS.get(plain.strip().strip("\"'").lower())


def find_strand_column(columns: Sequence[Sequence[str]], usual: int) -> int | None:
    """Say which column holds strands.

    Parameters
    ----------
    columns
        Fields of each column.
    usual
        Where they stand as a rule; it is taken if it holds nothing else.

    Returns
    -------
    int or None
        None where no column holds strands alone, and at least one sure of them.
    """
    if usual < len(columns) and all(spell_strand(f) for f in columns[usual]):
        return usual
    for number in range(3, len(columns)):
        fields = columns[number]
        known = {field.strip().lower() for field in fields}
        if known & _SURE and all(spell_strand(field) for field in fields):
            return number
    return None


def spell_strands(strand: pd.Series[str], path: Path) -> pd.Series[str]:
    """Spell a column of strands as "+", "-" or ".".

    Raises
    ------
    DataError
        If a field is no strand (its line is named), or the strands are 0 and 1, of which nobody
        says which is the minus strand.
    """
    fields = {field.strip() for field in set(strand)}
    if {"0", "1"} <= fields and not fields & set(_MINUS):
        raise DataError(
            f"{path} has 0 and 1 where the strand stands, and does not say which of them is the "
            "minus strand; write + and -, or 1 and -1."
        )
    spelled = strand.map({field: spell_strand(field) for field in set(strand)})
    unknown = spelled.isna()
    if unknown.any():
        line = cast("int", unknown.idxmax())
        raise DataError(
            f"Line {line} of {path} says {strand.loc[line]!r} where the strand stands; wanted + or "
            "-, 1 or -1, plus or minus, or . where it is not known."
        )
    return spelled
