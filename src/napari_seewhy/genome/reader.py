"""Reading what the tracks of one compound say in the windows of genes."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple, Self

from napari_seewhy.errors import DataError
from napari_seewhy.genome.track import Track, match_chromosome
from napari_seewhy.genome.window import GeneWindow, pair_sites

if TYPE_CHECKING:
    from pathlib import Path

    from napari_seewhy.genome.places import GenePlace
    from napari_seewhy.genome.track import Intervals


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
        chromatin, methylation, control, untreated = (
            self._read_one(number, place) for number in range(len(self._paths))
        )
        if chromatin is None or methylation is None:
            raise DataError("A compound needs a track of chromatin and one of methylation.")
        return GeneWindow(place, chromatin, control, pair_sites(methylation, untreated, place))

    def _read_one(self, number: int, place: GenePlace) -> Intervals | None:
        track, path = self._tracks[number], self._paths[number]
        if track is None or path is None:
            return None
        name = match_chromosome(place.chromosome, track.lengths)
        if name is None:
            raise DataError(f"{path.path} does not know the chromosome {place.chromosome}.")
        found = track.read(name, place.start, place.end)
        return found._replace(value=found.value / path.unit)
