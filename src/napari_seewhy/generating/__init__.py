"""Generating: drawing more samples of a rare class, and saying honestly what they are worth."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
