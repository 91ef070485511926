"""What a language model says of DNA: bits per base, scores of changes, and DNA that it writes."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
