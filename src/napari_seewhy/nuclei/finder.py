"""`Finder`: a segmenter that is ready to be asked, on the device and in the precision that suit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from napari_seewhy.errors import TaskError, is_memory_short
from napari_seewhy.models.networks import fold_normalising
from napari_seewhy.models.running import (
    Runtime,
    choose_runtime,
    release_memory,
)
from napari_seewhy.nuclei.card import load_segmenter
from napari_seewhy.nuclei.find import find_nuclei_steps
from napari_seewhy.nuclei.plane import Eye
from napari_seewhy.progress import Step

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn

    from napari_seewhy.images import Pixels
    from napari_seewhy.models.running import DeviceOptions
    from napari_seewhy.nuclei.card import SegmenterCard
    from napari_seewhy.nuclei.find import FoundNuclei
    from napari_seewhy.progress import Task


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
