from .cropping.crop import CropOptions as CropOptions
from .cropping.jobs import CropJob as CropJob
from .cropping.targets import (
    MarkerTargetOptions as MarkerTargetOptions,
    TableTargetOptions as TableTargetOptions,
)
from .labels.check import check_labels as check_labels, make_sequential as make_sequential
from .labels.matching import average_precision as average_precision
from .measuring.measure import (
    measure_cells as measure_cells,
)
from .segmenting.image import (
    SEGMENTERS as SEGMENTERS,
    segment as segment,
    segment_steps as segment_steps,
)
from .segmenting.options import SegmentOptions as SegmentOptions
