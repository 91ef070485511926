"""Writing OME-TIFF tile by tile, so that pixels which are not in memory never have to be."""

from __future__ import annotations

import hashlib
import uuid
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import tifffile

from napari_seewhy.errors import DataError
from napari_seewhy.files import writing
from napari_seewhy.images.quiet import catching_logs
from napari_seewhy.images.tiles import cut_tiles

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from napari_seewhy.images.image import CellImage

TILE_PX = 512
"""Edge of a tile in the file; TIFF wants a multiple of 16."""

_BIG_BYTES = 2**32 - 2**25
"""Above this the offsets of a classic TIFF may not reach the end of the file."""

_NO_UUID = str(uuid.UUID(int=0))
"""Stands in a file until its content is known; the one of tifffile is drawn from the clock."""

_BAND_PX = 2 * TILE_PX
"""How many rows are taken at once: as many as there are in a block of pixels that are lazy."""


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


def write_ome_tiff(path: Path, pixels: Any, metadata: Mapping[str, Any], dtype: Any = None) -> None:
    """Write pixels as one tiled, deflated OME-TIFF, whole or not at all.

    The same pixels and metadata give the same bytes: the identifier of the file (UUID) follows
    from them.

    Parameters
    ----------
    path
        Where to; a file that stands there is replaced.
    pixels
        Anything with a shape that gives numpy arrays by index: numpy, dask, zarr, HDF5.
    metadata
        For tifffile: ``axes``, ``Name``, ``Channel``, ``PhysicalSizeX`` ...
    dtype
        Type in the file; None keeps that of the pixels.

    Raises
    ------
    FileError
        If it cannot be written.
    DataError
        If OME-TIFF has no such type.
    """
    dtype = np.dtype(dtype or pixels.dtype)
    if dtype.kind not in "iuf" or (dtype.kind in "iu" and dtype.itemsize > 4) or dtype == "f2":
        raise DataError(
            f"The pixels are of type {dtype}, which OME-TIFF does not have; convert them to whole "
            "numbers of 8, 16 or 32 bits, or to float32."
        )
    shape = tuple(int(length) for length in pixels.shape)
    content = hashlib.sha256(repr((shape, dtype.str, sorted(metadata.items()))).encode())
    with writing(path) as part, catching_logs("tifffile"):
        tifffile.imwrite(
            part,
            _feed(content, _cut(pixels, shape, dtype)),
            shape=shape,
            dtype=dtype,
            tile=_tile_shape(shape),
            compression="zlib",
            photometric="minisblack",
            bigtiff=prod(shape) * dtype.itemsize > _BIG_BYTES,
            ome=True,
            metadata=dict(metadata) | {"UUID": _NO_UUID},
        )
        # The identifier is known when all pixels are written; it is as long as the other.
        named = str(uuid.uuid5(uuid.UUID(_NO_UUID), content.hexdigest()))
        description = str(tifffile.tiffcomment(part)).replace(_NO_UUID, named, 1)
        tifffile.tiffcomment(part, description.encode())


def physical_size(pixel_size_um: float | None, z_step_um: float | None = None) -> dict[str, Any]:
    """Say the size of a pixel as OME does; nothing where it is not known."""
    sizes = {"X": pixel_size_um, "Y": pixel_size_um, "Z": z_step_um}
    known = {axis: size for axis, size in sizes.items() if size is not None}
    return {f"PhysicalSize{axis}": size for axis, size in known.items()} | {
        f"PhysicalSize{axis}Unit": "µm" for axis in known
    }


def _tile_shape(shape: tuple[int, ...]) -> tuple[int, int]:
    """Edges of a tile: TIFF wants multiples of 16, and a small picture needs no big tile."""
    height, width = (min(TILE_PX, -(-length // 16) * 16) for length in shape[-2:])
    return height, width


def _feed(content: hashlib._Hash, tiles: Iterator[NDArray[Any]]) -> Iterator[NDArray[Any]]:
    """Yield tiles, and add each to a hash."""
    for tile in tiles:
        content.update(np.ascontiguousarray(tile).data)
        yield tile


def _cut(pixels: Any, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Iterator[NDArray[Any]]:
    """Yield the tiles in the order of the file, reading a band of rows at a time."""
    height = shape[-2]
    for plane in np.ndindex(*shape[:-2]):
        for top in range(0, height, _BAND_PX):
            band = np.asarray(pixels[(*plane, slice(top, min(top + _BAND_PX, height)))])
            for tile in cut_tiles(band.shape, TILE_PX, 0):
                yield np.ascontiguousarray(band[tile.core], dtype)
