from .build import build_network as build_network
from .fold import fold_normalising as fold_normalising
from .options import (
    NAGAO as NAGAO,
    SMALL as SMALL,
    TRACKS as TRACKS,
    NetworkOptions as NetworkOptions,
)
