"""What a network looked at: heatmaps, and the attention that they show as numbers."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
