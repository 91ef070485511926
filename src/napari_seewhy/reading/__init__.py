"""Reading DNA: networks that predict the coverage of tracks from letters, and what each base does.

The files of this room may import torch; options and cards do not.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
