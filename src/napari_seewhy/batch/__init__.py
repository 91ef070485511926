"""Many inputs, one kind of work: jobs, what became of each, records, and the one runner."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
