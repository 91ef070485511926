from .cells_table import (
    CellsTable as CellsTable,
    describe_column as describe_column,
    format_value as format_value,
    sort_positions as sort_positions,
)
from .contact_sheet import ContactSheet as ContactSheet
from .histogram import (
    Histogram as Histogram,
    count_values as count_values,
    plottable_columns as plottable_columns,
)
from .html import html_table as html_table, html_warnings as html_warnings
from .logo import MOST_LETTERS as MOST_LETTERS, Logo as Logo
from .read_table import ReadTable as ReadTable
from .saving import (
    DPI as DPI,
    PAPER as PAPER,
    ask_figure as ask_figure,
    ask_output as ask_output,
    draw_shapes as draw_shapes,
    save_table as save_table,
    set_dpi as set_dpi,
    write_figure as write_figure,
)
from .thumbnails import blend_channels as blend_channels, contrast_limits as contrast_limits
