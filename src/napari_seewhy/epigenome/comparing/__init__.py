"""Comparing: treated against control replicates, with a p- and a q-value per gene."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
