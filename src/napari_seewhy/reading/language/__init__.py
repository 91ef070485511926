"""Language models of genomes: which letter comes next, by counted contexts and a network.

The files of this folder may import torch; options, cards and counts do not.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
