from .storing.sample_set import SampleSet as SampleSet
from .storing.writer import SampleWriter as SampleWriter
