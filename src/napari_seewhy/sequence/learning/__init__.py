"""Learning: a model that reads DNA, beside the linear model that it should be better than."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
