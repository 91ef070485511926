"""Drawing genes and CpG islands below a picture, on the axis of the picture, as SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_seewhy.pages import INK, LINE_COLORS, RULE, SOFT, box, line, round_ticks, svg, text

if TYPE_CHECKING:
    from napari_seewhy.epigenome.reviewing.strip import GeneStrip, StripGene

TITLES_WIDE = 52.0
"""Width of the names of the rows, left of the panels of the picture."""

_SIZE = 7.5
_LETTER = 0.56 * _SIZE
"""Mean width of a letter."""

_AXIS, _LANE, _ISLANDS = 16.0, 19.0, 16.0
_MOST_LANES = 5
_LEAST_LANES = 2
"""The view need not change from gene to gene where most have no more."""

_EXON, _ARROW = 5.0, 5.0
_N_TICKS = 3
_OWN, _ISLAND = LINE_COLORS[0], LINE_COLORS[2]


def draw_strip(strip: GeneStrip, left: float, width: float) -> tuple[list[str], float]:
    """Draw a strip whose upper edge is at 0.

    Parameters
    ----------
    strip
        What lies in the window.
    left, width
        Where the panels of the picture begin, and how wide they are.

    Returns
    -------
    tuple
        SVG elements, and the height that they take.
    """
    return _Drawing(strip, left, width).draw()


def draw_strip_picture(strip: GeneStrip, left: float, width: float) -> tuple[str, float]:
    """Return a strip as a whole SVG on white, and where its left edge is.

    Returns
    -------
    tuple
        The SVG, and the x of its left edge where `left` is that of the panels.
    """
    edge = min(0.0, left - TITLES_WIDE)
    marks, height = draw_strip(strip, left - edge, width)
    right = left - edge + width + 8
    names = ", ".join(gene.name for gene in strip.genes if gene.name) or "no gene"
    marks = [box(0, 0, right, height, "#ffffff"), *marks]
    return svg(right, height, marks, f"Below: {names}", is_file=True), edge


class _Drawing:
    """Draws one strip; places are genomic until the last moment."""

    def __init__(self, strip: GeneStrip, left: float, width: float) -> None:
        self._strip, self._left, self._width = strip, left, width

    def draw(self) -> tuple[list[str], float]:
        place = self._strip.place
        marks = self._axis()
        lanes, n_left_out = self._lanes()
        top = _AXIS
        n_lanes = max(_LEAST_LANES, len(lanes))
        bottom = top + n_lanes * _LANE + _ISLANDS
        start = self._x(place.tss + (place.is_mirrored))
        marks.append(line(start, _AXIS - 2, start, bottom, RULE, width=0.6, dash="2 2"))
        marks.append(self._title("Genes", top + _ARROW + _EXON))
        for number, lane in enumerate(lanes):
            for gene in lane:
                marks += self._gene(gene, top + number * _LANE)
        if n_left_out:
            said = f"+ {n_left_out} more"
            marks.append(self._title(said, top + n_lanes * _LANE - 2))
        top = bottom - _ISLANDS
        marks.append(self._title("CpG islands", top + _EXON + 1))
        for first, end, name in self._strip.islands:
            marks += self._island(first, end, name, top)
        return marks, bottom

    def _axis(self) -> list[str]:
        place, right = self._strip.place, self._left + self._width
        marks = [
            self._title(place.chromosome, 8),
            line(self._left, 2, right, 2, SOFT, width=0.6),
        ]
        # Browsers count from 1.
        ticks = round_ticks(place.start + 1, place.end, _N_TICKS)
        is_kb = all(tick % 1000 == 0 for tick in ticks)
        for tick in ticks:
            x = self._x(tick - 0.5)
            said = f"{tick / 1000:,.0f} kb" if is_kb else f"{tick:,.0f}"
            half = len(said) * _LETTER / 2
            at = min(max(x, self._left + half), right - half)
            marks.append(line(x, 2, x, 4.5, SOFT, width=0.6))
            marks.append(text(at, 11.5, said, anchor="middle", color=SOFT, size=_SIZE))
        return marks

    def _gene(self, gene: StripGene, top: float) -> list[str]:
        color = _OWN if self._is_own(gene) else INK
        y = top + _ARROW
        left, width = self._span(gene.start, gene.end)
        middle = y + _EXON / 2
        marks = [line(left, middle, left + width, middle, color, width=0.8)]
        marks += self._chevrons(gene, middle, color)
        for exon in gene.exons:
            if self._is_seen(*exon):
                at, wide = self._span(*exon)
                marks.append(box(at, y, max(wide, 0.8), _EXON, color))
        for start in gene.starts:
            if self._is_seen(start, start + 1):
                marks += self._arrow(self._x(start + 0.5), y, self._direction(gene), color)
        words = gene.name or "unnamed"
        at = self._name_left(gene)
        return [*marks, text(at, y + _EXON + 7.2, words, color=color, size=_SIZE)]

    def _chevrons(self, gene: StripGene, middle: float, color: str) -> list[str]:
        """Say the strand along the introns."""
        way = self._direction(gene)
        left, width = self._span(gene.start, gene.end)
        n = int(width // 14) if way else 0
        marks = []
        for number in range(n):
            x = left + width * (number + 0.5) / n
            for up in (-1.6, 1.6):
                marks.append(line(x - 1.4 * way, middle + up, x, middle, color, width=0.6))
        return marks

    @staticmethod
    def _arrow(x: float, y: float, way: int, color: str) -> list[str]:
        """Draw the bent arrow of a start of transcription."""
        tip, top = x + 5 * way, y - 3.6
        return [
            line(x, y, x, top, color, width=0.8),
            line(x, top, tip, top, color, width=0.8),
            line(tip - 1.6 * way, top - 1.4, tip, top, color, width=0.8),
            line(tip - 1.6 * way, top + 1.4, tip, top, color, width=0.8),
        ]

    def _island(self, start: int, end: int, name: str, top: float) -> list[str]:
        left, width = self._span(start, end)
        marks = [box(left, top, max(width, 0.8), _EXON, _ISLAND)]
        at = min(left, self._left + self._width - len(name) * _LETTER)
        return [*marks, text(at, top + _EXON + 7.2, name, color=SOFT, size=_SIZE)]

    def _lanes(self) -> tuple[list[list[StripGene]], int]:
        """Put genes into lanes in which neither they nor their names overlap; own gene first."""
        lanes: list[list[StripGene]] = []
        rights: list[list[tuple[float, float]]] = []
        n_left_out = 0
        order = sorted(self._strip.genes, key=lambda gene: not self._is_own(gene))
        for gene in order:
            left, width = self._span(gene.start, gene.end)
            first = min(left, self._name_left(gene)) - 3
            last = max(left + width, self._name_left(gene) + len(gene.name) * _LETTER) + 3
            free = [
                number
                for number, taken in enumerate(rights)
                if all(last < a or first > b for a, b in taken)
            ]
            if not free and len(lanes) == _MOST_LANES:
                n_left_out += 1
                continue
            if not free:
                lanes.append([])
                rights.append([])
                free = [len(lanes) - 1]
            lanes[free[0]].append(gene)
            rights[free[0]].append((first, last))
        return lanes, n_left_out

    def _name_left(self, gene: StripGene) -> float:
        left, _ = self._span(gene.start, gene.end)
        words = gene.name or "unnamed"
        return max(self._left, min(left, self._left + self._width - len(words) * _LETTER))

    def _is_own(self, gene: StripGene) -> bool:
        """Say whether it is the gene of the picture, which another file may name otherwise."""
        return gene.name == self._strip.gene or self._strip.place.tss in gene.starts

    def _direction(self, gene: StripGene) -> int:
        """Return 1 where a gene runs to the right of the picture, -1 to the left, 0 unknown."""
        way = {"+": 1, "-": -1}.get(gene.strand, 0)
        return -way if self._strip.place.is_mirrored else way

    def _is_seen(self, start: int, end: int) -> bool:
        return start < self._strip.place.end and end > self._strip.place.start

    def _span(self, start: int, end: int) -> tuple[float, float]:
        """Return left edge and width of an interval, cut off at the window."""
        place = self._strip.place
        edges = sorted(self._x(min(max(at, place.start), place.end)) for at in (start, end))
        return edges[0], edges[1] - edges[0]

    def _x(self, position: float) -> float:
        place = self._strip.place
        offset = place.end - position if place.is_mirrored else position - place.start
        return self._left + offset / place.span_bp * self._width

    def _title(self, words: str, y: float) -> str:
        return text(self._left - 5, y, words, anchor="end", color=SOFT, size=_SIZE)
