"""The method `nuclei`: a network that was trained on stained nuclei and comes with the program."""

from __future__ import annotations

from copy import copy
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

from napari_seewhy.cells.labels import find_largest
from napari_seewhy.cells.planes import Looks, is_grain
from napari_seewhy.cells.segmenting.segmenter import Found
from napari_seewhy.images import cut_strips
from napari_seewhy.models.files import ModelLibrary
from napari_seewhy.models.running import DeviceOptions
from napari_seewhy.progress import Step, map_steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from napari_seewhy.batch import Spread
    from napari_seewhy.cells.segmenting.options import SegmentOptions
    from napari_seewhy.images import Pixels
    from napari_seewhy.nuclei import Elsewhere, Finder, FoundNuclei
    from napari_seewhy.progress import Task

METHOD = "nuclei"
"""What `SegmentOptions.method` calls this method."""

USUAL_MODEL = "nuclei"
"""Name of the segmenter that comes with the program."""


def find_model(options: SegmentOptions) -> Path | None:
    """Return the file of the network that is chosen; None for a method that has none of ours.

    Raises
    ------
    FileError
        If there is no such file and no such name in the library.
    """
    if options.method != METHOD:
        return None
    return _find(options)


class NucleiSegmenter:
    """Nuclei are what a network sees as such; it takes the size of the nuclei or estimates it.

    The network is read once and kept for as long as the process lives, until another one, another
    device or another precision is asked for, or its file has changed.
    """

    def __init__(self) -> None:
        self._known: tuple[object, ...] = ()
        self._finder: Finder | None = None
        self._spread: Spread | None = None

    def over(self, spread: Spread) -> Self:
        """Return the same method, which divides a plane that is still in its file."""
        divided = copy(self)
        divided._spread = spread
        return divided

    @property
    def install_hint(self) -> str:
        """Empty: nothing has to be installed for this method."""
        return ""

    def find_steps(
        self, pixels: Pixels, options: SegmentOptions, diameter_px: float | None
    ) -> Task[Found]:
        """Find the nuclei of one plane, see `Segmenter.find_steps`.

        Raises
        ------
        FileError
            If the model is not there, is none that finds nuclei, or is damaged.
        OptionError
            If the device is not there.
        """
        yield Step(0, 0, "Loading the model")
        finder = self._open(options)
        task = finder.find_steps(pixels, diameter_px, self._divide(pixels, options))
        nuclei = yield from _say_where(task, finder)
        drop_unsure(nuclei, options.min_confidence)
        return Found(
            nuclei.labels,
            confidence=nuclei.confidence,
            diameter_px=nuclei.diameter_px,
            device=finder.device,
            warnings=tuple(_explain(pixels, nuclei, finder)),
        )

    def _divide(self, pixels: Pixels, options: SegmentOptions) -> Elsewhere | None:
        """Return how pixels are divided; those that are not in a file would have to travel."""
        if self._spread is None or isinstance(pixels, np.ndarray):
            return None
        from napari_seewhy.nuclei import find_rows_steps

        where = DeviceOptions(device=options.device, precision=options.precision)
        return partial(find_rows_steps, self._spread, _find(options), where)

    def _open(self, options: SegmentOptions) -> Finder:
        path = _find(options)
        known = (*_identify(path), options.device, options.precision)
        if self._finder is None or known != self._known:
            from napari_seewhy.nuclei import Finder

            self._finder, self._known = Finder.open(path, options), known
        return self._finder


def _find(options: SegmentOptions) -> Path:
    return ModelLibrary().find(Path(options.model or USUAL_MODEL).expanduser())


def _identify(path: Path) -> tuple[object, ...]:
    """Tell a file from the same file changed; one that is not there is told by opening it."""
    if not path.exists():
        return (path,)
    state = path.stat()
    return path.absolute(), state.st_mtime_ns, state.st_size


def _say_where(task: Task[FoundNuclei], finder: Finder) -> Task[FoundNuclei]:
    """Pass the steps on, with where the network runs."""
    return map_steps(
        task, lambda step: Step(step.done, step.total, f"{step.message} ({finder.device})")
    )


def drop_unsure(nuclei: FoundNuclei, min_confidence: float) -> None:
    """Turn the nuclei of which the network is not sure enough into background, in place."""
    numbers = np.arange(len(nuclei.confidence), dtype=np.int32)
    numbers[~(nuclei.confidence >= min_confidence)] = 0
    for strip in cut_strips(nuclei.labels):
        strip[:] = numbers[strip]


def _explain(pixels: Pixels, nuclei: FoundNuclei, finder: Finder) -> Iterator[str]:
    looks = Looks.of(pixels)
    if find_largest(nuclei.labels) == 0:
        yield looks.explain_empty()
    warning = looks.warn_of_light(finder.card)
    if warning and not (is_grain(pixels) or looks.is_outshone(pixels, nuclei.labels)):
        yield warning
