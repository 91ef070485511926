"""Segment: from an image to one number for each nucleus that is kept, and for the cell about it."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from napari_seewhy.cells.labels import find_largest
from napari_seewhy.cells.segmenting.network_segmenters import CellposeSegmenter, StardistSegmenter
from napari_seewhy.cells.segmenting.nuclei_segmenter import NucleiSegmenter
from napari_seewhy.cells.segmenting.options import SegmentOptions
from napari_seewhy.cells.segmenting.otsu import OtsuSegmenter
from napari_seewhy.cells.segmenting.segmenter import Segmentation
from napari_seewhy.cells.segmenting.whole_cells import WholeCells, count_frames, to_px
from napari_seewhy.errors import MissingPackageError, OptionError
from napari_seewhy.images import (
    cut_strips,
    explain_unmeasured,
    fill_unmeasured,
    find_measured,
)
from napari_seewhy.progress import Task, blocking

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from napari_seewhy.batch import Spread
    from napari_seewhy.cells.segmenting.segmenter import Segmenter
    from napari_seewhy.images import CellImage


SEGMENTERS: dict[str, Segmenter] = {
    "nuclei": NucleiSegmenter(),
    "otsu": OtsuSegmenter(),
    "cellpose": CellposeSegmenter(),
    "stardist": StardistSegmenter(),
}
"""Every method by the name that `SegmentOptions.method` calls it, usable or not."""

_DEFAULTS = SegmentOptions()
_N_NAMED = 5


def segment_steps(
    image: CellImage, options: SegmentOptions = _DEFAULTS, spread: Spread | None = None
) -> Task[Segmentation]:
    """Find the nuclei of an image, and grow cells about them where the options ask for it.

    Parameters
    ----------
    image
        Any axes: a stack is flattened by ``options.z_plane``, every time point is segmented by
        itself. Pixels that are read lazily are read by tiles and never as a whole.
    options
        What was chosen.
    spread
        Processes among which a plane that is read lazily is divided; the labels are the same.

    Returns
    -------
    Segmentation
        Labels numbered from the top left, row by row of the image. An image with nothing in it
        gives empty labels and a warning, not an error.

    Raises
    ------
    OptionError
        If there is no such channel, plane or method, the channel of a colour picture is not named,
        or a length is given in micrometres and the image has no pixel size.
    DataError
        If a pixel is NaN or infinite.
    MissingPackageError
        If the method needs a package that is not installed.
    """
    segmenter = _get_segmenter(options.method)
    channel = image.stain_index(options.channel)
    diameter_px = to_px(image, "diameter", options.diameter_um, options.diameter_px)
    whole_cells = WholeCells.from_options(image, options)
    found, sifted, told = [], [], []
    for t, frame in enumerate(image.frames()):
        plane = frame.flatten_z(options.z_plane).pixels[channel]
        measured = find_measured(plane, image.measured)
        method = segmenter
        if measured is not None:
            plane = fill_unmeasured(plane, measured)
        elif spread is not None and isinstance(segmenter, NucleiSegmenter):
            method = segmenter.over(spread)
        task = method.find_steps(plane, options, diameter_px)
        one = yield from count_frames(task, t, image.n_frames)
        if measured is not None:
            for strip, is_there in zip(cut_strips(one.labels), cut_strips(measured), strict=True):
                strip[~is_there] = 0
        found.append(one)
        is_empty = find_largest(one.labels) == 0
        sifted.append(
            sift_objects(
                one.labels,
                diameter_px or one.diameter_px,
                options.min_area_px,
                drop_border=options.drop_border,
            )
        )
        is_left = is_empty or len(sifted[-1].areas) > 0
        is_declared = image.measured is not None
        sentences = (*one.warnings, *explain_unmeasured(measured, is_declared=is_declared))
        told.append(sentences if is_left else (*sentences, _explain_sifted(options)))
    nuclei = [one.labels for one in found]
    usual = diameter_px or usual_diameter(np.concatenate([one.areas for one in sifted])) or math.nan
    cells = yield from whole_cells.grow_steps(image, nuclei, usual)
    warnings = list(_gather_warnings(told))
    if cells and whole_cells.is_idle(nuclei, cells):
        warnings.append(
            f"The channel {options.cell_channel} shows nothing beyond the nuclei, so the cells are "
            "no larger than they; choose the channel that fills the cell."
        )
    return Segmentation(
        nuclei=_stack(nuclei, image),
        cells=_stack(cells, image) if cells else None,
        diameter_px=usual,
        thresholds=tuple(one.threshold for one in found),
        confidence=tuple(
            one.confidence[kept.former]
            for one, kept in zip(found, sifted, strict=True)
            if one.confidence is not None
        ),
        device=found[0].device,
        warnings=tuple(warnings),
    )


segment = blocking(segment_steps)


def _explain_sifted(options: SegmentOptions) -> str:
    """Say why nothing is left of what was found."""
    if options.drop_border:
        return (
            "All that was found touches the edge of the image or is too small for a nucleus, so "
            "nothing is left; keep the border, or lower the smallest area."
        )
    return (
        "All that was found is too small for a nucleus, so nothing is left; lower the "
        "smallest area if these are nuclei."
    )


def _gather_warnings(frames: Sequence[Sequence[str]]) -> Iterator[str]:
    """Say each thing once; in a time series, say of which time points it holds.

    What differs in its figures alone is the same thing, and the first figures stand for all.
    """
    if len(frames) == 1:
        yield from frames[0]
        return
    told: dict[str, tuple[str, list[int]]] = {}
    for t, sentences in enumerate(frames):
        for text in sentences:
            told.setdefault(re.sub(r"\d[\d.,]*", "", text), (text, []))[1].append(t)
    for text, points in told.values():
        yield f"{_name_points(points, len(frames))}: {text}"


def _name_points(points: Sequence[int], n_frames: int) -> str:
    if len(points) == n_frames:
        return f"At all {n_frames} time points"
    more = f" and {len(points) - _N_NAMED} more" if len(points) > _N_NAMED else ""
    return f"At t = {', '.join(map(str, points[:_N_NAMED]))}{more}"


def _stack(frames: list[NDArray[np.int32]], image: CellImage) -> NDArray[np.int32]:
    return np.stack(frames) if "T" in image.axes else frames[0]


def _get_segmenter(name: str) -> Segmenter:
    """Return the method of this name, ready for use.

    Raises
    ------
    OptionError
        If there is no such method.
    MissingPackageError
        If its package is not installed; the message holds the command that installs it.
    """
    if name not in SEGMENTERS:
        raise OptionError(f"There is no method {name!r}; choose one of {', '.join(SEGMENTERS)}.")
    segmenter = SEGMENTERS[name]
    if segmenter.install_hint:
        raise MissingPackageError(
            f"The method {name} needs a package that is not installed; "
            f"install it with `{segmenter.install_hint}`, or use the method nuclei."
        )
    return segmenter


class Sifted(NamedTuple):
    """The objects that stayed, by their new numbers from 1 on.

    Attributes
    ----------
    areas
        ``(n,)`` int64, in pixels.
    former
        ``(n,)`` int64, the numbers they had before.
    """

    areas: NDArray[np.int64]
    former: NDArray[np.int64]


def sift_objects(
    labels: NDArray[np.int32],
    diameter_px: float | None,
    min_area_px: int | None,
    *,
    drop_border: bool = False,
) -> Sifted:
    """Drop objects that are too small or cut off, and number the rest by where they begin.

    Parameters
    ----------
    labels
        ``(Y, X)`` int32, changed in place: the objects that stay get the numbers 1 to n, in the
        order in which their first pixels come when the image is read line by line.
    diameter_px
        Diameter of a usual nucleus, None = `usual_diameter` of these objects.
    min_area_px
        Objects with fewer pixels are dropped, None = a tenth of a usual nucleus.
    drop_border
        Whether objects that touch the edge of the image are dropped.
    """
    areas, first = _areas_and_first_pixels(labels)
    if min_area_px is None:
        usual = diameter_px if diameter_px is not None else usual_diameter(areas[1:])
        min_area_px = int(np.pi * usual**2 / 40)
    is_kept = areas >= max(min_area_px, 1)
    is_kept[0] = False
    if drop_border:
        for edge in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
            is_kept[edge] = False
    kept = np.flatnonzero(is_kept)
    kept = kept[np.argsort(first[kept])]
    new_numbers = np.zeros(len(areas), np.int32)
    new_numbers[kept] = np.arange(1, len(kept) + 1, dtype=np.int32)
    for strip in cut_strips(labels):
        strip[:] = new_numbers[strip]
    return Sifted(areas[kept], kept)


def usual_diameter(areas: NDArray[np.int64]) -> float:
    """Diameter in pixels of the usual one of these areas; 0 where there is none.

    The usual area is the one at which half of all object pixels are reached, from the smallest
    object up: specks of dirt may be many, but they hold few pixels.
    """
    if not len(areas):
        return 0.0
    ordered = np.sort(areas)
    usual = ordered[np.searchsorted(np.cumsum(ordered), ordered.sum() / 2)]
    return float(2 * np.sqrt(usual / np.pi))


def _areas_and_first_pixels(
    labels: NDArray[np.int32],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    n_numbers = find_largest(labels) + 1
    areas = np.zeros(n_numbers, np.int64)
    first = np.full(n_numbers, np.iinfo(np.int64).max)
    start = 0
    for strip in cut_strips(labels):
        at = np.flatnonzero(strip)
        numbers = strip.ravel()[at]
        areas += np.bincount(numbers, minlength=n_numbers)
        # Of several values assigned to one place the last one stays, so the first pixel wins.
        earliest = np.full(n_numbers, np.iinfo(np.int64).max)
        earliest[numbers[::-1]] = at[::-1] + start
        np.minimum(first, earliest, out=first)
        start += strip.size
    return areas, first
