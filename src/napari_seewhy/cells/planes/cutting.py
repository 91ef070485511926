"""Cutting: every connected object is cut and tightened by itself, group by group of neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy

from napari_seewhy.cells.labels import count_pixels
from napari_seewhy.cells.planes.clumps import look_single, split_clump
from napari_seewhy.cells.planes.neighbourhoods import find_boxes, group_by_tile, window_about
from napari_seewhy.images import cut_strips
from napari_seewhy.progress import Step, Task

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.cells.planes.smooth_plane import SmoothPlane


_CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], bool)
_HALF = 0.5
_N_ROUNDS = 3


def tighten(labels: NDArray[np.int32], contrast: NDArray[np.float32]) -> NDArray[np.int32]:
    """Draw every object in to half of its own height above the background.

    One threshold for a whole image is too low for its bright nuclei, which get a rim of blur, and
    too high for the dim ones. A sharp edge that is blurred by a microscope stands where the
    intensity has fallen to half.

    Parameters
    ----------
    labels
        ``(Y, X)`` int32, objects that are somewhat too large.
    contrast
        ``(Y, X)``, intensity above the background.

    Returns
    -------
    Labels ``(Y, X)`` int32
        Every object in one piece and without holes where it had none before; what happens to one
        object does not depend on any other.
    """
    kept = _largest_pieces(_above_half(labels, contrast))
    return _fill_new_holes(labels, kept)


def _above_half(labels: NDArray[np.int32], contrast: NDArray[np.float32]) -> NDArray[np.int32]:
    at = np.flatnonzero(labels)
    numbers = labels.ravel()[at]
    heights = contrast.ravel()[at]
    n_numbers = int(numbers.max(initial=0)) + 1
    bounds = np.full(n_numbers, -np.inf)
    for _ in range(_N_ROUNDS):
        is_above = heights >= bounds[numbers]
        above = numbers[is_above]
        n_above = np.maximum(np.bincount(above, minlength=n_numbers), 1)
        bounds = _HALF * np.bincount(above, heights[is_above], n_numbers) / n_above
    result = np.zeros_like(labels)
    result.ravel()[at] = np.where(heights >= bounds[numbers], numbers, 0)
    return result


def _largest_pieces(labels: NDArray[np.int32]) -> NDArray[np.int32]:
    """Keep of every object its largest 4-connected piece, of equal ones the last."""
    from skimage.measure import label

    pieces, n_pieces = label(labels, connectivity=1, return_num=True)
    areas = np.bincount(pieces.ravel(), minlength=n_pieces + 1)
    owners = np.zeros(n_pieces + 1, np.intp)
    owners[pieces] = labels
    by_area = np.argsort(areas, kind="stable")
    largest = np.zeros(int(labels.max(initial=0)) + 1, np.intp)
    # Of several pieces assigned to one owner the last one stays, which is the largest.
    largest[owners[by_area]] = by_area
    is_kept = np.zeros(n_pieces + 1, bool)
    is_kept[largest] = True
    is_kept[0] = False
    kept: NDArray[np.int32] = np.where(is_kept[pieces], labels, 0)
    return kept


def _fill_new_holes(before: NDArray[np.int32], after: NDArray[np.int32]) -> NDArray[np.int32]:
    """Give back what was taken away in the middle of an object."""
    lost, n_lost = scipy.ndimage.label((before != 0) & (after == 0))
    is_hole = np.ones(n_lost + 1, bool)
    is_hole[0] = False
    is_outside = scipy.ndimage.binary_dilation(before == 0, border_value=1)
    is_hole[lost[is_outside]] = False
    if not is_hole.any():
        return after
    holes = np.where(is_hole[lost], lost, 0)
    owners = np.zeros(n_lost + 1, np.int32)
    # A hole between two nuclei goes to the one with the larger number.
    np.maximum.at(owners, holes, scipy.ndimage.maximum_filter(after, footprint=_CROSS))
    filled: NDArray[np.int32] = np.where(holes > 0, owners[holes], after)
    return filled


_LARGEST_BOX_PX = 2**24


@dataclass(frozen=True, slots=True)
class Cutter:
    """Cuts objects into nuclei.

    Objects do not touch, and what becomes of one depends on its own pixels alone. So they may be
    taken in groups of any size, and the labels do not depend on the groups.

    Attributes
    ----------
    background
        Intensity of the background.
    diameter_px, splitting
        See `split_clump`.
    """

    background: float
    diameter_px: float
    splitting: float

    def cut_steps(
        self, objects: NDArray[np.int32], plane: SmoothPlane, tile_px: int
    ) -> Task[tuple[str, ...]]:
        """Cut all objects, in place, those that begin in the same tile together.

        Parameters
        ----------
        objects
            ``(Y, X)`` int32, numbered 1 to n, no two touching; holds the nuclei afterwards.
        plane
            The intensities, of the same shape.
        tile_px
            Edge of a tile in pixels.

        Returns
        -------
        Sentences for the person
        """
        boxes = find_boxes(objects)
        box_areas = np.prod(boxes[:, :, 1] - boxes[:, :, 0], axis=1)
        areas = count_pixels(objects, len(boxes) + 1)[1:]
        is_single = look_single(areas, box_areas, self.diameter_px)
        is_huge = box_areas > _LARGEST_BOX_PX
        groups = group_by_tile(boxes, np.flatnonzero(~is_huge), tile_px)
        n_nuclei = 0
        for i, members in enumerate(groups):
            yield Step(len(groups) + i, 2 * len(groups), "Cutting clumps apart")
            window = window_about(boxes[members])
            contrast = plane.window(window) - np.float32(self.background)
            piece = objects[window]
            numbers = np.zeros(len(boxes) + 1, np.int32)
            numbers[members + 1] = np.arange(1, len(members) + 1)
            # What is done already is negative, so that its numbers are not taken for others.
            group = numbers[np.maximum(piece, 0)]
            to_cut = np.flatnonzero(~is_single[members])
            offset = np.array([[side.start] for side in window])
            nuclei, n_new = self._cut_group(group, contrast, to_cut, boxes[members] - offset)
            is_mine = group > 0
            piece[is_mine] = np.where(nuclei > 0, -nuclei - n_nuclei, 0)[is_mine]
            n_nuclei += n_new
        for strip in cut_strips(objects):
            # Objects too large to be touched are the only positive ones left.
            strip[:] = np.where(strip > 0, strip + n_nuclei, -strip)
        return _explain_huge(int(is_huge.sum()))

    def _cut_group(
        self,
        group: NDArray[np.int32],
        contrast: NDArray[np.float32],
        to_cut: NDArray[np.intp],
        boxes: NDArray[np.intp],
    ) -> tuple[NDArray[np.int32], int]:
        """Return the nuclei of one window, and how many numbers they take up."""
        cut = group.copy()
        n_nuclei = len(boxes)
        for member in to_cut:
            (top, bottom), (left, right) = boxes[member]
            box = (slice(top, bottom), slice(left, right))
            clump = group[box] == member + 1
            nuclei = split_clump(clump, contrast[box], self.diameter_px, self.splitting)
            n_found = int(nuclei.max())
            is_new = nuclei > 1
            cut[box][is_new] = nuclei[is_new] + (n_nuclei - 1)
            n_nuclei += n_found - 1
        return tighten(cut, contrast), n_nuclei


def _explain_huge(n_huge: int) -> tuple[str, ...]:
    if n_huge == 0:
        return ()
    return (
        f"{n_huge} of the objects are too large to be nuclei and were not cut; "
        "use the local threshold, or check the channel.",
    )
