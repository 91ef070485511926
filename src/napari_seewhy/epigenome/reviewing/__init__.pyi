from .listing import filters as filters
from .queue import GeneQueue as GeneQueue
