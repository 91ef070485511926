from .images import PairImages as PairImages
from .options import StainPairOptions as StainPairOptions
from .pairs import (
    FilePair as FilePair,
    OpenPair as OpenPair,
    Pair as Pair,
    Pairing as Pairing,
    find_pairs as find_pairs,
)
from .place_options import PlaceOptions as PlaceOptions
from .places import Place as Place, PlaceFinder as PlaceFinder
from .planes import (
    check_planes as check_planes,
    match_channels as match_channels,
    split_names as split_names,
    spread_planes as spread_planes,
)
