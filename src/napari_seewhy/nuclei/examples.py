"""Examples: pictures to learn from, read from the files of images and labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.errors import DataError, SeewhyError
from napari_seewhy.images import read_image, read_labels
from napari_seewhy.nuclei.pictures import Picture, make_picture
from napari_seewhy.nuclei.scale import find_levels, scale_intensity
from napari_seewhy.progress import Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from napari_seewhy.nuclei.pairs import Pair
    from napari_seewhy.progress import Task


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """One picture to learn from, and what the card wants to know of it.

    Attributes
    ----------
    name
        Name of the image's file.
    picture
        At the nominal scale.
    diameters_px
        ``(n,)`` of the nuclei, in pixels of the image.
    background
        The median intensity, as a share of the range of the image.
    """

    name: str
    picture: Picture
    diameters_px: NDArray[np.float64]
    background: float


def read_examples_steps(pairs: Sequence[Pair], channel: str) -> Task[list[Example]]:
    """Read images and labels, and bring them to the nominal scale.

    Raises
    ------
    DataError
        If labels do not fit their image, or there is no nucleus in any of them.
    FileError
        If a file cannot be read.
    OptionError
        If an image has no such channel.
    """
    examples = []
    for i, pair in enumerate(pairs):
        yield Step(i, len(pairs), f"Reading {pair.name}")
        examples += _read_pair(pair, channel)
    if not any(len(example.diameters_px) for example in examples):
        raise DataError(
            f"The {len(pairs)} label images hold no object, so there is nothing to learn; choose "
            "labels with nuclei."
        )
    return examples


def _read_pair(pair: Pair, channel: str) -> list[Example]:
    """Read one example per time point."""
    try:
        image = read_image(pair.image, channels=[channel], lazy=False).flatten_z()
        labels = read_labels(pair.labels).labels
    except SeewhyError as error:
        raise type(error)(f"{pair.name} and its labels cannot be learned from: {error}") from error
    pixels = image.pixels.reshape(-1, *image.shape_yx)
    frames = labels.reshape(-1, *labels.shape[-2:])
    if pixels.shape != frames.shape:
        raise DataError(
            f"The labels {pair.labels} have shape {labels.shape} and their image has "
            f"{pixels.shape if len(pixels) > 1 else image.shape_yx}; give the labels of this image."
        )
    return [_make_example(pair.name, *frame) for frame in zip(pixels, frames, strict=True)]


def _make_example(name: str, pixels: NDArray[Any], labels: NDArray[np.int32]) -> Example:
    if not np.isfinite(pixels).all():
        raise DataError(f"{name} has pixels that are NaN or infinite; replace them by numbers.")
    _, areas = np.unique(labels[labels > 0], return_counts=True)
    middle = scale_intensity(np.median(pixels, keepdims=True), find_levels(pixels))
    return Example(
        name, make_picture(pixels, labels), 2 * np.sqrt(areas / np.pi), float(middle.squeeze())
    )
