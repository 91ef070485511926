"""Single planes of pixels: smoothing, uneven light, foreground, and how clumps are cut."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
