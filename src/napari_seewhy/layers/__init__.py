"""Layers: results as napari wants them, and what a person opened in napari as the core wants it."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
