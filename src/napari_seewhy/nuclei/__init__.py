"""Nuclei found by a network: what it takes, what it says, and how that becomes labels."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
