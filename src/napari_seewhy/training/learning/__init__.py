"""Learning: the loop, its checkpoints, seeds and schedules, for any lesson."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
