from .crop import (
    CropOptions as CropOptions,
    crop_geometry as crop_geometry,
    cut_blocks as cut_blocks,
)
from .files import crop_files_steps as crop_files_steps
from .job import CropJob as CropJob
from .plan import CropPlan as CropPlan, plan_model_crops_steps as plan_model_crops_steps
from .table import read_frames as read_frames
from .targets import (
    MarkerTargetOptions as MarkerTargetOptions,
    TableTargetOptions as TableTargetOptions,
)
