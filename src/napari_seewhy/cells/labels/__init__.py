"""Label images: what they must be, their runs of pixels, and how two of them compare."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
