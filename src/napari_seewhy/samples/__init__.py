"""Samples: pictures to classify, kept in one HDF5 file with their targets, groups and origins."""

from napari_seewhy.samples.storing.sample_set import SampleSet
from napari_seewhy.samples.storing.writer import SampleWriter

__all__ = ["SampleSet", "SampleWriter"]
