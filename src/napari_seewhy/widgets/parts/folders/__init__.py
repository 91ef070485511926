"""Work on a folder of images: a line for a folder, and the view of what becomes of its images."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
