"""`write_image`: an image as OME-TIFF, with its channel names and pixel size."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from napari_seewhy.images.ome_tiff import physical_size, write_ome_tiff

if TYPE_CHECKING:
    from napari_seewhy.images.image import CellImage


def write_image(path: str | Path, image: CellImage) -> None:
    """Write an image as a compressed OME-TIFF, whole or not at all.

    An image that is still in its file is copied piece by piece.

    Parameters
    ----------
    path
        Where to; should end in ``.ome.tif``.
    image
        Its axes, channel names, pixel size and scene name are kept.

    Raises
    ------
    FileError
        If the file cannot be written.
    DataError
        If OME-TIFF has no such type of pixels (float16, 64-bit whole numbers).
    """
    metadata = {
        "axes": image.axes,
        "Channel": {"Name": list(image.channels)},
        **physical_size(image.pixel_size_um, image.z_step_um),
    }
    if image.scene:
        metadata["Name"] = image.scene
    write_ome_tiff(Path(path), image.pixels, metadata)
