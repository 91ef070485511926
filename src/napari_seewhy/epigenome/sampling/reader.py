"""Reading pictures of genes as the networks of a tree see them: each once, for all inputs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from napari_seewhy.epigenome.pictures import NoDividingLineError, open_tracks
from napari_seewhy.epigenome.sampling.inputs import cut_input
from napari_seewhy.epigenome.sampling.options import PictureInput
from napari_seewhy.errors import SeewhyError
from napari_seewhy.samples.importing import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from napari_seewhy.epigenome.pictures import PictureGeometry, PictureSet
    from napari_seewhy.epigenome.sampling.options import InputKind

_Cut: TypeAlias = "tuple[PictureGeometry, dict[InputKind, NDArray[np.uint8]]]"

_N_THREADS = 2


@dataclass(frozen=True, slots=True, eq=False)
class GeneBlock:
    """Some pictures as the networks see them.

    Attributes
    ----------
    rows
        ``(n,)`` rows of the picture set that could be read.
    pixels
        Input -> ``(n, C, H, W)``.
    geometries
        n of them: where the panels lie; empty where only tracks are seen.
    failures
        The pictures that could not be read, and why.
    """

    rows: NDArray[np.int64]
    pixels: Mapping[InputKind, NDArray[Any]]
    geometries: tuple[PictureGeometry, ...]
    failures: tuple[Failure, ...]


class GeneReader:
    """Reads pictures for several networks at once.

    Parameters
    ----------
    pictures
        The pictures.
    sizes
        Input -> height and width that its network takes.

    Raises
    ------
    FileError, DataError
        If tracks are wanted and are not there.
    """

    def __init__(self, pictures: PictureSet, sizes: Mapping[InputKind, tuple[int, int]]) -> None:
        self._pictures = pictures
        self._cuts: dict[InputKind, PictureInput] = {
            kind: PictureInput(input=kind, height_px=height, width_px=width)
            for kind, (height, width) in sizes.items()
            if kind != "tracks"
        }
        self._tracks = open_tracks(pictures) if "tracks" in sizes else None

    def read(self, rows: NDArray[np.int64]) -> GeneBlock:
        """Read some pictures; one that cannot be read is said, and left out.

        Raises
        ------
        NoDividingLineError
            If nobody knows where the panels lie: a person must be asked.
        """
        found: dict[InputKind, NDArray[Any]] = {}
        good, failures = rows, []
        geometries: tuple[PictureGeometry, ...] = ()
        if self._cuts:
            with ThreadPoolExecutor(_N_THREADS) as pool:
                read = list(pool.map(self._try_one, rows.tolist()))
            failures = [one for one in read if isinstance(one, Failure)]
            cut = [one for one in read if not isinstance(one, Failure)]
            good = rows[[not isinstance(one, Failure) for one in read]]
            geometries = tuple(geometry for geometry, _ in cut)
            if cut:
                found = {kind: np.stack([one[kind] for _, one in cut]) for kind in self._cuts}
        if self._tracks is not None:
            found["tracks"] = self._tracks.read(good)
        return GeneBlock(good, found, geometries, tuple(failures))

    def _try_one(self, row: int) -> _Cut | Failure:
        try:
            picture = self._pictures.read_one(row)
            geometry = self._pictures.geometry(row, picture.shape[:2])
            inputs = {kind: cut_input(picture, geometry, cut) for kind, cut in self._cuts.items()}
        except NoDividingLineError:
            raise
        except SeewhyError as error:
            return Failure(str(self._pictures.file(row)), str(error))
        return geometry, inputs
