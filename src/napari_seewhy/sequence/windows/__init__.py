"""Windows of DNA with coverage: cut from a genome and its tracks, read from and written to HDF5."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
