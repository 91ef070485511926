"""`Finder`: a segmenter that is ready to be asked, on the device and in the precision that suit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import numpy as np

from napari_seewhy.errors import TaskError, is_memory_short
from napari_seewhy.images import cut_tiles, make_scratch, release
from napari_seewhy.models.networks import fold_normalising
from napari_seewhy.models.running import Runtime, choose_runtime, release_memory
from napari_seewhy.nuclei.card import load_segmenter
from napari_seewhy.nuclei.confidence import count_evidence, to_confidence
from napari_seewhy.nuclei.diameter import estimate_diameter
from napari_seewhy.nuclei.instances import STEP, assign_pixels, find_centres, keep_whole
from napari_seewhy.nuclei.maps import Maps
from napari_seewhy.nuclei.plane import UNIT, Eye, Plane
from napari_seewhy.nuclei.seen import Seen
from napari_seewhy.progress import Step

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from torch import nn

    from napari_seewhy.images import Box, Pixels, Tile
    from napari_seewhy.models.running import DeviceOptions
    from napari_seewhy.nuclei.card import ConfidenceCard, SegmenterCard
    from napari_seewhy.nuclei.instances import Assigned, Centres
    from napari_seewhy.progress import Task


_CORE_UNITS = 24
_FEWEST_CORE_UNITS = 4
_MARGIN_UNITS = 4
"""About the core so many, 256 pixels as the network sees them, for pieces of nuclei that reach out
of it; and so many about these, for votes and for what influences them."""

_EDGE_AT_ONCE_PX = 4096
"""Edge of what is given to nuclei at once, in pixels of the image. Where nuclei are so large that
many pixels are one for the network, cores are made smaller, or memory would grow with them."""


@dataclass(frozen=True, slots=True, eq=False)
class FoundNuclei:
    """What was found in a plane.

    Attributes
    ----------
    labels
        ``(Y, X)`` int32, 0 = background; there may be gaps in the numbers.
    confidence
        ``(largest label + 1,)`` float32 by label, the chance that it is right; NaN for 0.
    diameter_px
        Diameter of a usual nucleus that was given, or that the network estimated.
    """

    labels: NDArray[np.int32]
    confidence: NDArray[np.float32]
    diameter_px: float


@dataclass(slots=True, eq=False)
class _Numbering:
    """The numbers of nuclei in the whole plane, by where they have their centres."""

    by_centre: dict[tuple[int, int], int] = field(default_factory=dict)

    def to_plane(self, centres: Centres, origin: tuple[int, int]) -> NDArray[np.int32]:
        """Return the numbers in the plane of the centres of a window, after a 0."""
        numbers = [0]
        for y, x in zip(centres.y.tolist(), centres.x.tolist(), strict=True):
            centre = (origin[0] + y, origin[1] + x)
            numbers.append(self.by_centre.setdefault(centre, len(self.by_centre) + 1))
        return np.array(numbers, np.int32)


def find_nuclei_steps(
    eye: Eye, pixels: Pixels, diameter_px: float | None, weights: ConfidenceCard
) -> Task[FoundNuclei]:
    """Find the nuclei of a plane.

    Parameters
    ----------
    eye
        The network, in evaluation mode, and where it runs.
    pixels
        ``(Y, X)`` of any type and range; dask where they are too large for memory.
    diameter_px
        Usual diameter of a nucleus; None = the network estimates it.
    weights
        How sure one may be of what was found.

    Raises
    ------
    DataError
        If a pixel is NaN or infinite.
    """
    yield Step(0, 0, "Measuring the nuclei")
    plane = Plane.measure(pixels)
    if diameter_px is None:
        diameter_px = estimate_diameter(plane, eye)
    plane = plane.at(diameter_px)
    core_px = _count_core_units(plane.unit_px) * plane.unit_px
    margin_px = _MARGIN_UNITS * plane.unit_px
    tiles = cut_tiles(pixels.shape, core_px, margin_px)
    windows = [tile.padded for tile in cut_tiles(pixels.shape, core_px, 2 * margin_px)]
    n_columns = -(-pixels.shape[1] // core_px)
    seen = Seen(plane, eye, core_px // plane.unit_px).each(
        [windows[i : i + n_columns] for i in range(0, len(windows), n_columns)]
    )
    labels = make_scratch(pixels.shape, np.int32)
    numbering = _Numbering()
    evidence = np.zeros((3, 1))
    for i, (tile, window) in enumerate(zip(tiles, windows, strict=True)):
        yield Step(i, len(tiles), "Finding nuclei")
        assigned = _find_in_tile(plane, next(seen), tile, window, diameter_px, numbering)
        labels[tile.core] = assigned.numbers
        release(labels)
        evidence = _add(evidence, count_evidence(assigned))
    confidence = to_confidence(evidence, diameter_px, weights)
    confidence[0] = np.nan
    return FoundNuclei(labels, confidence, diameter_px)


def _count_core_units(unit_px: int) -> int:
    fitting = _EDGE_AT_ONCE_PX // unit_px - 2 * _MARGIN_UNITS
    return min(_CORE_UNITS, max(_FEWEST_CORE_UNITS, fitting))


def _find_in_tile(
    plane: Plane, maps: Maps, tile: Tile, window: Box, diameter_px: float, numbering: _Numbering
) -> Assigned:
    """Return what the pixels of a tile's core belong to, with the numbers of the whole plane.

    The maps are those of the window, which holds the tile; pixels are given to nuclei in the tile.
    """
    centres = find_centres(maps, diameter_px * plane.zoom)
    origin = tuple(side.start // plane.unit_px * UNIT // STEP for side in window)
    in_plane = numbering.to_plane(centres, (origin[0], origin[1]))
    # Units that the tile reaches into, from where it begins in the window.
    begin = [(t.start - w.start) // plane.unit_px for t, w in zip(tile.padded, window, strict=True)]
    n_units = [-(-(side.stop - side.start) // plane.unit_px) for side in tile.padded]
    rows, columns = (
        slice(first * UNIT, (first + n) * UNIT) for first, n in zip(begin, n_units, strict=True)
    )
    near = Maps(*(one[:, rows, columns] for one in maps))
    size = (n_units[0] * plane.unit_px, n_units[1] * plane.unit_px)
    assigned = assign_pixels(near, centres.cut_out(rows, columns), size)
    return assigned.take(in_plane[keep_whole(assigned.numbers)], tile.core_in_padded)


def _add(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """Add two tables ``(3, n)`` and ``(3, m)`` whose columns stand for the same numbers."""
    longer, shorter = (first, second) if first.shape[1] >= second.shape[1] else (second, first)
    both = longer.astype(np.float64)
    both[:, : shorter.shape[1]] += shorter
    return both


class Finder:
    """A network that finds nuclei, its card, and where it runs.

    Parameters
    ----------
    network, card
        As `load_segmenter` gives them; the network is moved, and made fit for answering alone.
    options
        Device and precision.

    Raises
    ------
    OptionError
        If the device is not there.
    """

    def __init__(self, network: nn.Module, card: SegmenterCard, options: DeviceOptions) -> None:
        fold_normalising(network)
        self.card = card
        self._network = network
        self._runtime = choose_runtime(options)
        self._runtime.place_network(network)

    @classmethod
    def open(cls, path: Path, options: DeviceOptions) -> Self:
        """Read a model file and make it ready.

        Raises
        ------
        FileError
            If it is no segmenter, or damaged.
        OptionError
            If the device is not there.
        """
        return cls(*load_segmenter(path), options)

    @property
    def device(self) -> str:
        """Where it runs, in words."""
        return self._runtime.describe()

    def find_steps(self, pixels: Pixels, diameter_px: float | None) -> Task[FoundNuclei]:
        """Find the nuclei of a plane as `find_nuclei_steps` does.

        Where the memory of a GPU is short, all is done again on the CPU, now and from then on.

        Raises
        ------
        DataError
            If a pixel is NaN or infinite.
        TaskError
            If the memory of the computer is short.
        """
        try:
            return (yield from self._find_steps(pixels, diameter_px))
        except RuntimeError as error:
            if not is_memory_short(error):
                raise
            if self._runtime.device == "cpu":
                raise TaskError(
                    "There is not enough memory to look for nuclei; close other programs and run "
                    "it again."
                ) from error
        self._runtime = Runtime("cpu", use_channels_last=True)
        self._runtime.place_network(self._network)
        release_memory()
        yield Step(0, 0, "The memory of the GPU is short: continuing on the CPU")
        return (yield from self._find_steps(pixels, diameter_px))

    def _find_steps(self, pixels: Pixels, diameter_px: float | None) -> Task[FoundNuclei]:
        eye = Eye(self._network, self._runtime)
        return find_nuclei_steps(eye, pixels, diameter_px, self.card.confidence)
