"""Which columns of a table of cells are measurements, and why the others are not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

_NUMBERS = frozenset({"label", "index", "t", "frame", "image", "scene", "original_label", "row"})
_PLACE = re.compile(r"[yx](_min|_max|_cell)?")
_SURROUNDINGS = re.compile(r"background_.*")
_SAID = re.compile(r"p_.*|confidence|attention(_.*)?")

NOT_A_NUMBER = "holds no numbers"
WHICH_CELL = "says which cell it is"
WHERE_IT_IS = "says where the cell lies"
NOT_OF_THE_CELL = "is of the surroundings, not of the cell"
SAID_BY_NETWORK = "was said by a network"


def why_no_measurement(column: str) -> str:
    """Say why a column of numbers is no measurement of a cell, "" where it is one.

    Examples
    --------
    >>> why_no_measurement("p_G2"), why_no_measurement("y_min"), why_no_measurement("area_px")
    ('was said by a network', 'says where the cell lies', '')
    >>> why_no_measurement("background_DNA")
    'is of the surroundings, not of the cell'
    """
    if column in _NUMBERS:
        return WHICH_CELL
    if _PLACE.fullmatch(column):
        return WHERE_IT_IS
    if _SURROUNDINGS.fullmatch(column):
        return NOT_OF_THE_CELL
    return SAID_BY_NETWORK if _SAID.fullmatch(column) else ""


def find_measurements(table: pd.DataFrame) -> tuple[list[str], dict[str, str]]:
    """Divide the columns of a table of cells into measurements and others.

    Returns
    -------
    measurements, others
        Names in the order of the table; the others with the reason.

    Examples
    --------
    >>> import pandas as pd
    >>> find_measurements(pd.DataFrame({"label": [1], "area_px": [9.0], "class": ["G2"]}))
    (['area_px'], {'label': 'says which cell it is', 'class': 'holds no numbers'})
    """
    numeric = set(table.select_dtypes("number").columns)
    others = {
        str(column): why_no_measurement(str(column)) or ("" if column in numeric else NOT_A_NUMBER)
        for column in table.columns
    }
    measurements = [column for column, reason in others.items() if not reason]
    return measurements, {column: reason for column, reason in others.items() if reason}


def say_left_out(left_out: dict[str, str], also: Sequence[str] = ()) -> str:
    """Say which columns were left out, reason by reason; "" where none was.

    Parameters
    ----------
    left_out
        Names with reasons.
    also
        Reasons to pass over.

    Examples
    --------
    >>> say_left_out({"p_G1": "was said by a network", "p_G2": "was said by a network"})
    'Left out: p_G1, p_G2 (was said by a network).'
    """
    reasons: dict[str, list[str]] = {}
    for column, reason in left_out.items():
        reasons.setdefault(reason, []).append(column)
    parts = [
        f"{', '.join(columns)} ({reason})"
        for reason, columns in reasons.items()
        if reason not in also
    ]
    return f"Left out: {'; '.join(parts)}." if parts else ""
