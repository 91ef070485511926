"""The genome: genes, windows about them, and tracks of values; knows no picture and no network."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
