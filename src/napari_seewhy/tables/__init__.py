"""Tables: read, checked and written in one way; which rows belong to an image, to a cell."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
