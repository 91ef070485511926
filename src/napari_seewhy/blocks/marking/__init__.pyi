from .fields import FieldReader as FieldReader
from .learned_blocks import LearnedBlocks as LearnedBlocks
from .marker_blocks import MarkerBlocks as MarkerBlocks, find_marker_blocks as find_marker_blocks
from .measured_field import MeasuredField as MeasuredField
from .options import StainThresholdOptions as StainThresholdOptions
from .registration import (
    Shift as Shift,
    find_shift_steps as find_shift_steps,
    shift_marker as shift_marker,
)
from .threshold import Threshold as Threshold, find_threshold as find_threshold
