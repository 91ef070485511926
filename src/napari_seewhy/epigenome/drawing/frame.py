"""What stands about the panels of a picture: name, axes and their numbers."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from napari_seewhy.epigenome.drawing.panels import DIFFERENCE_LIMIT
from napari_seewhy.epigenome.pictures import PictureGeometry

if TYPE_CHECKING:
    from napari_seewhy.epigenome.drawing.options import DrawOptions

_GAP_PX = 6
"""White rows between the panels, by which they are distinguished."""

_LEFT_PX, _RIGHT_PX, _TOP_PX, _BOTTOM_PX = 30, 8, 15, 17
_FONT_PX = 9
_TICK_PX = 3
_INK, _LINE = (40, 40, 40), (120, 120, 120)


def lay_out_picture(options: DrawOptions) -> PictureGeometry:
    """Return where the panels lie in every picture that is drawn with these options."""
    left, right, top, bottom = (
        (_LEFT_PX, _RIGHT_PX, _TOP_PX, _BOTTOM_PX) if options.axes else (0, 0, 0, 0)
    )
    middle = top + options.half_height_px
    return PictureGeometry(
        width_px=left + options.width_px + right,
        height_px=middle + _GAP_PX + options.half_height_px + bottom,
        left=left,
        right=left + options.width_px,
        chromatin=(top, middle),
        methylation=(middle + _GAP_PX, middle + _GAP_PX + options.half_height_px),
    )


def draw_frame(options: DrawOptions, top: float, *, has_control: bool) -> Image.Image:
    """Draw what all pictures have in common: white, and axes if they are wanted.

    Parameters
    ----------
    options
        Size, reach, and whether there are axes.
    top
        Signal at the upper edge of chromatin.
    has_control
        Whether methylation shows differences or levels.
    """
    geometry = lay_out_picture(options)
    picture = Image.new("RGB", (geometry.width_px, geometry.height_px), "white")
    if not options.axes:
        return picture
    draw = ImageDraw.Draw(picture)
    limit = f"{DIFFERENCE_LIMIT:g}"
    levels = (f"+{limit}", "0", f"-{limit}") if has_control else ("1", "", "0")
    _draw_y_axis(draw, geometry.left, geometry.chromatin, (f"{top:.3g}", "", "0"))
    _draw_y_axis(draw, geometry.left, geometry.methylation, levels)
    _draw_x_axis(draw, geometry, options.reach_bp)
    return picture


def draw_title(picture: Image.Image, text: str, geometry: PictureGeometry) -> None:
    """Write a name above the panels, cut off where it is too long."""
    room = geometry.right - geometry.left
    font = _font()
    while text and font.getlength(text) > room:
        text = text[:-2].rstrip() + "…" if len(text) > 2 else ""
    ImageDraw.Draw(picture).text((geometry.left, 2), text, fill=_INK, font=font)


def _draw_y_axis(
    draw: ImageDraw.ImageDraw, left: int, rows: tuple[int, int], texts: tuple[str, str, str]
) -> None:
    upper, lower = rows[0], rows[1] - 1
    draw.line([(left - 2, upper), (left - 2, lower)], fill=_LINE)
    places = zip((upper, (upper + lower) // 2, lower), texts, ("ra", "rm", "rs"), strict=True)
    for y, text, anchor in places:
        if text:
            draw.line([(left - 2 - _TICK_PX, y), (left - 2, y)], fill=_LINE)
            draw.text((left - 4 - _TICK_PX, y), text, fill=_INK, font=_font(), anchor=anchor)


def _draw_x_axis(draw: ImageDraw.ImageDraw, geometry: PictureGeometry, reach_bp: int) -> None:
    y = geometry.methylation[1] + 1
    right = geometry.right - 1
    draw.line([(geometry.left, y), (right, y)], fill=_LINE)
    reach = f"{reach_bp / 1000:g} kb"
    middle = (geometry.left + right) // 2
    places = ((geometry.left, f"-{reach}", "la"), (middle, "TSS", "ma"), (right, f"+{reach}", "ra"))
    for x, text, anchor in places:
        draw.line([(x, y), (x, y + _TICK_PX)], fill=_LINE)
        draw.text((x, y + _TICK_PX + 1), text, fill=_INK, font=_font(), anchor=anchor)


@cache
def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(_FONT_PX)
