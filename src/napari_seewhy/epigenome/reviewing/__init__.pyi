from .listing import NOTES as NOTES, SAYS as SAYS, SPLIT as SPLIT, filters as filters
from .queue import GeneQueue as GeneQueue
