"""Names of genes that a spreadsheet made dates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_DATE = re.compile(
    rf"\d{{1,4}}-{_MONTH}(?:-\d+)?|{_MONTH}-\d{{1,4}}|\d{{4}}-\d\d-\d\d.*|\d+[/.]\d+[/.]\d{{2,4}}",
    re.IGNORECASE,
)
_N_EXAMPLES = 3


def is_date(identifier: str) -> bool:
    """Whether a name looks like a date, as a spreadsheet makes of SEPT2 and MARCH1.

    Examples
    --------
    >>> [is_date(name) for name in ("1-Mar", "Sep-09", "2021-03-01", "DEC1", "HLA-A")]
    [True, True, True, False, False]
    """
    return _DATE.fullmatch(identifier) is not None


def show_some(names: Sequence[str]) -> str:
    """Return the first few names, parted by commas.

    Examples
    --------
    >>> show_some(["TP53", "MYC", "FOS", "JUN"])
    'TP53, MYC, FOS, ...'
    """
    return ", ".join([*names[:_N_EXAMPLES], *(["..."] if len(names) > _N_EXAMPLES else [])])


def find_dates(identifiers: Iterable[str], name: str) -> list[str]:
    """Say which names look like dates, in one sentence; none where there are none."""
    dates = [one for one in identifiers if is_date(one)]
    if not dates:
        return []
    names = "1 name that looks like a date" if len(dates) == 1 else f"{len(dates):,} dates"
    return [
        f"{name} holds {names} ({show_some(dates)}); spreadsheets change symbols such as "
        "MARCH1 so, and these genes match nothing until you correct them."
    ]
