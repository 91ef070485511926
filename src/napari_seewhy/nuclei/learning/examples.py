"""Examples: training images, and their description for a card."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.batch import gather_warnings
from napari_seewhy.errors import DataError
from napari_seewhy.nuclei.maps import NOMINAL_PX
from napari_seewhy.nuclei.pictures import Picture, make_picture
from napari_seewhy.nuclei.scale import SHOWN_PX, TAUGHT_PX, find_levels, scale_intensity
from napari_seewhy.progress import Step

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.images import Box
    from napari_seewhy.nuclei.labelled_image import LabelledImage
    from napari_seewhy.nuclei.learning.plan import TrainPlan
    from napari_seewhy.progress import Task

_MOST_PIECES = 64
"""Of all images together, unless there are more images; some 800 megabytes."""


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """One picture to learn from, and what the card wants to know of it.

    Attributes
    ----------
    picture
        As the network sees it.
    background
        The median intensity, as a share of the range of the picture.
    """

    picture: Picture
    background: float


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """What is learned from.

    Attributes
    ----------
    train, stop
        Pictures that teach, and those that say when to stop; there may be none of the latter.
    diameters_px
        Of the nuclei of each image that teaches, ``(n,)`` in its pixels.
    warnings
        What was assumed of the files, one sentence each.
    """

    train: list[Example] = field(default_factory=list)
    stop: list[Example] = field(default_factory=list)
    diameters_px: list[NDArray[np.float64]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def read_examples_steps(plan: TrainPlan) -> Task[Examples]:
    """Read the images and labels of a plan, and bring them to the zoom at which they are shown.

    Raises
    ------
    DataError
        If labels do not fit their image, or there is no nucleus to learn from.
    FileError
        If a file cannot be read.
    OptionError
        If an image has no such channel.
    """
    examples = Examples()
    pairs = (*plan.train, *plan.stop)
    bounds_px = TAUGHT_PX if plan.start is None else SHOWN_PX
    most = max(1, _MOST_PIECES // len(pairs))
    for i, pair in enumerate(pairs):
        yield Step(i, len(pairs), f"Preparing {pair.name}")
        with gather_warnings(pass_on=True) as told:
            image = pair.read(plan.options.channel)
        examples.warnings.extend(one for one in told if one not in examples.warnings)
        if i >= len(plan.train):
            examples.stop.extend((yield from _make_examples(image, [image.whole], most, bounds_px)))
            continue
        examples.diameters_px.append(image.diameters_px)
        taught, spared = image.spare_quadrant() if plan.spares_quadrants else ([image.whole], [])
        examples.train.extend((yield from _make_examples(image, taught, most, bounds_px)))
        examples.stop.extend((yield from _make_examples(image, spared, most, bounds_px)))
    if not any(map(len, examples.diameters_px)):
        raise DataError(
            "The labels hold no nucleus to learn from; choose labels that are not empty."
        )
    return examples


def _make_examples(
    image: LabelledImage, boxes: list[Box], most: int, bounds_px: tuple[float, float]
) -> Task[list[Example]]:
    pieces = list(image.cut_pieces(boxes, most)) if boxes else []
    examples = []
    for i, (pixels, labels) in enumerate(pieces):
        yield Step(i, len(pieces), "Preparing what the network learns to find")
        examples.append(_make_example(pixels, labels, bounds_px))
    return examples


def _make_example(
    pixels: NDArray[Any], labels: NDArray[np.integer], bounds_px: tuple[float, float]
) -> Example:
    # Numbers may be anything; those of a piece should be 1 to n.
    numbers, places = np.unique(np.append(labels, 0), return_inverse=True)
    near = (places[:-1] - np.searchsorted(numbers, 0)).reshape(labels.shape)
    middle = scale_intensity(np.median(pixels, keepdims=True), find_levels(pixels))
    return Example(make_picture(pixels, near, bounds_px), float(middle.squeeze()))


def describe_examples(examples: Examples) -> dict[str, Any]:
    """Return the fields of a card that the examples decide."""
    return {
        "nominal_px": NOMINAL_PX,
        "diameters_px": _summarise(np.concatenate(examples.diameters_px)),
        "background": _summarise([example.background for example in examples.train]),
    }


def _summarise(values: Any) -> tuple[float, ...]:
    return tuple(float(value) for value in np.percentile(values, (5, 50, 95)))
