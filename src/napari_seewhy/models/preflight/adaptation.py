"""Making samples fit a model, at once or as they are read: channels, scale, intensities, size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.samples.storing import SampleSet

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.models.cards import ModelCard


@dataclass(frozen=True, slots=True)
class Adaptation:
    """What is done to samples before a model sees them.

    Attributes
    ----------
    channels
        Place among the channels of the samples of every channel of the model.
    scale
        By how much samples are enlarged (above 1) or made smaller (below 1).
    gain, offset
        What the intensities of every channel of the model are multiplied by and what is added then.
    size_px
        Height and width that the model takes: what is beyond is cut off evenly, what is missing is
        filled by reflection.
    """

    channels: tuple[int, ...]
    scale: float
    gain: tuple[float, ...]
    offset: tuple[float, ...]
    size_px: tuple[int, int]

    def scaled_px(self, size_px: tuple[int, int]) -> tuple[int, int]:
        """Return the height and width that samples have after rescaling, before cutting."""
        height, width = (max(1, round(edge * self.scale)) for edge in size_px)
        return height, width

    def apply(self, pixels: NDArray[Any]) -> NDArray[Any]:
        """Adapt samples.

        Parameters
        ----------
        pixels
            ``(N, C, H, W)`` with the channels of the samples.

        Returns
        -------
        ndarray, shape ``(N, c, h, w)``
            With the channels and size of the model; float32 where anything was computed, else of
            the type of `pixels`.
        """
        chosen = pixels[:, list(self.channels)]
        size_px = (chosen.shape[2], chosen.shape[3])
        scaled_px = self.scaled_px(size_px)
        if scaled_px != size_px:
            chosen = _resize(chosen, scaled_px)
        if any(gain != 1 for gain in self.gain) or any(self.offset):
            gain, offset = np.array(self.gain, np.float32), np.array(self.offset, np.float32)
            chosen = chosen * gain[:, None, None] + offset[:, None, None]
        return _cut_or_fill(chosen, self.size_px)


def _resize(pixels: NDArray[Any], size_px: tuple[int, int]) -> NDArray[np.float32]:
    """Resize samples; where they get smaller, every pixel is the mean of what it covers."""
    from PIL import Image

    resized = np.empty((*pixels.shape[:2], *size_px), np.float32)
    for row, channel in np.ndindex(*pixels.shape[:2]):
        plane = Image.fromarray(pixels[row, channel].astype(np.float32))
        resized[row, channel] = plane.resize(size_px[::-1], Image.Resampling.BILINEAR)
    return resized


def _cut_or_fill(pixels: NDArray[Any], size_px: tuple[int, int]) -> NDArray[Any]:
    missing = [
        max(0, wanted - edge) for wanted, edge in zip(size_px, pixels.shape[2:], strict=True)
    ]
    if any(missing):
        margins = [(n // 2, n - n // 2) for n in missing]
        pixels = np.pad(pixels, [(0, 0), (0, 0), *margins], mode="reflect")
    y, x = ((edge - wanted) // 2 for wanted, edge in zip(size_px, pixels.shape[2:], strict=True))
    return pixels[:, :, y : y + size_px[0], x : x + size_px[1]]


class AdaptedSamples(SampleSet):
    """A sample set whose channels, scale, intensities and size are those of a model.

    Pixels are adapted as they are read, so that a set larger than the memory can be predicted,
    evaluated and explained like any other; its file is not changed. To be closed after use.

    Parameters
    ----------
    samples
        The sample set; its file is opened a second time.
    card
        Card of the model.
    adaptation
        What `check_fit` says is to be done.
    """

    def __init__(self, samples: SampleSet, card: ModelCard, adaptation: Adaptation) -> None:
        super().__init__(samples.path)
        self._made_from = (samples, card, adaptation)
        self._adapted = AdaptedPixels(super().pixels, adaptation)
        self.channels = card.channel_names
        if self.pixel_size_um is not None:
            self.pixel_size_um /= adaptation.scale

    @property
    def pixels(self) -> AdaptedPixels:
        """``(N, C, H, W)``, read from the file and adapted when sliced."""
        return self._adapted

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self._made_from


class AdaptedPixels:
    """What the dataset of pixels is to a sample set, for an adapted one.

    Attributes
    ----------
    shape, ndim, dtype
        Of what is given, not of what stands in the file.
    chunks
        Samples that are read together, in the shape in which they are given.
    compression
        None: what is given was unpacked already.
    """

    ndim = 4
    compression = None

    def __init__(self, stored: Any, adaptation: Adaptation) -> None:
        self._stored = stored
        self._adaptation = adaptation
        empty = adaptation.apply(np.empty((0, *stored.shape[1:]), stored.dtype))
        self.shape = (len(stored), *empty.shape[1:])
        self.dtype = empty.dtype
        self.chunks = (stored.chunks[0], *self.shape[1:]) if stored.chunks else None

    def __getitem__(self, rows: slice | NDArray[np.int64]) -> NDArray[Any]:
        return self._adaptation.apply(self._stored[rows])
