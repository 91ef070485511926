from .edits import Edit as Edit, EditHistory as EditHistory
from .table import follow_edit as follow_edit
from .tidy import (
    delete_cells as delete_cells,
    draw_cell as draw_cell,
    merge_cells as merge_cells,
    renumber_cells as renumber_cells,
    split_cell as split_cell,
)
