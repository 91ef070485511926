"""Cutting: every connected object is cut and tightened by itself, group by group of neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.cells.labels import count_pixels, cut_strips
from napari_seewhy.cells.planes.clumps import look_single, split_clump
from napari_seewhy.cells.planes.neighbourhoods import find_boxes, group_by_tile, window_about
from napari_seewhy.cells.planes.tighten import tighten
from napari_seewhy.progress import Step, Task

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.cells.planes.smooth_plane import SmoothPlane

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
