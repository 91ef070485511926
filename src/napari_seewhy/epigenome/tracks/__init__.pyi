from .bins import (
    PAIRED_TRACKS as PAIRED_TRACKS,
    SINGLE_TRACKS as SINGLE_TRACKS,
    bin_gene as bin_gene,
)
from .chromatin_top import find_top as find_top
from .compounds import (
    TRACK_COLUMNS as TRACK_COLUMNS,
    CompoundTracks as CompoundTracks,
    check_folders as check_folders,
    read_compounds as read_compounds,
)
from .options import DrawOptions as DrawOptions
from .prepare import prepare_tracks as prepare_tracks
from .reader import TrackPaths as TrackPaths, WindowReader as WindowReader
from .smoothing import smooth_sites as smooth_sites
from .window import GeneWindow as GeneWindow
