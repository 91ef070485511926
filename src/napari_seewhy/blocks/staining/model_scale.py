"""Fields of another pixel size than that of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from napari_seewhy.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.images import Pixels
    from napari_seewhy.staining import StainCard

TOLERANCE = 0.05
"""How much the pixel sizes may differ before cells look larger or smaller to a network."""

_MOST_ZOOM = 8.0
_MOST_PX = 2**26

T = TypeVar("T", bound=np.generic)


def find_zoom(card: StainCard, pixel_size_um: float | None, name: str, *, rescale: bool) -> float:
    """Return by how much a field must be enlarged to have the pixel size of a model.

    Returns
    -------
    float
        1 where it fits, or where the size of either is not known.

    Raises
    ------
    DataError
        If it does not fit and is not to be rescaled, or is too far off for that.
    """
    if not card.pixel_size_um or not pixel_size_um:
        return 1.0
    zoom = pixel_size_um / card.pixel_size_um
    if abs(zoom - 1) <= TOLERANCE:
        return 1.0
    differ = (
        f"{name}: its pixels measure {pixel_size_um:.4g} µm and those of the model "
        f"{card.pixel_size_um:.4g} µm"
    )
    if not 1 / _MOST_ZOOM <= zoom <= _MOST_ZOOM:
        raise DataError(f"{differ}, which is too far apart; take a model of your magnification.")
    if not rescale:
        raise DataError(
            f"{differ}; have the field rescaled, or take a model of your magnification."
        )
    return zoom


def rescale_phase(phase: Pixels, zoom: float, name: str) -> NDArray[np.float32]:
    """Bring phase contrast ``(C, Y, X)`` to the pixel size of a model.

    Raises
    ------
    DataError
        If the rescaled field would not fit into memory.
    """
    from skimage.transform import rescale

    if phase.size * max(1.0, zoom) ** 2 > _MOST_PX:
        raise DataError(
            f"{name} is too large to be rescaled; rescale it piece by piece with another program, "
            "or cut it."
        )
    planes = [_resize(np.asarray(plane, np.float32), zoom, rescale) for plane in phase]
    return np.stack(planes)


def sample_nearest(pixels: NDArray[T], shape_yx: tuple[int, int]) -> NDArray[T]:
    """Bring a map to another number of pixels, each of which takes the value at its middle.

    Parameters
    ----------
    pixels
        ``(..., Y, X)``, such as a mask or a marker.
    shape_yx
        Height and width wanted.

    Examples
    --------
    >>> sample_nearest(np.arange(16).reshape(4, 4), (2, 2)).tolist()
    [[5, 7], [13, 15]]
    """
    if pixels.shape[-2:] == shape_yx:
        return pixels
    rows, columns = (
        ((np.arange(wanted) + 0.5) * edge / wanted).astype(np.intp)
        for wanted, edge in zip(shape_yx, pixels.shape[-2:], strict=True)
    )
    sampled: NDArray[T] = pixels[..., rows[:, None], columns]
    return sampled


def _resize(plane: NDArray[np.float32], zoom: float, rescale: Any) -> NDArray[np.float32]:
    smaller: NDArray[np.float32] = rescale(
        plane, zoom, order=1, anti_aliasing=zoom < 1, preserve_range=True
    )
    return smaller.astype(np.float32)
