"""Scores that other programs gave to the same changes, such as Evo or ESM."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from napari_seewhy.errors import DataError, SeewhyError
from napari_seewhy.sequence.language.proteins import parse_substitution
from napari_seewhy.sequence.variants import read_variants
from napari_seewhy.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

_TRIED_ROWS = 100


def name_change(text: str) -> str:
    """Return a change in the one way that tables are compared by; "" where it is none.

    Examples
    --------
    >>> name_change(" H24A"), name_change("chr1:1234 a>g"), name_change("p.His24Ala")
    ('H24A', 'chr1:1,234 A>G', '')
    """
    if (one := parse_substitution(text)) is not None:
        return str(one)
    try:
        return str(read_variants([text])[0])
    except SeewhyError:
        return ""


def join_elsewhere(
    scored: pd.DataFrame, changes: Sequence[object], path: Path, taken: Collection[str]
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Add the scores of a table that another program wrote.

    The column of the changes is told by what it holds; every column of numbers is a score.

    Parameters
    ----------
    scored
        One row per change.
    changes
        ``(n,)`` the changes themselves.
    path
        The table, CSV or TSV; a change that it holds several times gets the mean.
    taken
        Names that a score may not have, beside the columns of `scored`.

    Returns
    -------
    scored, names
        The table with the new columns, and their names.

    Raises
    ------
    DataError
        If no column holds changes or numbers, or none of these changes is in it.
    FileError
        If it cannot be read.
    """
    table = read_table(path)
    shares = {
        name: sum(bool(name_change(str(text))) for text in column.head(_TRIED_ROWS))
        for name, column in table.items()
    }
    named = max(shares, key=lambda name: shares[name], default=None)
    if named is None or not shares[named]:
        raise DataError(
            f"{path} has no column of changes; wanted substitutions such as H24A, or variants such "
            "as chr1:1,234 A>G."
        )
    words = pd.Index([name_change(str(text)) for text in table[named]])
    numbers = table.drop(columns=named).select_dtypes("number")
    if numbers.empty:
        raise DataError(f"{path} has no column of numbers beside {named}; wanted scores.")
    scores = numbers.groupby(words).mean().drop(index="", errors="ignore")
    found = scores.reindex([name_change(str(one)) for one in changes])
    if found.isna().all(axis=None):
        raise DataError(
            f"None of the {len(changes):,} changes is in {path}, which begins with "
            f"{table[named].iloc[0]}; number both from the same codon or base."
        )
    # A score may be called as a column of ours.
    found.columns = [
        f"{name} ({path.stem})" if name in scored or name in taken else str(name)
        for name in found.columns
    ]
    joined = scored.join(found.set_axis(scored.index, axis=0))
    return joined, tuple(found.columns)
