"""Pictures to learn from: an image and its labels, as the network sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from scipy import ndimage

from napari_seewhy.nuclei.maps import NOMINAL_PX
from napari_seewhy.nuclei.scale import choose_zoom, find_levels, resize, scale_intensity

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """An image and its labels, at the zoom at which the network learns from it.

    Attributes
    ----------
    pixels
        ``(H, W)`` float32, scaled intensities.
    labels
        ``(H, W)`` int32, 1 to n.
    depth
        ``(H, W)`` float32, see `Maps.depth`.
    centres
        ``(n + 1, 2)`` float32, y and x of every nucleus by its number.
    diameters
        ``(n + 1,)`` float32 in pixels.
    usual_px
        Diameter of the usual nucleus in pixels.
    """

    pixels: torch.Tensor
    labels: torch.Tensor
    depth: torch.Tensor
    centres: torch.Tensor
    diameters: torch.Tensor
    usual_px: float


def median_diameter(labels: NDArray[np.integer]) -> float:
    """Median diameter of circles as large as the objects; the nominal one where there is none."""
    areas = np.bincount(labels.ravel())[1:]
    areas = areas[areas > 0]
    return float(np.median(2 * np.sqrt(areas / np.pi))) if len(areas) else NOMINAL_PX


def make_picture(
    pixels: NDArray[np.generic], labels: NDArray[np.integer], bounds_px: tuple[float, float]
) -> Picture:
    """Prepare an image ``(Y, X)`` and its labels for learning.

    Parameters
    ----------
    pixels, labels
        What was measured, and which nucleus each pixel belongs to; 0 = background.
    bounds_px
        Diameters between which a usual nucleus is left as it is.
    """
    usual_px = median_diameter(labels)
    zoom = choose_zoom(usual_px, bounds_px)
    shape = (max(1, round(pixels.shape[0] * zoom)), max(1, round(pixels.shape[1] * zoom)))
    scaled = torch.from_numpy(scale_intensity(pixels, find_levels(pixels)))
    small = resize(scaled[None], shape)[0]
    resized = _resize_labels(labels, shape)
    _, numbers = np.unique(resized, return_inverse=True)
    numbers = numbers.reshape(shape).astype(np.int32)
    if (resized != 0).all():
        numbers += 1
    centres, diameters = _measure(numbers)
    return Picture(
        small,
        torch.from_numpy(numbers),
        torch.from_numpy(_find_depth(numbers)),
        torch.from_numpy(centres),
        torch.from_numpy(diameters),
        usual_px * zoom,
    )


def _resize_labels(labels: NDArray[np.integer], shape: tuple[int, int]) -> NDArray[np.integer]:
    """Take the label at the middle of every new pixel."""
    y = ((np.arange(shape[0]) + 0.5) * labels.shape[0] / shape[0]).astype(int)
    x = ((np.arange(shape[1]) + 0.5) * labels.shape[1] / shape[1]).astype(int)
    resized: NDArray[np.integer] = labels[y[:, None], x]
    return resized


def _measure(numbers: NDArray[np.int32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    n = int(numbers.max(initial=0)) + 1
    areas = np.bincount(numbers.ravel(), minlength=n)
    y, x = np.indices(numbers.shape)
    sums = [np.bincount(numbers.ravel(), axis.ravel(), minlength=n) for axis in (y, x)]
    centres = np.stack(sums, 1) / np.maximum(areas, 1)[:, None]
    return centres.astype(np.float32), (2 * np.sqrt(areas / np.pi)).astype(np.float32)


def _find_depth(numbers: NDArray[np.int32]) -> NDArray[np.float32]:
    """Distance to the rim over the greatest distance in the same object."""
    around = np.pad(numbers, 1, mode="edge")
    is_inner = numbers > 0
    for y, x in ((0, 1), (2, 1), (1, 0), (1, 2)):
        is_inner &= around[y : y + numbers.shape[0], x : x + numbers.shape[1]] == numbers
    distance = ndimage.distance_transform_edt(is_inner).astype(np.float32) + (numbers > 0)
    deepest = np.ones(int(numbers.max(initial=0)) + 1, np.float32)
    np.maximum.at(deepest, numbers.ravel(), distance.ravel())
    depth: NDArray[np.float32] = (distance / deepest[numbers]).astype(np.float32)
    return depth
