"""The colour of each point of a plot: by class, by probability, or by any measurement."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.layers import UNKNOWN, class_colors
from napari_seewhy.widgets.parts.layers import COLORMAP
from napari_seewhy.widgets.parts.pictures import format_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.widgets.plot.plotted_cells import PlottedCells

_PLAIN = (0.337, 0.706, 0.914, 1.0)
_N_BAR = 24


@dataclass(frozen=True, slots=True, eq=False)
class PlotColors:
    """How points are coloured.

    Attributes
    ----------
    colors
        ``(N, 4)`` red, green, blue and opacity, 0 to 1.
    code
        ``(N,)`` place of each point's group, -1 = no class; all 0 where there are no groups.
    groups
        Name and colour of each group.
    legend
        What the colours mean, as rich text.
    """

    colors: NDArray[np.float64]
    code: NDArray[np.intp]
    groups: tuple[tuple[str, tuple[float, ...]], ...]
    legend: str


def color_cells(cells: PlottedCells, column: str) -> PlotColors:
    """Colour cells by a column of their table, be it classes or numbers; "" = all alike."""
    if column not in cells.table:
        return color_plainly(len(cells))
    values = cells.table[column]
    return color_by_class(values) if column in cells.classes else color_by_value(values, column)


def color_plainly(n: int) -> PlotColors:
    """Give all points one colour."""
    return PlotColors(np.tile(_PLAIN, (n, 1)), np.zeros(n, np.intp), (("cells", _PLAIN),), "")


def color_by_class(values: pd.Series[Any]) -> PlotColors:
    """Colour points by class (Okabe and Ito); grey where it is not known."""
    classes = values.astype("category").cat
    names = [str(name) for name in classes.categories]
    groups = tuple(class_colors(names).items())
    # The code of a missing class is -1, which is the last of the palette.
    palette = np.array([color for _, color in groups] + [UNKNOWN])
    code: NDArray[np.intp] = np.asarray(classes.codes, np.intp)
    counts = np.bincount(code[code >= 0], minlength=len(names))
    entries = [
        _dot(color, f"{name} ({n:,})") for (name, color), n in zip(groups, counts, strict=True)
    ]
    if (code < 0).any():
        entries.append(_dot(UNKNOWN, f"no class ({(code < 0).sum():,})"))
    return PlotColors(palette[code], code, groups, " &nbsp; ".join(entries))


def color_by_value(values: pd.Series[Any], name: str) -> PlotColors:
    """Colour points from dark (low) to yellow (high); grey where there is no value.

    The lowest and highest hundredth share the colours at the ends; probabilities go from 0 to 1.
    """
    from napari.utils.colormaps import ensure_colormap

    numbers = values.to_numpy(float, na_value=np.nan)
    is_known = np.isfinite(numbers)
    if name.startswith("p_") or name == "confidence":
        low, high = 0.0, 1.0
    else:
        low, high = np.percentile(numbers[is_known], (1, 99)) if is_known.any() else (0.0, 1.0)
    colors = np.tile(UNKNOWN, (len(numbers), 1))
    colormap = ensure_colormap(COLORMAP)
    shares = np.clip((numbers[is_known] - low) / ((high - low) or 1.0), 0, 1)
    colors[is_known] = colormap.map(shares)
    bar = "".join(
        f'<span style="color:{to_hex(color)}">\N{FULL BLOCK}</span>'
        for color in colormap.map(np.linspace(0, 1, _N_BAR))
    )
    legend = f"{escape(name)} &nbsp; {format_value(low)} {bar} {format_value(high)}"
    missing = int((~is_known).sum())
    if missing:
        legend += f" &nbsp; {_dot(UNKNOWN, f'no value ({missing:,})')}"
    code = np.zeros(len(numbers), np.intp)
    return PlotColors(colors, code, (("cells", UNKNOWN),), legend)


def to_hex(color: Sequence[float]) -> str:
    """Write a colour as ``#rrggbb``.

    Examples
    --------
    >>> to_hex((1.0, 0.5, 0.0, 1.0))
    '#ff8000'
    """
    return "#" + "".join(f"{round(255 * part):02x}" for part in list(color)[:3])


def _dot(color: Sequence[float], words: str) -> str:
    return f'<span style="color:{to_hex(color)}">\N{BLACK CIRCLE}</span> {escape(words)}'
