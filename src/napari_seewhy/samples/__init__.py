"""Samples: pictures to classify, kept in one HDF5 file with their targets, groups and origins."""

from napari_seewhy.samples.sample_set import SampleSet
from napari_seewhy.samples.writer import SampleWriter

__all__ = ["SampleSet", "SampleWriter"]
