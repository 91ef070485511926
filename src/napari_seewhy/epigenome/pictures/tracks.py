"""The numeric tracks beside a set of pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from napari_seewhy.errors import DataError, FileError
from napari_seewhy.samples.storing import opening_npz

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from napari_seewhy.epigenome.pictures.set import PictureSet

TRACKS_NAME = "gene_tracks.npz"
"""Name of the file of numeric tracks in a folder of pictures that were drawn here."""


class PictureTracks(NamedTuple):
    """The tracks of every picture of a set, in the order of its table.

    Attributes
    ----------
    values
        ``(N, C, n_bins)`` float32.
    names
        Of the C tracks.
    """

    values: NDArray[np.float32]
    names: tuple[str, ...]

    def read(self, rows: ArrayLike) -> NDArray[np.float32]:
        """Return tracks as samples ``(n, C, 1, n_bins)``."""
        return self.values[np.asarray(rows, np.int64)][:, :, None]


def open_tracks(pictures: PictureSet) -> PictureTracks:
    """Open the tracks that were drawn with these pictures.

    Raises
    ------
    FileError
        If there are none, or the file is damaged.
    DataError
        If they are not of these pictures.
    """
    path = pictures.root / TRACKS_NAME
    if not path.is_file():
        raise FileError(
            f"{pictures.root} holds no {TRACKS_NAME}; draw the pictures with "
            "`seewhy epigenome draw`, or choose another input than the tracks."
        )
    with opening_npz(path) as archive:
        values, names = archive.read("values"), tuple(map(str, archive.read("names")))
    if values.shape[:2] != (len(pictures), len(names)):
        raise DataError(
            f"{path} holds {values.shape[0]:,} tracks for {len(pictures):,} pictures; choose the "
            "table that was written with it, or redraw the pictures."
        )
    return PictureTracks(values.astype(np.float32, copy=False), names)
