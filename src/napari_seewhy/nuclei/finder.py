"""`Finder`: a segmenter that is ready to be asked, on the device and in the precision that suit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Self, TypeAlias

import numpy as np

from napari_seewhy.batch import return_memory
from napari_seewhy.errors import TaskError, is_memory_short
from napari_seewhy.images import make_scratch
from napari_seewhy.models.networks import fold_normalising
from napari_seewhy.models.running import Runtime, choose_runtime, release_memory
from napari_seewhy.nuclei.card import load_segmenter
from napari_seewhy.nuclei.confidence import to_confidence
from napari_seewhy.nuclei.diameter import estimate_diameter
from napari_seewhy.nuclei.plane import Eye, Plane
from napari_seewhy.nuclei.tiling import Stitched, TilePlan
from napari_seewhy.progress import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray
    from torch import nn

    from napari_seewhy.images import Pixels
    from napari_seewhy.models.running import DeviceOptions
    from napari_seewhy.nuclei.card import ConfidenceCard, SegmenterCard
    from napari_seewhy.nuclei.tiling import TileNuclei
    from napari_seewhy.progress import Task


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


Elsewhere: TypeAlias = "Callable[[TilePlan, Stitched], Task[None]]"
"""Looks at the tiles of a plan in other processes, and puts together what they find."""


def find_nuclei_steps(
    eye: Eye,
    pixels: Pixels,
    diameter_px: float | None,
    weights: ConfidenceCard,
    elsewhere: Elsewhere | None = None,
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
    elsewhere
        Looks at the tiles in other processes; None looks at them here.

    Raises
    ------
    DataError
        If a pixel is NaN or infinite.
    """
    yield Step(0, 0, "Measuring the nuclei")
    plane = Plane.measure(pixels)
    if diameter_px is None:
        diameter_px = estimate_diameter(plane, eye)
    plan = TilePlan(plane.at(diameter_px), diameter_px)
    stitched = Stitched(make_scratch(pixels.shape, np.int32))
    yield from (elsewhere or partial(_find_here_steps, eye))(plan, stitched)
    confidence = to_confidence(stitched.evidence, diameter_px, weights)
    confidence[0] = np.nan
    return FoundNuclei(stitched.labels, confidence, diameter_px)


def _find_here_steps(eye: Eye, plan: TilePlan, stitched: Stitched) -> Task[None]:
    rows = plan.rows
    n_tiles, found = sum(map(len, rows)), plan.find(eye)
    done = 0
    for row in rows:
        if done:
            # Arrays of many sizes leave ever more holes in the memory that the process keeps.
            return_memory()
        for tile in row:
            yield Step(done, n_tiles, "Finding nuclei")
            stitched.add(tile, next(found))
            done += 1


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

    def find_tiles(self, plan: TilePlan, rows: slice) -> Iterator[TileNuclei]:
        """Find the nuclei of some rows of tiles, see `TilePlan.find`."""
        return plan.find(Eye(self._network, self._runtime), rows)

    def find_steps(
        self,
        pixels: Pixels,
        diameter_px: float | None,
        elsewhere: Elsewhere | None = None,
    ) -> Task[FoundNuclei]:
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
            return (yield from self._find_steps(pixels, diameter_px, elsewhere))
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
        return (yield from self._find_steps(pixels, diameter_px, elsewhere))

    def _find_steps(
        self,
        pixels: Pixels,
        diameter_px: float | None,
        elsewhere: Elsewhere | None,
    ) -> Task[FoundNuclei]:
        eye = Eye(self._network, self._runtime)
        return find_nuclei_steps(eye, pixels, diameter_px, self.card.confidence, elsewhere)
