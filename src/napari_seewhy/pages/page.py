"""One page of HTML, and what it is made of: head, sections, tables, figures, pictures."""

from __future__ import annotations

import base64
from html import escape
from typing import TYPE_CHECKING

from napari_seewhy.files import write_text
from napari_seewhy.pages.style import STYLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path


def write_page(path: Path, title: str, parts: Iterable[str], style: str = "") -> None:
    """Write a page to read, print or send.

    Parameters
    ----------
    path
        HTML file to write, whole or not at all.
    title
        What the window says; words, not HTML.
    parts
        HTML, as `head` and `section` return it.
    style
        Further rules of style.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    write_text(
        path,
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}{style}</style>\n</head>\n<body>\n"
        f"{''.join(parts)}</body>\n</html>\n",
    )


def head(title: str, lead: str, state: str = "") -> str:
    """Return the heading of a page, one sentence below it, and HTML for what comes first."""
    return f'<h1>{escape(title)}</h1>\n<p class="lead">{escape(lead)}</p>\n{state}\n'


def section(title: str, content: str) -> str:
    """Return HTML under a title; "" without content."""
    return f"<section><h2>{escape(title)}</h2>\n{content}</section>\n" if content else ""


def draw_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table whose rows are named by their first cell.

    Parameters
    ----------
    columns
        Words above the columns; none draws no head.
    rows
        First cells are words; the others are HTML. The last cell of a row that is too short takes
        the rest of it.

    Examples
    --------
    >>> draw_table([], [["a < b", "<b>1</b>"]])[25:-14]
    '<tbody><tr><th>a &lt; b</th><td><b>1</b></td></tr></tbody>'
    """
    made = "".join(f"<th>{escape(name)}</th>" for name in columns)
    top = f"<thead><tr>{made}</tr></thead>" if columns else ""
    body = "".join(_draw_row(row, len(columns)) for row in rows)
    return f'<div class="wide"><table>{top}<tbody>{body}</tbody></table></div>'


def _draw_row(row: Sequence[str], n_columns: int) -> str:
    name, *cells = row
    missing = n_columns - len(row)
    made = [f"<td>{cell}</td>" for cell in cells]
    if missing > 0:
        made[-1] = f'<td class="absent" colspan="{missing + 1}">{cells[-1]}</td>'
    return f"<tr><th>{escape(name)}</th>{''.join(made)}</tr>"


def figure(content: str, caption: str, title: str = "") -> str:
    """Return a plot or pictures with HTML below them, and words above."""
    above = f"<h3>{escape(title)}</h3>" if title else ""
    return f"<figure>{above}{content}<figcaption>{caption}</figcaption></figure>"


def draw_image(png: bytes, words: str) -> str:
    """Return a PNG file within the page, with words for people who cannot see it."""
    data = base64.b64encode(png).decode("ascii")
    return f'<img src="data:image/png;base64,{data}" alt="{escape(words)}">'


def literal(text: str) -> str:
    """Return text that a label shows letter by letter, also where it looks like HTML.

    Names of files, layers, channels and classes may come from anybody, and Qt takes what begins
    like a tag for one.

    Examples
    --------
    >>> literal("day 1"), literal("<b>day</b>")
    ('day 1', '<span>&lt;b&gt;day&lt;/b&gt;</span>')
    """
    if not set("<&") & set(text):
        return text
    return f"<span>{escape(text)}</span>".replace("\n", "<br>")
