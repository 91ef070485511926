"""Which signal fills the panel of chromatin: one height for all pictures, so they compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.epigenome.tracks.track import Track, match_chromosome
from napari_seewhy.epigenome.tracks.window import bin_window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_seewhy.epigenome.places import GenePlace
    from napari_seewhy.epigenome.tracks.reader import TrackPaths

_SHARE = 0.999
_HEADROOM = 1.5
_MOST_GENES = 2000


def find_top(paths: TrackPaths, places: Sequence[GenePlace], n_columns: int) -> float:
    """Return a height with room for one and a half times the tallest usual signal about genes.

    Parameters
    ----------
    paths
        Tracks of a compound; the control's chromatin is taken where there is one.
    places
        Windows of all genes; of very many, some evenly spread ones are looked at.
    n_columns
        Columns of a panel.

    Returns
    -------
    float
        Rounded to two digits; 1 where there is no signal at all.
    """
    chosen = paths.control_chromatin or paths.chromatin
    spread = np.unique(np.linspace(0, len(places) - 1, _MOST_GENES).astype(np.int64))
    with Track(chosen.path) as track:
        heights = []
        for place in (places[number] for number in spread.tolist()):
            name = match_chromosome(place.chromosome, track.lengths) or place.chromosome
            found = track.read(name, place.start, place.end)
            heights.append(bin_window(found, place, n_columns))
    top = float(np.quantile(np.concatenate(heights), _SHARE)) * _HEADROOM
    return float(f"{top:.2g}") if top > 0 else 1.0
