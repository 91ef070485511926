"""`read_image`: one way into every file format."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from napari_seewhy.batch import gather_warnings
from napari_seewhy.errors import FileError
from napari_seewhy.files import name_content
from napari_seewhy.images import ome_zarr, picture, tiff, vendor
from napari_seewhy.images.declared import NOTHING_DECLARED
from napari_seewhy.images.quiet import check_file
from napari_seewhy.inputs import is_zarr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_seewhy.images.declared import Declared
    from napari_seewhy.images.image import CellImage

LARGE_BYTES = 2**29
"""Images of more than 512 MiB stay in their file unless they are asked for."""


class FileFormat(Protocol):
    """What a module must have to read a file format."""

    def scene_names(self, path: Path) -> list[str]:
        """Name the scenes, [""] where there is one."""

    def read_scene(self, path: Path, scene: int | str, lazy: bool | None, large: int) -> CellImage:
        """Read one scene."""


_FORMATS: dict[str, FileFormat] = {
    **dict.fromkeys((".tif", ".tiff"), tiff),
    **dict.fromkeys((".png", ".jpg", ".jpeg"), picture),
    **dict.fromkeys((".nd2", ".czi", ".lif"), vendor),
}

_PICTURES: dict[str, FileFormat] = {
    "a TIFF file": tiff,
    "a PNG picture": picture,
    "a JPEG picture": picture,
}


def list_scenes(path: str | Path) -> list[str]:
    """Name the scenes of a file: the positions or images it holds, in their order.

    Returns
    -------
    list of str
        All different; ``[""]`` where there is only one.

    Raises
    ------
    FileError
        If the file cannot be read.
    MissingPackageError
        If its format needs the extra `formats`.
    """
    path = Path(path)
    return _find_format(path).scene_names(path)


def read_image(
    path: str | Path,
    *,
    scene: int | str = 0,
    channels: Sequence[str | int] | None = None,
    lazy: bool | None = None,
    declared: Declared = NOTHING_DECLARED,
) -> CellImage:
    """Read an image from a microscope's file, with its axes, channel names and pixel size.

    No intensity is changed: the pixels have the file's own type, but for true/false, which comes
    as 1/0. Colour pictures have the channels Red, Green and Blue; transparency is dropped. A pixel
    that is not square is warned of and gets the geometric mean of its edges.

    Parameters
    ----------
    path
        A TIFF (also OME-TIFF and ImageJ's), PNG or JPEG file, ND2, CZI or LIF, or the folder of an
        OME-Zarr image, well or plate.
    scene
        Name or number (from 0) of the scene, where the file has several.
    channels
        Names or numbers of the channels to keep, in this order; None keeps all.
    lazy
        True leaves the pixels in the file, to be read piece by piece (dask); False reads them
        now; None leaves those of more than 512 MiB. PNG and JPEG always come whole.
    declared
        What a person says of the image: what the pictures of a stack are, where the file does not
        say so, and which pixels were not measured.

    Raises
    ------
    FileError
        If the file is missing, of an unknown kind, damaged or cut short.
    OptionError
        If there is no such scene or channel; the message lists those there are.
    DataError
        If the axes are not those of a picture, or the mask of what was not measured does not fit.
    MissingPackageError
        If the format needs the extra `formats`; the message holds the command that installs it.
    """
    path = Path(path)
    with gather_warnings(pass_on=True) as assumed:
        image = _find_format(path).read_scene(path, scene, lazy, LARGE_BYTES)
        measured = declared.find_measured(path, image.shape_yx)
    if measured is not None and image.measured is not None:
        measured &= image.measured
    image = replace(
        image,
        assumed=tuple(assumed),
        measured=image.measured if measured is None else measured,
    ).settle_slices(declared.slices)
    return image if channels is None else image.select(channels)


def _find_format(path: Path) -> FileFormat:
    if is_zarr(path):
        return ome_zarr
    check_file(path)
    suffix = path.suffix.lower()
    if suffix in _FORMATS:
        # A picture that bears the ending of another kind is read as what it is.
        return _PICTURES.get(name_content(path), _FORMATS[suffix])
    wanted = ", ".join(sorted(_FORMATS))
    raise FileError(f"{path} is of an unknown kind; wanted a file ending in one of {wanted}.")
