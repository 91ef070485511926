"""What a network sees of a picture: the whole of it, a half, or both halves as channels."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.errors import DataError, SeewhyError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from napari_seewhy.epigenome.pictures import PictureGeometry, PictureSet
    from napari_seewhy.epigenome.sampling.options import InputKind, PictureInput

COLORS = ("red", "green", "blue")

_N_THREADS = 4


def input_channels(kind: InputKind) -> tuple[str, ...]:
    """Name the channels of an input that is made of pixels.

    Examples
    --------
    >>> input_channels("whole")
    ('red', 'green', 'blue')
    >>> input_channels("halves")[2:4]
    ('chromatin blue', 'methylation red')
    """
    if kind == "halves":
        return tuple(f"{half} {color}" for half in ("chromatin", "methylation") for color in COLORS)
    return COLORS


def read_inputs(pictures: PictureSet, rows: ArrayLike, chosen: PictureInput) -> NDArray[np.uint8]:
    """Read what a network sees of these pictures.

    Parameters
    ----------
    pictures
        The pictures.
    rows
        ``(n,)`` row numbers.
    chosen
        Which input but "tracks", and its size.

    Returns
    -------
    ndarray, shape ``(n, C, H, W)``
        Margins, axes and text are cut away; channels as `input_channels` names them.

    Raises
    ------
    FileError
        If a picture is missing or damaged.
    DataError
        If no dividing line is found, or the inputs are not of one size.
    """
    wanted = np.asarray(rows, np.int64).tolist()
    inputs = []
    for one in read_each(pictures, wanted, chosen):
        if isinstance(one, SeewhyError):
            raise one
        inputs.append(one)
    shapes = [one.shape for one in inputs]
    if len(set(shapes)) > 1:
        other = next(i for i, shape in enumerate(shapes) if shape != shapes[0])
        raise DataError(
            f"{pictures.file(wanted[0])} gives an input of {_size(shapes[0])} and "
            f"{pictures.file(wanted[other])} one of {_size(shapes[other])}; give width and height "
            "to bring all to, or choose pictures of one size."
        )
    return np.stack(inputs)


def read_each(
    pictures: PictureSet, rows: Sequence[int], chosen: PictureInput
) -> list[NDArray[np.uint8] | SeewhyError]:
    """Read as `read_inputs` does, ``(C, H, W)`` each; of any size, an error for what is unreadable.

    Several threads read, since a slow disk is waited for by several at once.
    """
    with ThreadPoolExecutor(_N_THREADS) as pool:
        return list(pool.map(partial(_try_one, pictures, chosen=chosen), rows))


def cut_input(
    picture: NDArray[np.uint8], geometry: PictureGeometry, chosen: PictureInput
) -> NDArray[np.uint8]:
    """Cut what a network sees out of one picture.

    Parameters
    ----------
    picture
        ``(H, W, 3)``.
    geometry
        Where its panels lie.
    chosen
        Which input but "tracks", and its size.

    Returns
    -------
    ndarray, shape ``(C, H, W)``
    """
    kind = chosen.input
    chromatin, methylation = picture[geometry.chromatin_half], picture[geometry.methylation_half]
    if kind == "halves":
        height = chosen.height_px or len(chromatin)
        halves = [_resize(half, chosen.width_px, height) for half in (chromatin, methylation)]
        return np.concatenate([half.transpose(2, 0, 1) for half in halves])
    whole = picture[geometry.chromatin[0] : geometry.methylation[1], geometry.columns]
    cut = {"chromatin": chromatin, "methylation": methylation, "whole": whole}[kind]
    return _resize(cut, chosen.width_px, chosen.height_px).transpose(2, 0, 1)


def _try_one(
    pictures: PictureSet, row: int, chosen: PictureInput
) -> NDArray[np.uint8] | SeewhyError:
    try:
        picture = pictures.read_one(row)
        return cut_input(picture, pictures.geometry(row, picture.shape[:2]), chosen)
    except SeewhyError as error:
        return error


def _resize(
    pixels: NDArray[np.uint8], width_px: int | None, height_px: int | None
) -> NDArray[np.uint8]:
    """Bring pixels ``(H, W, 3)`` to a size; each new pixel is the mean of what it covers."""
    from PIL import Image

    height, width = pixels.shape[:2]
    wanted = (width_px or width, height_px or height)
    if wanted == (width, height):
        return pixels
    image = Image.fromarray(np.ascontiguousarray(pixels))
    return np.asarray(image.resize(wanted, Image.Resampling.BOX))


def _size(shape: tuple[int, ...]) -> str:
    return f"{shape[2]} x {shape[1]} px"
