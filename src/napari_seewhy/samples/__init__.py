"""Samples: pictures to classify, kept in one HDF5 file with their targets, groups and origins."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
