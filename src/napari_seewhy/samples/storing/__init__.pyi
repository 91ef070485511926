from .describe import describe_samples as describe_samples
from .layout import KIND as KIND, UNKNOWN as UNKNOWN
from .npz_stream import NpzStream as NpzStream, opening_npz as opening_npz
from .pixel_source import (
    PixelSource as PixelSource,
    check_finite as check_finite,
    find_channels as find_channels,
    read_ahead as read_ahead,
)
from .retarget import write_targets_steps as write_targets_steps
from .sample_set import SampleSet as SampleSet
from .windows import cut_windows as cut_windows, window_starts as window_starts
from .writer import SampleWriter as SampleWriter
