from .model_report import write_model_report as write_model_report
from .report import (
    report_paths as report_paths,
    report_steps as report_steps,
)
from .style import LINE_COLORS as LINE_COLORS, SOFT as SOFT, STYLE as STYLE
from .svg import Axes as Axes, dot as dot, line as line, round_ticks as round_ticks
from .thumbnails import draw_thumbnail as draw_thumbnail
