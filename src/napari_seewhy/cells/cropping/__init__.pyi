from .crop import CropOptions as CropOptions
from .files import crop_files_steps as crop_files_steps
from .jobs import CropJob as CropJob
from .one_image import (
    ColumnTargetOptions as ColumnTargetOptions,
    Crops as Crops,
    SavedCrops as SavedCrops,
    cut_crops_steps as cut_crops_steps,
    find_target as find_target,
    is_measurement as is_measurement,
    marker_of as marker_of,
    save_crops_steps as save_crops_steps,
)
from .plan import CropPlan as CropPlan, plan_model_crops_steps as plan_model_crops_steps
from .table import read_frames as read_frames
from .targets import (
    MarkerTargetOptions as MarkerTargetOptions,
    TableTargetOptions as TableTargetOptions,
)
