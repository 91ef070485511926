"""Pages of HTML that stand alone, and their plots: no script, nothing loaded from outside."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
