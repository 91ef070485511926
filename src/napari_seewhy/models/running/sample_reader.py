"""Samples on their way into a network that only answers: read, checked, and it left as found."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import numpy as np
import torch

from napari_seewhy.errors import DataError
from napari_seewhy.samples.storing import PixelSource, check_finite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from torch import nn

    from napari_seewhy.models.files import Model
    from napari_seewhy.samples.storing import SampleSet


class SampleReader:
    """Reads rows of a sample set or an array, checked against the model's card.

    Parameters
    ----------
    model
        The model that shall see them.
    samples
        An open sample set, or pixels ``(N, C, H, W)``.

    Raises
    ------
    DataError
        If channels or size are not those of the model.
    """

    def __init__(self, model: Model, samples: SampleSet | NDArray[np.generic]) -> None:
        card = model.card
        self._pixels = samples if isinstance(samples, np.ndarray) else None
        if isinstance(samples, np.ndarray):
            shape = samples.shape
        else:
            self._source = PixelSource(samples, card.channel_names, keep=False)
            shape = self._source.shape
        if shape[1] != len(card.channels):
            raise DataError(
                f"The samples have {shape[1]} channels and the model takes "
                f"{', '.join(card.channel_names)}; give it those."
            )
        if tuple(shape[2:]) != card.size_px:
            raise DataError(
                f"The samples are {shape[2]} x {shape[3]} px and the model takes "
                f"{card.size_px[0]} x {card.size_px[1]} px; cut crops of that size."
            )

    def __call__(self, rows: NDArray[np.int64]) -> NDArray[np.generic]:
        """Read samples ``(n, C, H, W)`` of these rows, in this order."""
        if self._pixels is None:
            return self._source.read(rows)
        pixels = self._pixels[rows]
        check_finite(pixels, rows)
        return pixels


@contextlib.contextmanager
def as_predicting(network: nn.Module) -> Iterator[None]:
    """Put a network into its mode for prediction, and everything back afterwards."""
    was_training = network.training
    device = next(network.parameters()).device
    network.eval()
    try:
        yield
    finally:
        network.train(was_training)
        network.to(device).to(memory_format=torch.contiguous_format)
