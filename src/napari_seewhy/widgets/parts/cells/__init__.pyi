from .clicks import CellClicks as CellClicks
from .picked import (
    go_to as go_to,
    go_to_cell as go_to_cell,
    outline_cells as outline_cells,
    zoom_to as zoom_to,
)
