from .fields import FieldLayers as FieldLayers
from .preview import (
    PreviewedField as PreviewedField,
    TargetPreview as TargetPreview,
    level_range as level_range,
    put_beside as put_beside,
)
from .threshold import ThresholdForm as ThresholdForm
