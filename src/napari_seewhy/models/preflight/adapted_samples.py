"""A sample set as a model wants it, adapted while it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.samples.storing import SampleSet

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.models.cards import ModelCard
    from napari_seewhy.models.preflight.adaptation import Adaptation


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
