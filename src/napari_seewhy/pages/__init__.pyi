from .marks import (
    Axes as Axes,
    box as box,
    dot as dot,
    group as group,
    line as line,
    picture as picture,
    polyline as polyline,
    round_ticks as round_ticks,
    svg as svg,
    text as text,
)
from .page import (
    draw_image as draw_image,
    draw_table as draw_table,
    figure as figure,
    head as head,
    literal as literal,
    section as section,
    write_page as write_page,
)
from .plots import draw_key as draw_key, plot_reliability as plot_reliability
from .style import (
    DASHES as DASHES,
    INK as INK,
    LINE_COLORS as LINE_COLORS,
    RULE as RULE,
    SOFT as SOFT,
)
from .thumbnails import draw_thumbnail as draw_thumbnail
