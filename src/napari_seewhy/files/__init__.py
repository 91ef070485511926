"""Files: written completely or not at all, and read with errors that a person understands."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
