"""Small tables and warnings as rich text, which a label shows in the theme's own colours."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def html_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table: the first column to the left, numbers to the right.

    Examples
    --------
    >>> html_table(["set", "n"], [["a<b", "3"]])[-64:]
    '<td align="right" style="white-space:nowrap">3</td></tr></table>'
    """
    body = "".join(_row(row, "td") for row in rows)
    return f'<table width="100%" cellspacing="0" cellpadding="1">{_row(head, "th")}{body}</table>'


def html_warnings(sentences: Iterable[str], color: str) -> str:
    """Write one paragraph per sentence, with a sign in front of it in the colour of warnings."""
    return "".join(
        f'<p style="margin-top:4px; margin-bottom:0px">'
        f'<span style="color:{color}">\N{WARNING SIGN}</span> {escape(sentence)}</p>'
        for sentence in sentences
    )


def _row(cells: Sequence[str], tag: str) -> str:
    first, *others = (escape(cell) for cell in cells)
    # Names of classes may break between words; numbers and their units may not.
    how = 'align="right"' if tag == "th" else 'align="right" style="white-space:nowrap"'
    right = "".join(f"<{tag} {how}>{cell}</{tag}>" for cell in others)
    left = ' align="left"' if tag == "th" else ""
    return f"<tr><{tag}{left}>{first}</{tag}>{right}</tr>"
