"""Models: networks, the file that describes itself, the library, devices and prediction."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
