"""Gene pictures as a figure: axes with titles and numbers, marks with names, genes below."""

from __future__ import annotations

import io
import math
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from napari_seewhy.epigenome.answering import CONTOUR_LEVELS, find_contours
from napari_seewhy.epigenome.pictures import NoDividingLineError, drawn_scale, row_place
from napari_seewhy.epigenome.reviewing.strip_marks import draw_strip
from napari_seewhy.errors import DataError
from napari_seewhy.pages import (
    INK,
    RULE,
    SOFT,
    box,
    group,
    line,
    picture,
    polyline,
    round_ticks,
    svg,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from napari_seewhy.epigenome.answering import ExplainedGenes
    from napari_seewhy.epigenome.pictures import PictureGeometry
    from napari_seewhy.epigenome.reviewing.queue import GeneQueue
    from napari_seewhy.epigenome.reviewing.strip import GeneStrip, GeneStrips
    from napari_seewhy.genome import GenePlace

MOST_GENES = 60
"""More of them on one sheet cannot be read."""

_LEFT, _WIDTH, _RIGHT = 96.0, 400.0, 24.0
_TOP, _GAP, _GUTTER = 64.0, 22.0, 7.0
_FINE = 6
"""Pixels of a picture are kept as squares by programs that smooth what they enlarge."""

_STRIP_SCALE = 1.5
_KEY = 34.0
_SAYS = {"you": "reader", "known": "named before", "model": "tree", "test": "test on replicates"}


def draw_gene_figure(
    queue: GeneQueue,
    rows: Sequence[int],
    strips: GeneStrips | None = None,
    explained: ExplainedGenes | None = None,
) -> str:
    """Draw one gene, or several as a sheet.

    Parameters
    ----------
    queue
        The pictures, and what is known of them.
    rows
        Which pictures, in the order of the figure.
    strips
        Genes and CpG islands to draw below; None for none.
    explained
        Where a tree looked: as lines over the panels, and as a strip below each; None for neither.

    Returns
    -------
    str
        An SVG of any size: panels keep the pixels that a network sees, all else is lines and text.

    Raises
    ------
    FileError
        If a picture is missing or damaged.
    DataError
        If there are none, or more than can be read on one sheet.
    """
    if not 0 < len(rows) <= MOST_GENES:
        raise DataError(
            f"{len(rows):,} genes are chosen; choose 1 to {MOST_GENES} in the list (Ctrl or Shift "
            "and a click)."
        )
    drawn = [_GeneDrawing(queue, row, strips, explained).draw() for row in rows]
    n_columns = math.ceil(math.sqrt(len(drawn)))
    wide, marks, top = _LEFT + _WIDTH + _RIGHT, [], 0.0
    for start in range(0, len(drawn), n_columns):
        lane = drawn[start : start + n_columns]
        marks += [group(one, number * wide, top) for number, (one, _) in enumerate(lane)]
        top += max(height for _, height in lane)
    size = wide * min(n_columns, len(drawn)), top + (0 if explained is None else _KEY)
    if explained is not None:
        marks += _draw_key(top)
    genes = ", ".join(str(queue.genes["gene"].iat[row]) for row in rows)
    return svg(
        *size, [box(0, 0, *size, "#ffffff"), *marks], f"Gene pictures of {genes}", is_file=True
    )


@dataclass(frozen=True)
class _Panel:
    """One half in the figure: its upper edge, height, title, and numbers by share of the height."""

    half: tuple[slice, slice]
    top: float
    height: float
    title: tuple[str, str]
    numbers: tuple[tuple[float, str], ...]


class _GeneDrawing:
    """Draws one gene; the upper left corner is at 0, 0."""

    def __init__(
        self,
        queue: GeneQueue,
        row: int,
        strips: GeneStrips | None,
        explained: ExplainedGenes | None,
    ) -> None:
        self._queue, self._row, self._explained = queue, row, explained
        self._pixels = queue.pictures.read_one(row)
        said = {str(name): value for name, value in queue.pictures.table.iloc[row].items()}
        self._place = row_place(said)
        self._strip: GeneStrip | None = None if strips is None else strips.find(row)
        self._geometry: PictureGeometry | None = None
        with suppress(NoDividingLineError):
            self._geometry = queue.pictures.geometry(row, self._pixels.shape[:2])

    def draw(self) -> tuple[list[str], float]:
        """Return marks, and the height that they take."""
        marks = self._head()
        if self._geometry is None:
            scale = _WIDTH / self._pixels.shape[1]
            height = self._pixels.shape[0] * scale
            return [*marks, picture(_LEFT, _TOP, _WIDTH, height, _png(self._pixels))], _TOP + height
        panels = self._panels(self._geometry)
        heatmap = self._heatmap(self._geometry)
        for panel in panels:
            marks += self._draw_panel(panel, None if heatmap is None else heatmap[panel.half])
        bottom = panels[-1].top + panels[-1].height + (0 if heatmap is None else _GUTTER + 2)
        if self._place is None:
            return marks, bottom + 24
        marks += self._start(self._place, panels[0].top, bottom)
        marks += self._axis(self._place, bottom)
        bottom += 44
        if self._strip is not None:
            strip, height = draw_strip(self._strip, _LEFT / _STRIP_SCALE, _WIDTH / _STRIP_SCALE)
            marks.append(group(strip, 0, bottom, _STRIP_SCALE))
            bottom += height * _STRIP_SCALE
        return marks, bottom + 12

    def _head(self) -> list[str]:
        known = self._queue.genes.iloc[self._row]
        about = ", ".join(filter(None, (str(known[name]) for name in ("compound", "exposure"))))
        classes = [f"{who}: {known[name]}" for name, who in _SAYS.items() if known.get(name)]
        name = str(known["gene"])
        return [
            text(_LEFT, 20, f"{name}, {about}" if about else name, size=15),
            text(_LEFT, 37, "; ".join(classes), color=SOFT),
        ]

    def _panels(self, geometry: PictureGeometry) -> list[_Panel]:
        scale = drawn_scale(self._queue.pictures)
        top, panels = _TOP, []
        names = ("Chromatin", "Methylation")
        halves = (geometry.chromatin_half, geometry.methylation_half)
        for number, (half, name) in enumerate(zip(halves, names, strict=True)):
            height = (half[0].stop - half[0].start) * _WIDTH / (geometry.right - geometry.left)
            unit, numbers = (
                ("", ()) if scale is None else (scale.units[number], scale.ticks[number])
            )
            panels.append(_Panel(half, top, height, (name, unit), numbers))
            top += height + _GAP
        return panels

    def _heatmap(self, geometry: PictureGeometry) -> NDArray[np.float32] | None:
        explained = self._explained
        if explained is None or not explained.table["explained"].iat[self._row]:
            return None
        return explained.draw(self._row, geometry)

    def _draw_panel(self, panel: _Panel, heatmap: NDArray[np.float32] | None) -> list[str]:
        bottom = panel.top + panel.height
        pixels = self._pixels[panel.half]
        marks = [picture(_LEFT, panel.top, _WIDTH, panel.height, _png(pixels))]
        if heatmap is not None:
            scale = _WIDTH / heatmap.shape[1]
            for level, points in find_contours(heatmap):
                at = [(_LEFT + (x + 0.5) * scale, panel.top + (y + 0.5) * scale) for y, x in points]
                marks.append(polyline(at, CONTOUR_LEVELS[level], width=1.4))
            shares = heatmap.max(axis=0)[None]
            marks.append(picture(_LEFT, bottom + 2, _WIDTH, _GUTTER, _png(_shade(shares))))
        marks.append(line(_LEFT - 1, panel.top, _LEFT - 1, bottom, INK))
        for share, number in panel.numbers:
            y = bottom - share * panel.height
            marks.append(line(_LEFT - 5, y, _LEFT - 1, y, INK))
            marks.append(text(_LEFT - 8, y + 4, number, anchor="end", color=SOFT, size=11))
        middle = (panel.top + bottom) / 2
        name, unit = panel.title
        marks.append(text(20, middle, name, anchor="middle", turn=-90))
        if unit:
            marks.append(text(36, middle, unit, anchor="middle", turn=-90, color=SOFT, size=11))
        return marks

    def _axis(self, place: GenePlace, y: float) -> list[str]:
        """Draw distances from the start, in the direction of the gene: upstream is negative."""
        # The left edge of the first base of a gene of the minus strand is the right of its place.
        way, origin = (-1, place.tss + 1) if place.strand == "-" else (1, place.tss)
        ends = sorted(way * (edge - origin) / 1000 for edge in (place.start, place.end))
        marks = [line(_LEFT, y + 3, _LEFT + _WIDTH, y + 3, INK)]
        for tick in round_ticks(ends[0], ends[1], 4):
            x = self._x(place, origin + way * tick * 1000)
            said = f"{tick:+g}" if tick else "0"
            marks.append(line(x, y + 3, x, y + 7, INK))
            marks.append(text(x, y + 19, said, anchor="middle", color=SOFT, size=11))
        title = "Distance from the start of transcription (kb)"
        return [*marks, text(_LEFT + _WIDTH / 2, y + 35, title, anchor="middle")]

    def _start(self, place: GenePlace, top: float, bottom: float) -> list[str]:
        marks = self._mark(self._x(place, place.tss + place.is_mirrored), "TSS", top, bottom)
        if self._explained is not None:
            peak = self._explained.table.iloc[self._row]
            if peak["peak_start"] >= 0:
                ends = sorted(self._x(place, peak[name]) for name in ("peak_start", "peak_end"))
                marks.append(line(ends[0], top - 3, ends[1], top - 3, "#5B0F40", width=3))
                is_far = ends[1] > _LEFT + _WIDTH - 100
                at, anchor = (ends[0] - 5, "end") if is_far else (ends[1] + 5, "start")
                words = "peak of attention"
                marks.append(text(at, top - 1, words, anchor=anchor, color="#5B0F40", size=11))
        return marks

    @staticmethod
    def _mark(x: float, name: str, top: float, bottom: float) -> list[str]:
        return [
            line(x, top - 8, x, bottom, RULE, dash="4 3"),
            text(x, top - 11, name, anchor="middle", color=SOFT, size=11),
        ]

    @staticmethod
    def _x(place: GenePlace, position: float) -> float:
        offset = place.end - position if place.is_mirrored else position - place.start
        return _LEFT + offset / place.span_bp * _WIDTH


def _draw_key(top: float) -> list[str]:
    """Say what the lines and the strips below the panels mean."""
    marks, x, y = [], _LEFT, top + 14
    for level, color in CONTOUR_LEVELS.items():
        marks.append(line(x, y - 4, x + 18, y - 4, color, width=2))
        marks.append(text(x + 23, y, f"{100 * level:.0f} %", size=11))
        x += 60
    ramp = _shade(np.linspace(0, 1, 64, dtype=np.float32)[None])
    marks.append(picture(x, y - 9, 90, 9, _png(ramp)))
    said = "0 to the strongest attention of the tree in the picture"
    return [*marks, text(_LEFT, y + 15, said, color=SOFT, size=11)]


def _shade(shares: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Colour shares ``(h, w)`` from white through the colours of the levels: ``(h, w, 3)``."""
    stops = {0.0: "#ffffff"} | CONTOUR_LEVELS | {1.0: "#2b061e"}
    colors = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in stops.values()])
    bands = [np.interp(shares, list(stops), colors[:, band]) for band in range(3)]
    shaded: NDArray[np.uint8] = np.rint(np.stack(bands, axis=-1)).astype(np.uint8)
    return shaded


def _png(pixels: NDArray[np.uint8]) -> bytes:
    stream = io.BytesIO()
    fine = pixels.repeat(_FINE, axis=0).repeat(_FINE, axis=1)
    Image.fromarray(fine).save(stream, "png")
    return stream.getvalue()
