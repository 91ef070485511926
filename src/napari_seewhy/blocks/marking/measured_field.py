"""`MeasuredField`: one time point of a pair with its marker on the phase contrast, thresholded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.blocks.marking.registration import estimate_shift, shift_marker
from napari_seewhy.blocks.marking.threshold import Threshold, find_threshold
from napari_seewhy.errors import DataError
from napari_seewhy.images import find_measured
from napari_seewhy.staining import StainField

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from napari_seewhy.blocks.marking.options import StainThresholdOptions
    from napari_seewhy.blocks.marking.registration import Shift
    from napari_seewhy.blocks.pairing import PairImages, Place, StainPairOptions

TOLERATED_PX = 8
"""A shift up to this moves a quarter of the usual block at most."""


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredField:
    """One time point of a pair, as it is learned from or judged by.

    Attributes
    ----------
    field
        Phase contrast, marker, and where it is positive.
    channels
        Names of the channels of phase contrast.
    place
        Dish and day.
    t
        Time point.
    threshold, shift
        What was found; no shift where none was looked for.
    """

    field: StainField
    channels: tuple[str, ...]
    place: Place
    t: int
    threshold: Threshold
    shift: Shift | None


def measure_fields(
    images: PairImages,
    options: StainPairOptions,
    thresholding: StainThresholdOptions,
    common: Threshold | None = None,
) -> Iterator[MeasuredField]:
    """Put the marker of a pair on its phase contrast and find its positive pixels.

    Parameters
    ----------
    images
        The pair.
    options
        Region, and what is done about a shift.
    thresholding
        How the threshold of this pair is found.
    common
        The threshold for all pairs, where there is one.

    Yields
    ------
    MeasuredField
        One for each time point.

    Raises
    ------
    DataError
        If the marker is blank, both are shifted against each other and that is not to be
        corrected, or the region holds nothing.
    """
    markers = images.marker.load().pixels.reshape(images.n_frames, *images.marker.shape_yx)
    shift = _find_shift(images, markers, options)
    known = _join(_find_region(images, options), images.phase.measured)
    # Found on the whole field, so that learning from one part and judging by another mean the same.
    seen = images.marker.measured
    level = common or find_threshold(markers, thresholding, name=images.name, known=seen)
    if shift is not None and options.registration == "correct" and shift.is_certain:
        markers, inside = shift_marker(markers, shift)
        seen = inside if seen is None else inside & shift_marker(seen, shift)[0]
    known = _join(known, seen)
    for t, marker in enumerate(markers):
        phase = np.asarray(images.phase.frame(t).pixels)
        field = StainField(
            name=images.name if images.n_frames == 1 else f"{images.name} t={t}",
            phase=phase,
            positive=marker > level.value,
            marker=marker,
            known=_leave_unmeasured(known, (*phase, marker)),
            group=images.place.dish,
            pixel_size_um=images.pixel_size_um,
        )
        yield MeasuredField(field, images.phase.channels, images.place, t, level, shift)


def _find_shift(
    images: PairImages, markers: NDArray[Any], options: StainPairOptions
) -> Shift | None:
    if options.registration == "ignore":
        return None
    # The time point with the most signal tells most; the camera does not move between them.
    measured = [find_measured(marker) for marker in markers]
    spreads = [
        (marker if known is None else marker[known]).std()
        for marker, known in zip(markers, measured, strict=True)
    ]
    t = int(np.argmax(spreads))
    shift = estimate_shift(np.asarray(images.phase.frame(t).pixels), markers[t])
    is_far = shift.is_certain and shift.length_px > TOLERATED_PX
    if is_far and options.registration == "check":
        raise DataError(
            f"{images.name}: {shift.describe()} Correct that by moving the marker, register the "
            "images, or ignore the check if they do lie on each other."
        )
    return shift


def _leave_unmeasured(
    known: NDArray[np.bool_] | None, planes: Iterable[NDArray[Any]]
) -> NDArray[np.bool_] | None:
    """Take from what is known the pixels that were not measured in one of the planes."""
    for measured in map(find_measured, planes):
        known = _join(known, measured)
    return known


def _join(
    known: NDArray[np.bool_] | None, other: NDArray[np.bool_] | None
) -> NDArray[np.bool_] | None:
    """Return what is known by both; None knows everything."""
    if known is None or other is None:
        return other if known is None else known
    return known & other


def _find_region(images: PairImages, options: StainPairOptions) -> NDArray[np.bool_] | None:
    if not options.region:
        return None
    known = np.zeros(images.phase.shape_yx, bool)
    known[options.box] = True
    if not known.any():
        height, width = known.shape
        raise DataError(
            f"{images.name}: the region {options.region} holds no pixel of the field of {height} x "
            f"{width} px; give rows and columns within it."
        )
    return known
