"""The 432 nuclei images of the 2018 Data Science Bowl, and the methods they are compared with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import tifffile
from scipy import ndimage
from skimage.feature import peak_local_max
from skimage.filters import gaussian, threshold_otsu
from skimage.measure import block_reduce, label, regionprops
from skimage.morphology import h_maxima, opening, remove_small_holes, remove_small_objects
from skimage.segmentation import relabel_sequential, watershed
from skimage.transform import resize

from napari_seewhy.cells import SegmentOptions, segment
from napari_seewhy.images import CellImage
from napari_seewhy.nuclei.learning.pairs import hold_out

if TYPE_CHECKING:
    from numpy.typing import NDArray

OTSU = SegmentOptions(method="otsu")
BF16 = SegmentOptions(precision="bf16")
NUCLEI = Path(__file__).parents[2] / "shared" / "data" / "nuclei"


HOLD_OUT = 5
"""Every so-manieth image, counted from the second, was never seen by the network that ships."""


class NucleiImage(NamedTuple):
    """One image of the set: its name, its pixels ``(Y, X)``, its true labels."""

    name: str
    pixels: NDArray[np.uint8]
    truth: NDArray[np.int32]


def read_nuclei(every: int = 1, *, held_out: bool = False) -> list[NucleiImage]:
    """Read every n-th image in the order of their names, of all or of those held out."""
    paths = sorted((NUCLEI / "images").glob("*.tif"))
    if held_out:
        paths = hold_out(paths, HOLD_OUT)[1]
    return [
        NucleiImage(
            path.stem,
            tifffile.imread(path),
            tifffile.imread(NUCLEI / "labels" / path.name).astype(np.int32),
        )
        for path in paths[::every]
    ]


def by_network(pixels: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Segment with the options as they come: by the network."""
    return segment(CellImage(pixels[None], "CYX", ("DNA",))).nuclei


def by_network_bf16(pixels: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Segment by the network with products in bfloat16."""
    return segment(CellImage(pixels[None], "CYX", ("DNA",)), BF16).nuclei


def by_threshold(pixels: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Segment by the method otsu."""
    return segment(CellImage(pixels[None], "CYX", ("DNA",)), OTSU).nuclei


def plain_watershed(pixels: NDArray[np.uint8], min_distance: int = 1) -> NDArray[np.int32]:
    """Gaussian, Otsu, watershed on the distance: the example of scikit-image's gallery."""
    smooth = gaussian(pixels, 1)
    mask = smooth > threshold_otsu(smooth)
    distance = ndimage.distance_transform_edt(mask)
    return _flood(distance, mask, min_distance)


def tuned_watershed(pixels: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Do the same with specks removed, distances blurred and summits at least 5 px apart."""
    smooth = gaussian(pixels, 1)
    mask = remove_small_objects(smooth > threshold_otsu(smooth), max_size=20)
    distance = gaussian(ndimage.distance_transform_edt(mask), 1)
    return _flood(distance, mask, 5)


def _flood(
    distance: NDArray[np.floating], mask: NDArray[np.bool_], min_distance: int
) -> NDArray[np.int32]:
    seeds = np.zeros(mask.shape, np.int32)
    peaks = peak_local_max(distance, min_distance=min_distance, labels=label(mask))
    seeds[tuple(peaks.T)] = np.arange(1, len(peaks) + 1)
    return watershed(-distance, seeds, mask=mask)


def same_steps(pixels: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Do what the method `otsu` does, step by step on the whole image, with scikit-image."""
    smooth = gaussian(pixels.astype(np.float32), 0.7, truncate=3)
    square = 4 * round(np.clip(min(smooth.shape) // 16, 32, 128) / 4)
    grid = block_reduce(block_reduce(smooth, 4, np.mean), square // 4, np.min)
    smooth = smooth - resize(gaussian(opening(grid, np.ones((3, 3)))), smooth.shape, order=1)
    threshold = threshold_otsu(smooth)
    background = np.median(smooth[smooth <= threshold])
    contrast = smooth - background
    bright = smooth > threshold
    n_edges = (bright[1:] != bright[:-1]).sum() + (bright[:, 1:] != bright[:, :-1]).sum()
    diameter = max(16 / np.pi * bright.sum() / max(n_edges, 1), 4)
    around = ndimage.uniform_filter(contrast, 2 * round(0.75 * diameter) + 1)
    mask = (contrast > 0.5 * (threshold - background)) & (contrast > 0.9 * around)
    usual_area = np.pi / 4 * diameter**2
    mask = remove_small_holes(mask, max_size=0.25 * usual_area)
    depth = gaussian(ndimage.distance_transform_edt(mask), max(0.5, 0.06 * diameter))
    light = gaussian(contrast, 0.1 * diameter)
    relief = np.log(depth + 0.1 * diameter) + 0.5 * np.log(np.maximum(light, 1e-3))
    seeds = label(h_maxima(np.where(mask, relief, relief.min() - 1), 0.035))
    nuclei = watershed(-relief, seeds, mask=mask)
    tight = np.zeros_like(nuclei)
    for region in regionprops(nuclei, intensity_image=contrast):
        heights, bound = region.image_intensity, -np.inf
        for _ in range(3):
            bound = 0.5 * heights[region.image & (heights >= bound)].mean()
        pieces = label(region.image & (heights >= bound), connectivity=1)
        largest = pieces == np.argmax(np.bincount(pieces.ravel())[1:]) + 1
        tight[region.slice][ndimage.binary_fill_holes(largest) & region.image] = region.label
    tight[np.bincount(tight.ravel())[tight] < 0.1 * usual_area] = 0
    return relabel_sequential(tight)[0]
