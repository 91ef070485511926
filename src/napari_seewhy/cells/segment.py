"""Segment: from an image to one number for each nucleus, and for the cell about it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.cells.grow import expand_nuclei, flood_cells
from napari_seewhy.cells.segment_options import SegmentOptions
from napari_seewhy.cells.segmenters import get_segmenter
from napari_seewhy.cells.sifting import sift_objects, usual_diameter
from napari_seewhy.errors import OptionError
from napari_seewhy.progress import Step, Task, finish

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.cells.segmenter import Found
    from napari_seewhy.images import CellImage


@dataclass(frozen=True, slots=True, eq=False)
class Segmentation:
    """The nuclei of an image, and the cells about them where they were asked for.

    Attributes
    ----------
    nuclei
        ``(Y, X)`` int32, sequential; ``(T, Y, X)`` for a time series, numbered anew in each frame.
    cells
        The same shape and the same numbers, or None; every nucleus lies inside its cell.
    diameter_px
        Diameter of a usual nucleus: the one asked for, or else the median of those found (of a
        circle of the same area); NaN where none was found.
    thresholds
        For each frame the intensity that parted nuclei from background; NaN where the method has
        no such number.
    warnings
        Sentences for the person, such as "The image is constant; no object was found."
    """

    nuclei: NDArray[np.int32]
    cells: NDArray[np.int32] | None
    diameter_px: float
    thresholds: tuple[float, ...]
    warnings: tuple[str, ...] = ()

    @property
    def n_nuclei(self) -> int:
        """How many nuclei there are, in all frames together."""
        frames = self.nuclei.reshape(-1, *self.nuclei.shape[-2:])
        return sum(int(frame.max(initial=0)) for frame in frames)


_DEFAULTS = SegmentOptions()


def segment(image: CellImage, options: SegmentOptions = _DEFAULTS) -> Segmentation:
    """Find the nuclei of an image, and grow cells about them where the options ask for it.

    Parameters
    ----------
    image
        Any axes: a stack is flattened by ``options.z_plane``, every time point is segmented by
        itself. Pixels that are read lazily are read by tiles and never as a whole.
    options
        What was chosen.

    Returns
    -------
    Segmentation
        Labels numbered from the top left, row by row of the image. An image with nothing in it
        gives empty labels and a warning, not an error.

    Raises
    ------
    OptionError
        If there is no such channel, plane or method, or a length is given in micrometres and the
        image has no pixel size.
    DataError
        If a pixel is NaN or infinite.
    MissingPackageError
        If the method needs a package that is not installed.
    """
    return finish(segment_steps(image, options))


def segment_steps(image: CellImage, options: SegmentOptions = _DEFAULTS) -> Task[Segmentation]:
    """Segment as `segment` does; may be stopped at any `Step`."""
    segmenter = get_segmenter(options.method)
    channel = image.channel_index(options.channel)
    diameter_px = _to_px(image, "diameter", options.diameter_um, options.diameter_px)
    frames, areas = [], []
    for t, frame in enumerate(image.frames()):
        plane = frame.flatten_z(options.z_plane).pixels[channel]
        task = segmenter.find_steps(plane, options, diameter_px)
        found = yield from _count_frames(task, t, image.n_frames)
        frames.append(found)
        areas.append(
            sift_objects(
                found.labels, diameter_px, options.min_area_px, drop_border=options.drop_border
            )
        )
    nuclei = [found.labels for found in frames]
    usual = diameter_px or usual_diameter(np.concatenate(areas)) or math.nan
    cells = yield from _grow_steps(image, options, nuclei, usual)
    return Segmentation(
        nuclei=_stack(nuclei, image),
        cells=None if cells is None else _stack(cells, image),
        diameter_px=usual,
        thresholds=tuple(found.threshold for found in frames),
        warnings=tuple(dict.fromkeys(text for found in frames for text in found.warnings)),
    )


def _count_frames(task: Task[Found], t: int, n_frames: int) -> Task[Found]:
    """Pass the steps of one frame on as steps of the whole series."""
    while True:
        try:
            step = next(task)
        except StopIteration as end:
            found: Found = end.value
            return found
        where = f" (time point {t + 1} of {n_frames})" if n_frames > 1 else ""
        yield Step(t * step.total + step.done, n_frames * step.total, step.message + where)


def _grow_steps(
    image: CellImage, options: SegmentOptions, nuclei: list[NDArray[np.int32]], diameter_px: float
) -> Task[list[NDArray[np.int32]] | None]:
    if options.cells == "none":
        return None
    distance_px = _to_px(image, "cell_distance", options.cell_distance_um, options.cell_distance_px)
    cells = []
    for t, labels in enumerate(nuclei):
        yield Step(t, len(nuclei), "Growing cells")
        if options.cells == "expand":
            cells.append(expand_nuclei(labels, distance_px or np.nan_to_num(diameter_px) / 2))
        else:
            flat = image.frame(t).flatten_z(options.z_plane)
            cytoplasm = flat.pixels[image.channel_index(options.cell_channel)]
            cells.append(flood_cells(labels, cytoplasm, distance_px, options.smoothing_px))
    return cells


def _stack(frames: list[NDArray[np.int32]], image: CellImage) -> NDArray[np.int32]:
    return np.stack(frames) if "T" in image.axes else frames[0]


def _to_px(image: CellImage, name: str, um: float | None, px: float | None) -> float | None:
    """Return a length in pixels, whichever way it was given."""
    if um is None:
        return px
    if image.pixel_size_um is None:
        raise OptionError(
            f"{name}_um is {um} but this image does not say how large its pixels are; "
            f"give {name}_px instead."
        )
    return um / image.pixel_size_um
