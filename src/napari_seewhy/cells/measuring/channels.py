"""Channels: what must be known of a whole channel before its objects can be measured."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.cells.measuring.backgrounds import Background, measure_backgrounds
from napari_seewhy.cells.measuring.intensities import measure_intensities
from napari_seewhy.cells.measuring.shapes import measure_centers, with_um
from napari_seewhy.cells.measuring.spots import find_spot_threshold, measure_spots
from napari_seewhy.cells.measuring.texture import measure_texture
from napari_seewhy.errors import SeewhyWarning
from napari_seewhy.images import explain_unmeasured

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.cells.measuring.frame import Frame
    from napari_seewhy.cells.measuring.options import MeasureOptions
    from napari_seewhy.cells.measuring.regions import Region
    from napari_seewhy.cells.measuring.shapes import Columns


@dataclass(frozen=True, slots=True, eq=False)
class Channel:
    """A channel of a frame and how it is to be measured, the same for all its objects.

    Attributes
    ----------
    index, name
        Its place in the image and what it is called there.
    background
        None where nothing is integrated.
    texture_scale
        Intensities of the lowest and the highest grey level, None for no texture.
    spot_threshold
        How much a pixel of a spot stands out, None for no spots.
    spot_width_px
        Width of the widest spot.
    measured
        ``(Y, X)`` bool: which pixels of the frame were measured, None where all were.
    """

    index: int
    name: str
    background: Background | None
    texture_scale: tuple[float, float] | None
    spot_threshold: float | None
    spot_width_px: float
    measured: NDArray[np.bool_] | None = None


def prepare_channels(frame: Frame, options: MeasureOptions) -> list[Channel]:
    """Look at every channel of a frame as a whole.

    Raises
    ------
    OptionError
        If a spot channel is not in the image, or a width in micrometres cannot be told in pixels.
    """
    image = frame.image
    with_spots = {image.channel_index(channel) for channel in options.spot_channels}
    spot_px = options.spot_width_in_pixels(image.pixel_size_um) if with_spots else 0.0
    factor = options.spot_threshold_factor
    measured = _find_measured(frame)
    backgrounds = _find_backgrounds(frame, options, measured)
    return [
        Channel(
            i,
            name,
            backgrounds[i],
            _find_texture_scale(frame, i) if options.texture else None,
            _find_spot_threshold(frame, i, spot_px, factor) if i in with_spots else None,
            spot_px,
            measured[i],
        )
        for i, name in enumerate(image.channels)
    ]


def _find_measured(frame: Frame) -> list[NDArray[np.bool_] | None]:
    """Say of each channel which pixels were measured, and warn of those that were not."""
    measured = [frame.find_measured(channel) for channel in range(len(frame.image.channels))]
    is_declared = frame.image.measured is not None
    for sentence in dict.fromkeys(
        said for one in measured for said in explain_unmeasured(one, is_declared=is_declared)
    ):
        warnings.warn(sentence, SeewhyWarning, stacklevel=2)
    return measured


def _find_backgrounds(
    frame: Frame, options: MeasureOptions, measured: list[NDArray[np.bool_] | None]
) -> list[Background | None]:
    if options.background == "none":
        return [None] * len(measured)
    found = measure_backgrounds(
        frame.read_rows, measured, frame.label_images, options.background_size_px
    )
    is_flat = options.background == "field"
    return [background.flatten() if is_flat else background for background in found]


def _find_texture_scale(frame: Frame, channel: int) -> tuple[float, float]:
    """Find the first and the last percentile of the channel within all objects."""
    within = [
        frame.read_rows(channel, rows)[frame.labels[rows] > 0] for rows in frame.sample_rows()
    ]
    values = np.concatenate(within)
    if values.size == 0:
        return 0.0, 0.0
    low, high = np.percentile(values, (1, 99))
    return float(low), float(high)


def _find_spot_threshold(frame: Frame, channel: int, width_px: float, factor: float) -> float:
    labels = frame.label_images[-1]
    within = [
        frame.lift_rows(channel, rows, width_px)[labels[rows] > 0] for rows in frame.sample_rows()
    ]
    return find_spot_threshold(np.concatenate(within), factor)


def measure_channel(
    channel: Channel,
    frame: Frame,
    rows: slice,
    regions: list[Region],
    options: MeasureOptions,
) -> list[Columns]:
    """Measure one channel in all regions of a strip.

    Parameters
    ----------
    channel
        The channel.
    frame
        What is measured.
    rows
        Rows of the strip.
    regions
        What was segmented first, then cell and ring where there are any.
    options
        What is measured.

    Returns
    -------
    list of dict of arrays ``(N,)``
        Columns of each region, whose names end in that of the channel; NaN for objects that reach
        into pixels that were not measured.
    """
    pixels = frame.read_rows(channel.index, rows)
    columns = [measure_intensities(region.pixels, pixels) for region in regions]
    objects = regions[0]
    if channel.background is not None:
        y, x = measure_centers(objects.runs)
        level = channel.background.at(y + rows.start, x)
        columns[0]["background"] = level
        for region, of_region in zip(regions, columns, strict=True):
            if region.suffix != "_ring":
                of_region["integrated"] = of_region["sum"] - region.runs.areas() * level
    if channel.texture_scale is not None:
        scale = channel.texture_scale
        columns[0] |= measure_texture(objects, pixels, scale, options.texture_levels)
    if channel.spot_threshold is not None:
        lifted = frame.lift_rows(channel.index, rows, channel.spot_width_px)
        cells = next((region for region in regions if region.suffix == "_cell"), objects)
        is_bright = lifted > channel.spot_threshold
        spots = measure_spots(objects, cells, is_bright, options.spot_min_area_px)
        columns[0] |= with_um(spots, frame.image.pixel_size_um)
    if channel.measured is not None:
        _leave_out_unmeasured(columns, regions, ~channel.measured[rows])
    return [
        {f"{name}_{channel.name}": values for name, values in of_region.items()}
        for of_region in columns
    ]


def _leave_out_unmeasured(
    columns: list[Columns], regions: list[Region], unmeasured: NDArray[np.bool_]
) -> None:
    """Give what reaches into pixels that were not measured no value of the channel."""
    for region, of_region in zip(regions, columns, strict=True):
        reaches = measure_intensities(region.pixels, unmeasured)["sum"] > 0
        if reaches.any():
            of_region |= {name: np.where(reaches, np.nan, v) for name, v in of_region.items()}
