from .columns import (
    NOT_A_NUMBER as NOT_A_NUMBER,
    find_measurements as find_measurements,
    say_left_out as say_left_out,
)
from .measure import measure_cells as measure_cells, measure_cells_steps as measure_cells_steps
from .options import (
    DEFAULT_SPOT_WIDTH_PX as DEFAULT_SPOT_WIDTH_PX,
    MeasureOptions as MeasureOptions,
)
from .shapes import measure_boxes as measure_boxes, measure_centers as measure_centers
from .spots import SMOOTHING_PX as SMOOTHING_PX, find_spot_threshold as find_spot_threshold
