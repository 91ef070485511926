"""The two panels of a picture of a gene: chromatin as a distribution, methylation as dots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from napari_seewhy.epigenome.drawing import palette
from napari_seewhy.epigenome.drawing.painting import blend, blend_dots, cover_below

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.genome import GeneWindow, Sites

DIFFERENCE_LIMIT = 0.5
"""Difference of methylation at the upper and lower edge of the panel; larger ones lie there."""

_DOT_MARGIN_PX = 2

_PRIOR_SITES = 2.0
"""The average is as if so many more sites without a difference lay under the bell."""


@dataclass(frozen=True, slots=True)
class PanelStyle:
    """What all pictures of a set have in common.

    Attributes
    ----------
    width_px, height_px
        Size of each panel.
    top
        Signal that fills the panel of chromatin.
    scale
        Whether heights are square roots.
    smoothing_bp
        Width of the average that the curves show.
    """

    width_px: int
    height_px: int
    top: float
    scale: Literal["sqrt", "linear"]
    smoothing_bp: float


def draw_chromatin(window: GeneWindow, style: PanelStyle) -> NDArray[np.float64]:
    """Draw the signal of chromatin as a distribution from the lower edge up.

    With a control the part that both have is grey; what the treated sample has more stands on it in
    orange, what it has less is missing in blue. What was not measured is grey from edge to edge.

    Returns
    -------
    ndarray, shape ``(height_px, width_px, 3)``, 0..255
    """
    panel = _empty_panel(style)
    heights, control = window.heights(style.width_px), window.control_heights(style.width_px)
    is_missing = np.isnan(heights) if control is None else np.isnan(heights) | np.isnan(control)
    treated = _to_px(heights, style)
    if control is None:
        blend(panel, palette.SHARED, cover_below(treated, style.height_px))
        panel[:, is_missing] = palette.OUTSIDE
        return panel
    untreated = _to_px(control, style)
    shared = cover_below(np.minimum(treated, untreated), style.height_px)
    either = cover_below(np.maximum(treated, untreated), style.height_px)
    blend(panel, palette.SHARED, shared)
    is_gain = treated > untreated
    for color, here in ((palette.GAIN, is_gain), (palette.LOSS, ~is_gain)):
        blend(panel, color, (either - shared) * here[None, :])
    panel[:, is_missing] = palette.OUTSIDE
    return panel


def draw_methylation(window: GeneWindow, style: PanelStyle) -> NDArray[np.float64]:
    """Draw CpG sites as dots, blue where unmethylated and red where methylated.

    Without a control a dot stands at its level, 0 at the lower edge. With a control it stands at
    the difference, no difference in the middle; the mean difference is an area behind the dots,
    orange above and blue below the middle.

    Returns
    -------
    ndarray, shape ``(height_px, width_px, 3)``, 0..255
    """
    panel = _empty_panel(style)
    sites = window.sites
    x = sites.offset_bp / window.place.span_bp * style.width_px - 0.5
    reach = (style.height_px - 1) / 2 - _DOT_MARGIN_PX
    middle = (style.height_px - 1) / 2
    if sites.difference is None:
        y = middle + reach - 2 * reach * np.clip(sites.level, 0, 1)
    else:
        share = np.clip(sites.difference / DIFFERENCE_LIMIT, -1, 1)
        y = middle - reach * share
        _draw_mean_difference(panel, window, style, reach)
    blend_dots(panel, y, x, palette.color_levels(sites.level))
    return panel


def _draw_mean_difference(
    panel: NDArray[np.float64], window: GeneWindow, style: PanelStyle, reach: float
) -> None:
    sites = window.sites
    if sites.difference is None:
        return
    at_bp = (np.arange(style.width_px) + 0.5) / style.width_px * window.place.span_bp
    smooth = _smooth_sites(sites, at_bp, style.smoothing_bp, values=sites.difference)
    height = reach * np.clip(smooth / DIFFERENCE_LIMIT, -1, 1)
    half = style.height_px / 2
    up = cover_below(half + np.maximum(height, 0), style.height_px)
    down = cover_below(half + np.minimum(height, 0), style.height_px)
    middle = cover_below(np.full(style.width_px, half), style.height_px)
    panel[round(half) - 1 : round(half) + 1] = palette.MIDDLE
    blend(panel, palette.GAIN, up - middle)
    blend(panel, palette.LOSS, middle - down)


def _smooth_sites(
    sites: Sites, at_bp: NDArray[np.float64], width_bp: float, *, values: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Average values of CpG sites under a bell, drawn towards 0 where few sites lie.

    Parameters
    ----------
    sites
        Where the sites are.
    at_bp
        ``(k,)`` distances from the left edge of the picture.
    width_bp
        Standard deviation of the bell.
    values
        ``(n,)`` one per site.

    Returns
    -------
    ndarray, shape ``(k,)``
    """
    apart = (at_bp[:, None] - sites.offset_bp[None, :]) / width_bp
    weight = np.exp(-0.5 * apart**2)
    smooth: NDArray[np.float64] = weight @ values / (weight.sum(1) + _PRIOR_SITES)
    return smooth


def _empty_panel(style: PanelStyle) -> NDArray[np.float64]:
    return np.tile(palette.WHITE, (style.height_px, style.width_px, 1))


def _to_px(heights: NDArray[np.float64], style: PanelStyle) -> NDArray[np.float64]:
    share = np.clip(np.nan_to_num(heights) / style.top, 0, 1)
    return (np.sqrt(share) if style.scale == "sqrt" else share) * style.height_px
