from .device_options import DeviceName as DeviceName, DeviceOptions as DeviceOptions
from .devices import (
    Runtime as Runtime,
    choose_device as choose_device,
    choose_runtime as choose_runtime,
    release_memory as release_memory,
)
from .predict import (
    SampleReader as SampleReader,
    as_predicting as as_predicting,
    predict_steps as predict_steps,
)
from .predict_options import PredictOptions as PredictOptions
from .side_by_side import run_side_by_side as run_side_by_side
