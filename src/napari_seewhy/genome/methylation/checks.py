"""What may hold of the columns of a table, in words and as a question."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, NamedTuple

from napari_seewhy.errors import DataError
from napari_seewhy.genome.text_tables import is_number, is_whole

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from napari_seewhy.genome.text_tables import TextHead

_NO_LEVELS = re.compile(r"counts|logit|coverage|C[HA-Z]?H[HG]? |\bCH[GH]\b", re.IGNORECASE)
"""The ``track`` line of MethylDackel for values that are no levels of CpG."""


class Check(NamedTuple):
    """Something that holds of a table, in words and as a question."""

    words: str
    holds: Callable[[TextHead], bool]


def has_columns(*allowed: int) -> Check:
    """Ask for one of these numbers of columns."""
    words = " or ".join(map(str, allowed))
    return Check(f"a line has {words} columns", lambda head: head.n_columns in allowed)


def has_columns_from(fewest: int) -> Check:
    """Ask for at least so many columns."""
    return Check(f"a line has {fewest} columns or more", lambda head: head.n_columns >= fewest)


def whole(number: int) -> Check:
    """Ask for whole numbers in a column."""

    def holds(head: TextHead) -> bool:
        fields = head.column(number)
        return bool(fields) and all(map(is_whole, fields))

    return Check(f"column {number + 1} holds whole numbers", holds)


def level(number: int, highest: float) -> Check:
    """Ask for levels in a column, or for words that nothing was measured."""

    def holds(head: TextHead) -> bool:
        fields = head.column(number)
        known = [float(field) for field in fields if is_number(field)]
        are_levels = all(0 <= value <= highest for value in known)
        return are_levels and all(is_number(f) or is_unmeasured(f) for f in fields) and bool(fields)

    return Check(f"column {number + 1} holds levels from 0 to {highest:g}", holds)


def among(number: int, *words: str) -> Check:
    """Ask for some words in a column."""
    return Check(
        f"column {number + 1} holds {', '.join(words)}",
        lambda head: bool(head.column(number)) and set(head.column(number)) <= set(words),
    )


def matches(number: int, pattern: str, words: str) -> Check:
    """Ask for a pattern in a column."""
    compiled = re.compile(pattern)
    return Check(
        f"column {number + 1} holds {words}",
        lambda head: (
            bool(head.column(number)) and all(map(compiled.fullmatch, head.column(number)))
        ),
    )


def width(*allowed: int) -> Check:
    """Ask how wide sites are."""

    def holds(head: TextHead) -> bool:
        if head.n_columns < 3:
            return False
        places = zip(head.column(1), head.column(2), strict=True)
        widths = {
            int(float(b)) - int(float(a)) if is_whole(a) and is_whole(b) else -1 for a, b in places
        }
        return bool(widths) and widths <= set(allowed)

    words = "a site is one or two bases wide"
    if len(allowed) == 1:
        words = "the end is the start" if allowed == (0,) else "the end is one more than the start"
    return Check(words, holds)


def apart(least: int) -> Check:
    """Ask for sites that start so many bases from each other, as whole CpGs do."""

    def holds(head: TextHead) -> bool:
        places = zip(head.column(0), head.column(1), strict=head.n_columns > 1)
        rows = [(name, int(float(start))) for name, start in places if is_whole(start)]
        pairs = itertools.pairwise(sorted(rows))
        return all(a[0] != b[0] or b[1] - a[1] >= least for a, b in pairs)

    return Check(f"sites start {least} bases from each other or more", holds)


def same(number: int, other: int) -> Check:
    """Ask whether a column repeats another one."""
    return Check(
        f"column {number + 1} repeats column {other + 1}",
        lambda head: bool(head.column(number)) and head.column(number) == head.column(other),
    )


def share(value: int, methylated: int, *reads: int) -> Check:
    """Ask for per cent that agree with counts beside them; some programs round or cut them off."""

    def holds(head: TextHead) -> bool:
        columns = [head.column(number) for number in (value, methylated, *reads)]
        if not all(columns):
            return False
        for said, *rest in zip(*columns, strict=True):
            if not all(map(is_number, rest)):
                return False
            part, *counts = (float(field) for field in rest)
            if not (is_number(said) or is_unmeasured(said)):
                return False
            total = sum(counts)
            if is_number(said) and total and abs(float(said) - 100 * part / total) > 1:
                return False
        return True

    return Check(f"column {value + 1} is the per cent of the counts beside it", holds)


def is_dss(head: TextHead) -> bool:
    """Say whether four columns are position, reads and methylated reads."""
    if head.n_columns != 4 or head.names[2:] == ("n", "x"):
        return head.n_columns == 4
    rows = [[int(f) for f in row[1:4]] for row in head.rows if all(f.isdigit() for f in row[1:4])]
    return (
        len(rows) == len(head.rows)
        and any(n <= place for place, n, _ in rows)
        and all(x <= n for _, n, x in rows)
    )


def is_methylkit(head: TextHead) -> bool:
    """Say whether the first column is made of the two behind it."""
    return head.n_columns >= 3 and all(row[0] == f"{row[1]}.{row[2]}" for row in head.rows)


def is_unmeasured(field: str) -> bool:
    """Say whether a field is one of the ways to write that nothing was measured."""
    return field.strip().lower().lstrip("+-") in ("nan", "na", "inf", "infinity", ".")


STRANDS = ("+", "-", ".")
HAS_VALUES = Check("column 4 holds numbers", lambda head: any(map(is_number, head.column(3))))
CONTEXT = r"C[ACGTNHWRYSKMBDV]{1,3}"


def check_comments(path: Path, head: TextHead) -> None:
    """Refuse values of which a ``track`` line says that they are no levels of CpG."""
    for comment in head.comments:
        found = _NO_LEVELS.search(comment) if comment.startswith("track") else None
        if found is not None:
            raise DataError(
                f"{path} describes itself as {comment.strip()!r}; wanted levels of CpG sites, so "
                "choose another output of that program."
            )
