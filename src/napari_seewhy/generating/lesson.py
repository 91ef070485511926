"""`PictureLesson`: the real pictures that two networks learn from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from napari_seewhy.errors import DataError
from napari_seewhy.generating.adversaries import Adversaries
from napari_seewhy.generating.card import GeneratorCard
from napari_seewhy.generating.ladder import list_sizes
from napari_seewhy.generating.pixel_range import PixelRange, measure_range
from napari_seewhy.record import make_record
from napari_seewhy.samples.storing import check_finite
from napari_seewhy.training.learning import derive_seed

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import ArrayLike, NDArray

    from napari_seewhy.generating.generate_options import GeneratorOptions
    from napari_seewhy.models.running import Runtime
    from napari_seewhy.samples.storing import SampleSet

_FEWEST = 8
"""Fewer pictures than this say too little of their class."""


@dataclass(frozen=True, slots=True, eq=False)
class PictureLesson:
    """The real pictures of one class.

    Attributes
    ----------
    path
        The sample set that they are from.
    rows
        ``(n,)`` which of its samples they are.
    pixels
        ``(n, C, H, W)`` as in the file.
    pixel_range
        How they are brought to -1 .. 1.
    class_name, channels
        Names.
    options
        How the networks learn.
    """

    path: Path
    rows: NDArray[np.int64]
    pixels: NDArray[Any]
    pixel_range: PixelRange
    class_name: str
    channels: tuple[str, ...]
    options: GeneratorOptions

    @property
    def shape(self) -> tuple[int, int, int]:
        """``(C, H, W)`` of a picture."""
        _, n_channels, height, width = self.pixels.shape
        return n_channels, height, width

    def batch(self, step: int, runtime: Runtime) -> tuple[torch.Tensor, int]:
        """Return the real pictures of a step, on the device, and the seed of the step.

        Both depend on the number of the step alone, so that a training that was killed continues
        exactly as it would have.
        """
        seed = derive_seed(self.options.seed, step)
        n_there, n = len(self.pixels), self.options.batch_size
        places = np.random.default_rng(seed).choice(n_there, n, replace=n_there < n)
        shown = torch.from_numpy(self.pixel_range.from_pixels(self.pixels[places]))
        return runtime.place(shown), seed

    def make_adversaries(self, runtime: Runtime) -> Adversaries:
        """Make the two networks, which know nothing yet but the mean color."""
        adversaries = Adversaries(self.shape, self.options, runtime)
        mean = self.pixel_range.from_pixels(self.pixels.mean(axis=(0, 2, 3))[None, :, None, None])
        adversaries.begin_at(torch.from_numpy(mean[0, :, 0, 0]))
        return adversaries

    @property
    def hashes(self) -> dict[str, str]:
        """Say by a hash which pixels are learned from."""
        return {"pixels": hashlib.sha256(np.ascontiguousarray(self.pixels).tobytes()).hexdigest()}

    def describe(self) -> dict[str, Any]:
        """Say what is learned how, as JSON: two trainings that say the same are the same."""
        return self.hashes | {"class": self.class_name} | self.options.model_dump(mode="json")

    def make_card(self, name: str, **results: Any) -> GeneratorCard:
        """Make the card of what learned from this."""
        return GeneratorCard(
            name=name,
            class_name=self.class_name,
            channels=self.channels,
            limits=tuple(self.pixel_range.limits),
            size_px=self.shape[1:],
            dtype=str(self.pixels.dtype),
            width=self.options.width,
            n_noise=self.options.n_noise,
            n_samples=len(self.rows),
            record=make_record(
                "train-generator",
                self.options,
                [self.path],
                rows=self.rows.tolist(),
                **self.hashes,
                torch=torch.__version__,
                **results,
            ),
        )


def read_lesson(samples: SampleSet, rows: ArrayLike, options: GeneratorOptions) -> PictureLesson:
    """Read the samples of one class.

    Parameters
    ----------
    samples
        Open sample set.
    rows
        ``(n,)`` which samples.
    options
        How the networks learn.

    Raises
    ------
    DataError
        If there are fewer than eight, they are of several classes or of none, they are too small,
        or hold NaN.
    """
    wanted = np.asarray(rows, np.int64)
    if len(wanted) < _FEWEST:
        raise DataError(
            f"There are {len(wanted)} samples to learn from; a generator needs {_FEWEST} or more."
        )
    targets = np.unique(samples.target[wanted])
    if len(targets) > 1 or targets[0] < 0:
        names = [samples.classes[i] if i >= 0 else "unknown" for i in targets]
        raise DataError(
            f"The samples are of the classes {', '.join(names)}; a generator learns one class."
        )
    list_sizes(*samples.pixels.shape[-2:])
    pixels = samples.read_pixels(wanted)
    check_finite(pixels, wanted)
    return PictureLesson(
        samples.path,
        wanted,
        pixels,
        measure_range(pixels),
        samples.classes[targets[0]],
        samples.channels,
        options,
    )
