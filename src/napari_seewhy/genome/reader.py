"""Reading what the tracks of one compound say in the windows of genes."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

from napari_seewhy.errors import DataError
from napari_seewhy.genome.chromosomes import match_chromosome
from napari_seewhy.genome.track import Track
from napari_seewhy.genome.window import GeneWindow, pair_sites

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.genome.genes import GenePlace
    from napari_seewhy.genome.intervals import Intervals


class OpenTrack(NamedTuple):
    """One bigWig and what its values are divided by: its depth, or 100 where it is in per cent."""

    path: Path
    unit: float = 1.0


class TrackPaths(NamedTuple):
    """The bigWigs of a treated sample and of its control, None where there is none."""

    chromatin: OpenTrack
    methylation: OpenTrack
    control_chromatin: OpenTrack | None = None
    control_methylation: OpenTrack | None = None


class WindowReader:
    """Opens the tracks of one compound and reads windows from them.

    Parameters
    ----------
    paths
        The tracks. Opened by a ``with`` block.
    """

    def __init__(self, paths: TrackPaths) -> None:
        self._paths = paths
        self._stack = ExitStack()
        self._tracks: list[Track | None] = []

    def __enter__(self) -> Self:
        self._tracks = [
            None if one is None else self._stack.enter_context(Track(one.path))
            for one in self._paths
        ]
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def length(self, chromosome: str) -> int:
        """Return the length in bp of a chromosome, as the first track that knows it says."""
        for track in self._tracks:
            name = match_chromosome(chromosome, track.lengths) if track is not None else None
            if track is not None and name is not None:
                return track.lengths[name]
        raise DataError(f"No track knows the chromosome {chromosome}; choose others.")

    def read(self, place: GenePlace) -> GeneWindow:
        """Read the window of one gene.

        Raises
        ------
        FileError
            If a track is damaged.
        """
        found = [self._read_one(number, place) for number in range(len(self._paths))]
        chromatin, methylation, control, untreated = found
        if chromatin is None or methylation is None:
            raise DataError("A compound needs a track of chromatin and one of methylation.")
        sites = pair_sites(methylation, untreated, place)
        signals = [signal for signal in (chromatin, control) if signal is not None]
        inside = min(place.end, self.length(place.chromosome)) - max(place.start, 0)
        is_whole = all(_n_bases(signal, place) >= inside for signal in signals) and all(
            self._is_measured(number, place) for number in range(len(self._paths))
        )
        return GeneWindow(place, chromatin, control, sites, is_whole)

    def _is_measured(self, number: int, place: GenePlace) -> bool:
        track = self._tracks[number]
        name = match_chromosome(place.chromosome, track.lengths) if track is not None else None
        return track is None or name is None or track.is_measured(name, place.start, place.end)

    def _read_one(self, number: int, place: GenePlace) -> Intervals | None:
        track, path = self._tracks[number], self._paths[number]
        if track is None or path is None:
            return None
        name = match_chromosome(place.chromosome, track.lengths)
        if name is None:
            raise DataError(f"{path.path} does not know the chromosome {place.chromosome}.")
        is_signal = TrackPaths._fields[number].endswith("chromatin")
        read = track.read_signal if is_signal else track.read
        found = read(name, place.start, place.end)
        return found._replace(value=found.value / path.unit)


def _n_bases(signal: Intervals, place: GenePlace) -> int:
    """Return how many bases of a window were measured."""
    return int((np.minimum(signal.end, place.end) - np.maximum(signal.start, place.start)).sum())
