from .compared_cells import list_classes as list_classes
from .options import SeparationOptions as SeparationOptions
from .pairs import PairRule as PairRule
from .separation import Separation as Separation
from .telling_apart import tell_apart_steps as tell_apart_steps
