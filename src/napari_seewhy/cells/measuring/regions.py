"""Regions: the nucleus, the whole cell and the ring of every object, strip by strip of an image."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.cells.labels import Runs, find_runs
from napari_seewhy.cells.measuring.intensities import RegionPixels
from napari_seewhy.cells.measuring.shapes import measure_boxes
from napari_seewhy.images import release

if TYPE_CHECKING:
    from numpy.typing import NDArray

STRIP_PIXELS = 2**23
"""How many pixels of a frame are measured at once: what bounds the memory."""


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """Some whole objects and the rows of the image that they, and their rings, lie in.

    Attributes
    ----------
    rows
        Rows of the image; those of neighbouring strips overlap where objects cross.
    numbers
        Labels of its objects, increasing; None for all that there are in its rows.
    """

    rows: slice
    numbers: NDArray[np.int64] | None


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """One region of the objects of a strip.

    Attributes
    ----------
    suffix
        What its columns end in: "" for what was segmented, "_cell" or "_ring".
    labels
        Shape ``(Y, X)`` of the strip's rows; may hold objects that are not of the strip.
    pixels
        Where the objects of the strip lie, in those rows.
    """

    suffix: str
    labels: NDArray[Any]
    pixels: RegionPixels

    @property
    def runs(self) -> Runs:
        """The objects of the strip."""
        return self.pixels.runs


def cut_strips(
    labels: NDArray[Any],
    cell_labels: NDArray[Any] | None = None,
    *,
    margin_px: int = 0,
) -> list[Strip]:
    """Share the objects of a frame out among strips, so that each is whole in its strip.

    Parameters
    ----------
    labels, cell_labels
        Objects, and the whole cells of the same numbers, shape ``(Y, X)``.
    margin_px
        Rows to add above and below the objects.

    Returns
    -------
    list of Strip
        At least one, of about `STRIP_PIXELS` pixels, or more where an object is higher than that;
        every label is in exactly one.
    """
    height, width = labels.shape
    n_rows = max(1, STRIP_PIXELS // width)
    if height <= n_rows:
        return [Strip(slice(0, height), None)]
    numbers, first, end = _find_row_extents(labels, n_rows)
    if cell_labels is not None:
        cells = _find_row_extents(cell_labels, n_rows)
        _, mine, theirs = np.intersect1d(numbers, cells[0], True, return_indices=True)
        first[mine] = np.minimum(first[mine], cells[1][theirs])
        end[mine] = np.maximum(end[mine], cells[2][theirs])
    strips = []
    for strip in np.unique(first // n_rows):
        is_in = first // n_rows == strip
        top, bottom = int(first[is_in].min()), int(end[is_in].max())
        rows = slice(max(0, top - margin_px), min(height, bottom + margin_px))
        strips.append(Strip(rows, numbers[is_in]))
    return strips or [Strip(slice(0, 1), numbers)]


def _find_row_extents(
    labels: NDArray[Any], n_rows: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Find all labels, the first row of each and the row after its last."""
    found, first, end = [], [], []
    for top in range(0, labels.shape[0], n_rows):
        runs = find_runs(labels[top : top + n_rows])
        box = measure_boxes(runs)
        found.append(runs.numbers)
        first.append(box["y_min"] + top)
        end.append(box["y_max"] + top)
        release(labels)
    numbers, place = np.unique(np.concatenate(found), return_inverse=True)
    firsts = np.full(numbers.size, labels.shape[0])
    ends = np.zeros(numbers.size, np.int64)
    np.minimum.at(firsts, place, np.concatenate(first))
    np.maximum.at(ends, place, np.concatenate(end))
    return numbers, firsts, ends


def find_regions(
    strip: Strip,
    labels: NDArray[Any],
    cell_labels: NDArray[Any] | None = None,
    ring_width_px: float | None = None,
) -> list[Region]:
    """Find the pixels of the nucleus, the cell and the ring of every object of a strip.

    Parameters
    ----------
    strip
        Which objects.
    labels, cell_labels
        The whole frame, shape ``(Y, X)``.
    ring_width_px
        How far a ring reaches from its nucleus, None for no ring.

    Returns
    -------
    list of Region
        What was segmented first, then cell and ring where they are wanted, all with the same
        objects in the same order.
    """
    width = labels.shape[1]
    nuclei = labels[strip.rows]
    runs = find_runs(nuclei, strip.numbers)
    found = [("", nuclei)]
    if cell_labels is not None:
        found.append(("_cell", cell_labels[strip.rows]))
    if ring_width_px is not None:
        found.append(("_ring", draw_rings(labels, cell_labels, ring_width_px, strip.rows)))
    return [
        Region(
            suffix,
            of_region,
            RegionPixels.from_runs(
                runs if suffix == "" else find_runs(of_region, runs.numbers), width
            ),
        )
        for suffix, of_region in found
    ]


def draw_rings(
    labels: NDArray[Any],
    cell_labels: NDArray[Any] | None,
    width_px: float,
    rows: slice = slice(None),
) -> NDArray[Any]:
    """Draw the ring of every nucleus as a label image.

    A ring is made of the pixels outside all nuclei that lie no farther than `width_px` from the
    centre of a pixel of its nucleus, nearer to it than to any other, and, where cells are given, in
    its own cell.

    Parameters
    ----------
    labels, cell_labels
        Nuclei, and whole cells of the same numbers, shape ``(Y, X)``.
    width_px
        Width of the ring.
    rows
        Rows to draw; the result is that of the whole image.

    Returns
    -------
    Labels of the rings in these rows
    """
    from skimage.segmentation import expand_labels

    top, bottom, _ = rows.indices(labels.shape[0])
    reach = math.ceil(width_px)
    start = max(0, top - reach)
    near = labels[start : bottom + reach]
    inner = slice(top - start, bottom - start)
    rings: NDArray[Any] = expand_labels(near, width_px)[inner]
    rings[near[inner] > 0] = 0
    if cell_labels is not None:
        rings[rings != cell_labels[top:bottom]] = 0
    return rings
