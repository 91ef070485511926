"""All genes at a glance on their way to napari: heatmaps, and the paper that they lie on."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from napari_seewhy.epigenome.pictures import GENE_CLASSES
from napari_seewhy.layers.coloring import class_colors
from napari_seewhy.layers.grid import METADATA_KEY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PIL import ImageDraw, ImageFont

    from napari_seewhy.epigenome.reviewing import GeneOverview, OverviewPanel
    from napari_seewhy.layers.to_layers import LayerData

OVERVIEW = "all genes"
"""How the role, and the name, of every layer of the overview begins."""

_NAMES, _STRIP, _PANEL, _GAP = 70.0, 6.0, 100.0, 22.0
"""Widths: names of classes, strip of their colours, a heatmap, and between heatmaps."""

_TITLE, _PROFILE, _BETWEEN, _HEAT, _FOOT = 16.0, 50.0, 8.0, 380.0, 16.0
"""Heights, from the top."""

_APART = 24.0
"""Between the overview and the picture beside it."""

_FINE = 3
"""Pixels of the paper for one unit."""

_FONT = 9
_INK, _PALE, _UNMEASURED = (34, 34, 34), (153, 153, 153), (225, 225, 225)
_MARK = "#D55E00"
_LOSS, _WHITE, _GAIN = (0.17, 0.48, 0.71, 1), (1, 1, 1, 1), (0.85, 0.37, 0.0, 1)
_CHANGE = {"name": "less to more", "colors": [_LOSS, _WHITE, _GAIN]}
_LEVEL = {"name": "none to much", "colors": [_WHITE, (0.1, 0.1, 0.4, 1)]}


class OverviewPlace(NamedTuple):
    """Where the overview lies: left of a picture, in its coordinates.

    Attributes
    ----------
    unit
        Length of one unit of the overview.
    n_rows
        Number of genes.
    n_panels
        Number of heatmaps.
    """

    unit: float
    n_rows: int
    n_panels: int

    @property
    def size(self) -> tuple[float, float]:
        """Height and width in units."""
        return self.top + _HEAT + _FOOT, self.left(self.n_panels - 1) + _PANEL + 8

    @property
    def top(self) -> float:
        """Return where the heatmaps begin."""
        return _TITLE + _PROFILE + _BETWEEN

    def left(self, panel: int) -> float:
        """Return where a heatmap begins."""
        return _NAMES + _STRIP + 14 + panel * (_PANEL + _GAP)

    def row_middle(self, row: float) -> float:
        """Return the y of the middle of a row."""
        return self.top + (row + 0.5) / self.n_rows * _HEAT

    def to_viewer(self, y: float, x: float) -> tuple[float, float]:
        """Return where a point of the overview lies in the viewer."""
        return y * self.unit, (x - self.size[1] - _APART) * self.unit

    def row_at(self, position: Sequence[float]) -> int | None:
        """Return the row under a point of the viewer, None outside the heatmaps."""
        y, x = float(position[-2]) / self.unit, float(position[-1]) / self.unit
        row = int(np.floor((y - self.top) / _HEAT * self.n_rows))
        is_inside = 0 <= row < self.n_rows and -self.size[1] - _APART <= x <= -_APART
        return row if is_inside else None


def overview_layers(overview: GeneOverview, unit: float) -> tuple[list[LayerData], OverviewPlace]:
    """Turn an overview into layers left of a picture, as deepTools draws it.

    Parameters
    ----------
    overview
        Its rows, groups and tracks.
    unit
        Size of one unit in pixels of the picture: an overview is about 320 wide and 470 high.

    Returns
    -------
    layers, place
        The paper with names, classes and mean profiles, and one image for each track; and where a
        row lies.
    """
    place = OverviewPlace(unit, len(overview.rows), len(overview.panels))
    paper = _draw_paper(overview, place)
    layers = [
        _image(paper, "classes", place, (0, 0), 1 / _FINE, rgb=True, interpolation2d="linear")
    ]
    for number, panel in enumerate(overview.panels):
        n_rows, n_bins = panel.values.shape
        corner, size = (place.top, place.left(number)), (_HEAT / n_rows, _PANEL / n_bins)
        looks = {
            "colormap": _CHANGE if panel.is_change else _LEVEL,
            "contrast_limits": panel.limits,
            "blending": "translucent",
        }
        layers.append(_image(panel.values, panel.name, place, corner, size, **looks))
    return layers, place


def overview_mark(place: OverviewPlace, row: int | None) -> LayerData:
    """Turn the row of the gene that is shown into a layer: a line on both sides of it."""
    y = place.row_middle(row or 0)
    sides = (place.left(0) - 10, place.left(place.n_panels - 1) + _PANEL)
    reach = [0.0, 0.0 if row is None else 8 * place.unit]
    lines = np.array([[place.to_viewer(y, x), reach] for x in sides], np.float32)
    looks = {"edge_color": _MARK, "edge_width": 3 * place.unit, "vector_style": "line"}
    return lines, _attributes("shown gene", **looks), "vectors"


def _draw_paper(overview: GeneOverview, place: OverviewPlace) -> NDArray[np.uint8]:
    """Draw what stands about the heatmaps: one image, as layers of text and lines are slow."""
    from PIL import Image, ImageDraw

    height, width = (round(side * _FINE) for side in place.size)
    image = Image.new("RGB", (width, height), "white")
    pen = _Pen(ImageDraw.Draw(image))
    names = [group.name for group in overview.groups]
    others = [name for name in names if name not in GENE_CLASSES]
    colors = {
        name: tuple(round(255 * part) for part in color[:3])
        for name, color in class_colors([*GENE_CLASSES, *others]).items()
    }
    left, below = place.left(0) - 10, -np.inf
    for name, start, stop in overview.groups:
        ends = [place.row_middle(row - 0.5) for row in (start, stop)]
        pen.fill((ends[0], left), (ends[1], left + _STRIP), colors[name])
        # Names of small classes keep apart.
        below = max(float(np.mean(ends)), below + 2.5 * _FONT)
        pen.write(name or "no class", below - _FONT / 2, left - 4, "rm")
        pen.write(f"{stop - start:,}", below + _FONT / 2, left - 4, "rm")
    for number, panel in enumerate(overview.panels):
        _draw_panel(pen, panel, [colors[name] for name in names], place, place.left(number))
        foot = place.top + _HEAT + 8
        reach = overview.reach_bp
        pen.write("start", foot, place.left(number) + _PANEL / 2, "mm")
        if reach is not None:
            pen.write(f"-{reach / 1000:g} kb", foot, place.left(number), "lm")
            pen.write(f"+{reach / 1000:g} kb", foot, place.left(number) + _PANEL, "rm")
    return np.asarray(image)


def _draw_panel(
    pen: _Pen,
    panel: OverviewPanel,
    colors: Sequence[tuple[int, ...]],
    place: OverviewPlace,
    left: float,
) -> None:
    """Draw the title of a track, the mean of each class, and the ground of its heatmap."""
    low, high = profile_limits(panel)
    bottom = _TITLE + _PROFILE

    def height(value: Any) -> Any:
        return bottom - (value - low) / (high - low) * _PROFILE

    pen.write(panel.name, _TITLE / 2, left + _PANEL / 2, "mm")
    for value in sorted({low, 0.0, high}):
        pen.write(f"{value:g}", height(value), left - 2, "rm")
    pen.line([(height(0.0), left), (height(0.0), left + _PANEL)], _PALE, 0.4)
    middle = left + _PANEL / 2
    pen.line([(_TITLE, middle), (bottom, middle)], _PALE, 0.4)
    n_bins = panel.means.shape[1]
    x = left + (np.arange(n_bins) + 0.5) * _PANEL / n_bins
    for mean, color in zip(panel.means, colors, strict=True):
        is_known = np.isfinite(mean)
        points = np.column_stack([height(mean), x])[is_known].tolist()
        pen.line(points, color, 1.0)
    # What no CpG site lies in is not drawn by napari, and grey.
    pen.fill((place.top, left), (place.top + _HEAT, left + _PANEL), _UNMEASURED)


def profile_limits(panel: OverviewPanel) -> tuple[float, float]:
    """Return lower and upper end of the axis of the mean profiles, rounded to two digits."""
    known = panel.means[np.isfinite(panel.means)]
    high = float(np.abs(known).max()) if len(known) else 0.0
    high = float(f"{1.1 * high:.2g}") or 1.0
    return (-high if panel.is_change else 0.0), high


class _Pen:
    """Draws in units of the overview, y first."""

    def __init__(self, draw: ImageDraw.ImageDraw) -> None:
        self._draw = draw

    def fill(
        self, start: tuple[float, float], end: tuple[float, float], color: tuple[int, ...]
    ) -> None:
        """Fill a rectangle."""
        (top, left), (bottom, right) = (tuple(round(_FINE * v) for v in p) for p in (start, end))
        self._draw.rectangle((left, top, right - 1, max(top, bottom - 1)), fill=color)

    def line(self, points: Sequence[Sequence[float]], color: tuple[int, ...], width: float) -> None:
        """Draw a line through points."""
        places = [(x * _FINE, y * _FINE) for y, x in points]
        self._draw.line(places, fill=color, width=max(1, round(width * _FINE)))

    def write(self, text: str, y: float, x: float, anchor: str) -> None:
        """Write text that is anchored at a point."""
        self._draw.text((x * _FINE, y * _FINE), text, fill=_INK, font=_font(), anchor=anchor)


@cache
def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    from PIL import ImageFont

    return ImageFont.load_default(_FONT * _FINE)


def _image(
    pixels: NDArray[Any],
    name: str,
    place: OverviewPlace,
    corner: tuple[float, float],
    size: float | tuple[float, float],
    **attributes: Any,
) -> LayerData:
    height, width = np.broadcast_to(size, 2).tolist()
    # The middle of the first pixel lies half a pixel inside its corner.
    middle = place.to_viewer(corner[0] + height / 2, corner[1] + width / 2)
    scale = (place.unit * height, place.unit * width)
    return pixels, _attributes(name, translate=middle, scale=scale, **attributes), "image"


def _attributes(name: str, **attributes: Any) -> dict[str, Any]:
    role = f"{OVERVIEW}: {name}"
    return {"name": role, "metadata": {METADATA_KEY: {"role": role}}} | attributes
