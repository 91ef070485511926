"""Motifs of transcription factors in aligned promoters, and which of them are conserved."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
