from .check import (
    LabelledCells as LabelledCells,
    check_labels as check_labels,
    make_sequential as make_sequential,
)
from .matching import average_precision as average_precision
from .runs import (
    Runs as Runs,
    count_pixels as count_pixels,
    find_cell as find_cell,
    find_largest as find_largest,
    find_owners as find_owners,
    find_runs as find_runs,
)
