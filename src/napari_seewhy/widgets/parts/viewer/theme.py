"""Colours of napari's theme for what Qt's style sheets do not reach, such as plots."""

from __future__ import annotations

from typing import Any, NamedTuple


class ThemeColors(NamedTuple):
    """Text and axes, ground, bars of a plot, and what is picked, each as ``#rrggbb``."""

    text: str
    background: str
    bars: str
    mark: str


def theme_colors(viewer: Any) -> ThemeColors:
    """Return the colours of the viewer's theme."""
    from napari.utils.theme import get_theme

    theme = get_theme(viewer.theme)
    colors = (theme.text, theme.background, theme.secondary, theme.warning)
    return ThemeColors(*(color.as_hex("long") for color in colors))
