"""`PictureSet`: ten thousand pictures of genes that open at once, and are read when asked for."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.epigenome.pictures.dividing_line import find_dividing_line
from napari_seewhy.epigenome.pictures.geometry import PictureGeometry
from napari_seewhy.epigenome.pictures.layout import PictureLayout, layout_path, load_layout
from napari_seewhy.epigenome.pictures.listing import list_pictures
from napari_seewhy.epigenome.pictures.notes import add_notes
from napari_seewhy.epigenome.pictures.panels import Panels, place_panels
from napari_seewhy.epigenome.pictures.pixels import read_picture
from napari_seewhy.epigenome.pictures.table import PANEL_COLUMNS, row_geometry
from napari_seewhy.epigenome.pictures.thumbnails import read_thumbnail
from napari_seewhy.errors import DataError, FileError, SeewhyError
from napari_seewhy.files import read_json

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_N_THREADS = 4
"""A slow disk is waited for by several at once; decoding PNG lets go of Python's lock."""

_N_LOOKED_AT = 8
"""So many pictures are looked at to find where their panels lie."""

_LOOKING = Lock()


class NoDividingLineError(DataError):
    """No line between chromatin and methylation was found; a person can say where it is.

    Attributes
    ----------
    row
        The picture that was looked at.
    """

    def __init__(self, sentence: str, row: int) -> None:
        super().__init__(sentence)
        self.row = row

    def __reduce__(self) -> tuple[type[NoDividingLineError], tuple[str, int], dict[str, object]]:
        """Travel from the child process to the window with both arguments, and with its notes."""
        return type(self), (str(self), self.row), self.__dict__


class PictureSet:
    """Pictures of genes: a folder, class folders, or a table of files.

    Nothing but names is read when it is opened, and of pictures that were drawn here and lie apart
    from their table, the note in each file. It may be sent to another process.

    Parameters
    ----------
    path
        A folder, or a table (.csv) with a column ``file``. A folder in which ``pictures.csv``
        stands, as `seewhy epigenome draw` writes it, is read by that table.
    names
        Pattern of the names, see `NamePattern`; "" takes the saved pattern of the folder, else
        the table, else the whole name for the gene's.

    Attributes
    ----------
    path, root
        What was opened, and the folder from which files are named.
    names
        Pattern by which names were read, "" where a table says all.
    table
        One row per picture: ``file``, ``gene``, ``compound``, ``exposure``, ``class``,
        ``chromosome``, ``strand`` ("" where unknown), ``is_mirrored``, and whole numbers, missing
        where unknown: ``start``, ``end``, ``tss``, ``width_px``, ``height_px``, ``left``,
        ``right``, ``chromatin_top``, ``chromatin_bottom``, ``methylation_top``,
        ``methylation_bottom``; then whatever else a table says.
    layout
        What is kept of it beside the pictures.

    Raises
    ------
    FileError, DataError, OptionError
        As `list_pictures`.
    """

    def __init__(self, path: str | Path, names: str = "") -> None:
        self.path = Path(path).expanduser().absolute()
        self.layout = load_layout(self.path)
        self.root, listed, self.names = list_pictures(self.path, names or self.layout.names)
        self.table = add_notes(listed, self.root)
        self._places = self.table[list(PANEL_COLUMNS)].to_numpy(np.float64, na_value=np.nan)

    def __len__(self) -> int:
        return len(self.table)

    def __repr__(self) -> str:
        return f"PictureSet({str(self.path)!r}: {len(self):,} pictures)"

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person may not expect of these pictures, one sentence each."""
        said = self.table[["gene", "compound", "exposure"]]
        twice = said.duplicated()
        if not twice.any():
            return ()
        first = said[twice].iloc[0]
        of = " ".join(filter(None, first))
        return (
            f"{int(twice.sum()):,} pictures are of a gene, compound and exposure that another "
            f"picture has too, such as {of}; they are distinguished by their files.",
        )

    @cached_property
    def assumed(self) -> tuple[str, ...]:
        """What was assumed of the tracks and genes when the pictures were drawn here."""
        record = self.root / "record.json"
        try:
            compounds = read_json(record)["results"]["compounds"].values()
            said = [str(one) for compound in compounds for one in compound.get("assumed", ())]
        except (FileError, KeyError, TypeError, AttributeError):
            return ()
        # How each file was recognised stands in the record alone.
        return tuple(dict.fromkeys(one for one in said if " is read as " not in one))

    def file(self, row: int) -> Path:
        """Return the file of one picture."""
        return self.root / str(self.table["file"].iat[row])

    def read_one(self, row: int) -> NDArray[np.uint8]:
        """Read one picture ``(H, W, 3)``.

        Raises
        ------
        FileError
            If it is missing or damaged.
        """
        return read_picture(self.file(row))

    def read(self, rows: ArrayLike) -> NDArray[np.uint8]:
        """Read pictures ``(n, H, W, 3)`` of these rows, in this order.

        Raises
        ------
        FileError
            If one is missing or damaged.
        DataError
            If they are not of one size.
        """
        wanted = np.asarray(rows, np.int64)
        with ThreadPoolExecutor(_N_THREADS) as pool:
            pictures = list(pool.map(self.read_one, wanted.tolist()))
        shapes = [picture.shape for picture in pictures]
        if len(set(shapes)) > 1:
            other = next(i for i, shape in enumerate(shapes) if shape != shapes[0])
            raise DataError(
                f"{self.file(wanted[0])} is {_size(shapes[0])} and {self.file(wanted[other])} is "
                f"{_size(shapes[other])}; give a size to bring all to, or choose pictures of one."
            )
        return np.stack(pictures) if pictures else np.empty((0, 0, 0, 3), np.uint8)

    def thumbnail(self, row: int) -> NDArray[np.uint8]:
        """Return a small picture ``(h, w, 3)``, from the disk's cache where it was made before.

        Raises
        ------
        FileError
            If the picture is missing or damaged.
        """
        return read_thumbnail(self.file(row))

    def known_geometry(self, row: int, shape: tuple[int, int]) -> PictureGeometry | None:
        """Return where the panels of a picture lie, None where nobody has said or found it yet.

        Parameters
        ----------
        row
            The picture.
        shape
            Its height and width.
        """
        said = self.layout.geometry(shape)
        places = self._places[row]
        if said is not None or np.isnan(places).any():
            return said
        return row_geometry(dict(zip(PANEL_COLUMNS, places, strict=True)))

    def geometry(self, row: int, shape: tuple[int, int] | None = None) -> PictureGeometry:
        """Return where the panels of a picture lie; they are looked for where nothing is known.

        What was found holds for all pictures of that size, until a person says otherwise.

        Parameters
        ----------
        row
            The picture.
        shape
            Its height and width, None to look into the file.

        Raises
        ------
        NoDividingLineError
            If no line between two panels is found for sure.
        """
        shape = shape or self.read_one(row).shape[:2]
        # Several threads read, and each would find a line of its own.
        with _LOOKING:
            return self.known_geometry(row, shape) or self._find_geometry(row, shape)

    def divide_at(self, line_px: int, row: int = 0) -> PictureGeometry:
        """Take a person's word for the dividing line, for all pictures of the size of this one.

        Parameters
        ----------
        line_px
            First row of pixels below the line.
        row
            The picture in which the line was drawn.

        Raises
        ------
        DataError
            If nothing is drawn above or below the line.
        """
        shape = self.read_one(row).shape[:2]
        return self._keep(place_panels(self._read_alike(row, shape), line_px), shape)

    def save_layout(self) -> None:
        """Keep names and panels beside the pictures, so that nobody is asked again.

        Raises
        ------
        FileError
            If the folder cannot be written to.
        """
        self.layout = PictureLayout(names=self.names, geometries=self.layout.geometries)
        self.layout.save(layout_path(self.path))

    def _find_geometry(self, row: int, shape: tuple[int, int]) -> PictureGeometry:
        line = find_dividing_line(self._read_alike(row, shape))
        if line.panels is None or not line.is_sure:
            raise NoDividingLineError(
                f"No dividing line was found in {self.file(row).name}; say at which row chromatin "
                "ends and methylation begins (Inspect gene pictures, or --divide-at), or check "
                "that it is a plot of two tracks.",
                row,
            )
        return self._keep(line.panels, shape)

    def _keep(self, panels: Panels, shape: tuple[int, int]) -> PictureGeometry:
        geometry = PictureGeometry(
            width_px=shape[1],
            height_px=shape[0],
            left=panels.left,
            right=panels.right,
            chromatin=panels.chromatin,
            methylation=panels.methylation,
        )
        self.layout = self.layout.with_geometry(geometry)
        return geometry

    def _read_alike(self, row: int, shape: tuple[int, int]) -> NDArray[np.uint8]:
        """Read a picture and some others of its size, spread over the set."""
        spread = np.linspace(0, len(self) - 1, _N_LOOKED_AT).astype(np.int64).tolist()
        pictures = [self.read_one(row)]
        for other in dict.fromkeys(spread):
            # One that is damaged is said when it is asked for itself.
            with contextlib.suppress(SeewhyError):
                pictures.append(self.read_one(other))
        return np.stack([picture for picture in pictures if picture.shape[:2] == tuple(shape)])


def _size(shape: tuple[int, ...]) -> str:
    return f"{shape[1]} x {shape[0]} px"
