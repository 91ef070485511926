"""The engine: runs a task in a child process, so that the window stays alive."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
