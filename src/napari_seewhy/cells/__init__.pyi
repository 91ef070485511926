from .cropping.crop import CropOptions as CropOptions, cut_crops as cut_crops
from .cropping.files import CropJob as CropJob, crop_files_steps as crop_files_steps
from .cropping.targets import (
    MarkerTargetOptions as MarkerTargetOptions,
    TableTargetOptions as TableTargetOptions,
)
from .labels.check import check_labels as check_labels, make_sequential as make_sequential
from .labels.matching import average_precision as average_precision
from .measuring.measure import (
    measure_cells as measure_cells,
    measure_cells_steps as measure_cells_steps,
)
from .measuring.options import MeasureOptions as MeasureOptions
from .segmenting.image import segment as segment, segment_steps as segment_steps
from .segmenting.options import SegmentOptions as SegmentOptions
from .segmenting.segmentation import Segmentation as Segmentation
from .segmenting.segmenter import Found as Found, Segmenter as Segmenter
from .segmenting.segmenters import (
    SEGMENTERS as SEGMENTERS,
    available_segmenters as available_segmenters,
)
from .tidying.edits import Edit as Edit, EditHistory as EditHistory, apply_edit as apply_edit
from .tidying.tidy import (
    delete_cells as delete_cells,
    draw_cell as draw_cell,
    merge_cells as merge_cells,
    renumber_cells as renumber_cells,
    split_cell as split_cell,
)
