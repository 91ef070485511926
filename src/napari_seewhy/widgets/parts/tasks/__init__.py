"""Tasks: their state, the row with its bar and buttons, the next step."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
