"""Drawing lines and dots as SVG text, with axes; no picture library, nothing from outside."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.pages.style import INK, RULE, SOFT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 12, 10, 42
_WIDTH, _HEIGHT = 400, 320


@dataclass(frozen=True, slots=True)
class Axes:
    """A frame to draw in.

    Attributes
    ----------
    x_label, y_label
        What is along the axes.
    x_range, y_range
        From and to, in the unit of the data.
    x_ticks, y_ticks
        Where numbers stand.
    """

    x_label: str
    y_label: str
    x_range: tuple[float, float] = (0, 1)
    y_range: tuple[float, float] = (0, 1)
    x_ticks: Sequence[float] = (0, 0.2, 0.4, 0.6, 0.8, 1)
    y_ticks: Sequence[float] = (0, 0.2, 0.4, 0.6, 0.8, 1)

    def x(self, value: float) -> float:
        """Place of a value along the width, in pixels."""
        low, high = self.x_range
        return round(_LEFT + (value - low) / (high - low) * (_WIDTH - _LEFT - _RIGHT), 2)

    def y(self, value: float) -> float:
        """Place of a value along the height, in pixels from the top."""
        low, high = self.y_range
        return round(_HEIGHT - _BOTTOM - (value - low) / (high - low) * self.height, 2)

    @property
    def height(self) -> float:
        """Height of the frame in pixels."""
        return _HEIGHT - _TOP - _BOTTOM

    def draw(self, marks: Sequence[str], description: str) -> str:
        """Put marks into the frame.

        Parameters
        ----------
        marks
            SVG elements, the first at the back.
        description
            What can be seen, for people who cannot.
        """
        left, right = self.x(self.x_range[0]), self.x(self.x_range[1])
        bottom, top = self.y(self.y_range[0]), self.y(self.y_range[1])
        grid = [line(left, self.y(v), right, self.y(v), RULE, width=0.6) for v in self.y_ticks]
        x_numbers = [
            text(self.x(v), bottom + 16, f"{v:g}", anchor="middle", color=SOFT)
            for v in self.x_ticks
        ]
        y_numbers = [
            text(left - 7, self.y(v) + 4, f"{v:g}", anchor="end", color=SOFT) for v in self.y_ticks
        ]
        names = [
            text((left + right) / 2, bottom + 35, self.x_label, anchor="middle"),
            text(14, (top + bottom) / 2, self.y_label, anchor="middle", turn=-90),
        ]
        frame = [line(left, bottom, right, bottom, INK), line(left, bottom, left, top, INK)]
        return svg(
            _WIDTH, _HEIGHT, [*grid, *marks, *frame, *x_numbers, *y_numbers, *names], description
        )

    def curve(
        self, x: Sequence[float], y: Sequence[float], color: str, dash: str = "", width: float = 2
    ) -> str:
        """Draw a line through points."""
        points = " ".join(f"{self.x(a)},{self.y(b)}" for a, b in zip(x, y, strict=True))
        return (
            f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="{width}" '
            f'stroke-linejoin="round" stroke-dasharray="{dash or "none"}"/>'
        )


_NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '


def svg(
    width: float, height: float, marks: Sequence[str], description: str, *, is_file: bool = False
) -> str:
    """Put marks into a picture of this size, with words for people who cannot see it.

    A file of its own names its language, which browsers ask for; part of a page does not.
    """
    return (
        f"<svg {_NAMESPACES if is_file else ''}"
        f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" role="img" '
        f'font-size="12" font-family="system-ui, sans-serif"><title>{escape(description)}</title>'
        f"{''.join(marks)}</svg>"
    )


def line(
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    color: str,
    *,
    width: float = 1,
    dash: str = "",
) -> str:
    """Draw a straight line."""
    return (
        f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="{color}" '
        f'stroke-width="{width:g}" stroke-dasharray="{dash or "none"}"/>'
    )


def text(
    x: float,
    y: float,
    words: str,
    *,
    anchor: str = "start",
    color: str = INK,
    turn: float = 0,
    size: float = 12,
) -> str:
    """Write words; `anchor` says which end of them is at the point."""
    turned = f' transform="rotate({turn:g} {x:g} {y:g})"' if turn else ""
    return (
        f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="{color}" font-size="{size:g}"'
        f"{turned}>{escape(words)}</text>"
    )


def dot(x: float, y: float, radius: float, color: str, words: str = "") -> str:
    """Draw a dot; a mouse over it shows the words."""
    return (
        f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{color}" fill-opacity="0.85">'
        f"<title>{escape(words)}</title></circle>"
    )


def picture(x: float, y: float, width: float, height: float, png: bytes) -> str:
    """Place a PNG file, stretched to this size."""
    data = base64.b64encode(png).decode("ascii")
    return (
        f'<image x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" '
        f'preserveAspectRatio="none" xlink:href="data:image/png;base64,{data}"/>'
    )


def polyline(points: Iterable[tuple[float, float]], color: str, *, width: float = 1) -> str:
    """Draw a line through points x, y."""
    said = " ".join(f"{x:g},{y:g}" for x, y in points)
    return f'<polyline points="{said}" fill="none" stroke="{color}" stroke-width="{width:g}"/>'


def group(marks: Iterable[str], x: float, y: float, scale: float = 1) -> str:
    """Move marks to a place, and enlarge them."""
    return f'<g transform="translate({x:g} {y:g}) scale({scale:g})">{"".join(marks)}</g>'


def box(x: float, y: float, width: float, height: float, color: str) -> str:
    """Draw a filled rectangle."""
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{color}"/>'


def round_ticks(low: float, high: float, n: int = 5) -> list[float]:
    """Choose about `n` round numbers from `low` to `high`.

    Examples
    --------
    >>> round_ticks(0, 0.93)
    [0.0, 0.2, 0.4, 0.6, 0.8]
    """
    rough = max(high - low, 1e-9) / n
    unit = 10 ** np.floor(np.log10(rough))
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough)
    first = np.ceil(low / step - 1e-9)
    n_ticks = int(np.floor(high / step + 1e-9) - first) + 1
    return [round(float((first + i) * step), 10) for i in range(n_ticks)]
