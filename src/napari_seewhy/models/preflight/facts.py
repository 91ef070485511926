"""The facts of a sample set: the properties that a model's card lists of its training samples.

Training writes them into the card, and the preflight compares those of other samples with it.
Needs no torch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from napari_seewhy.errors import DataError
from napari_seewhy.models.cards import ChannelCard
from napari_seewhy.models.preflight.moments import ChannelMoments, median_diameter
from napari_seewhy.progress import Step, Task, blocking
from napari_seewhy.samples.storing import PixelSource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from napari_seewhy.samples.storing import SampleSet

LOW, HIGH = 1, 99
"""Percentiles between which the intensities of a channel are said to lie."""

_BLOCK_BYTES = 2**23
_N_OBJECTS = 200  # samples in which the size of the object is measured


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """What the pixels of one channel are like.

    Attributes
    ----------
    name
        Name of the channel.
    mean, std
        Of all pixels of all samples, exact.
    low, high
        1st and 99th percentile; of a million pixels where there are more.
    lowest, highest
        Least and greatest pixel.
    object_px
        Median diameter of what stands out in the middle of the samples, None if nothing does.
    """

    name: str
    mean: float
    std: float
    low: float
    high: float
    lowest: float
    highest: float
    object_px: float | None = None

    @property
    def is_empty(self) -> bool:
        """Whether all pixels are the same, so that there is nothing to see."""
        return self.lowest == self.highest

    def to_card(self) -> ChannelCard:
        """Say it as the card of a model does.

        Raises
        ------
        DataError
            If all pixels are the same.
        """
        if self.is_empty:
            raise DataError(
                f"The channel {self.name} is {self.lowest:g} everywhere, so there is nothing to "
                "learn from it; leave it out."
            )
        return ChannelCard(
            name=self.name, mean=self.mean, std=self.std, low=self.low, high=self.high
        )


@dataclass(frozen=True, slots=True)
class SampleFacts:
    """What the samples of a set are like.

    Attributes
    ----------
    n_samples
        How many were looked at.
    channels
        One entry per channel, in the order of the samples.
    size_px
        Height and width of a sample.
    dtype
        Type of the pixels: "uint16" ...
    pixel_size_um
        Edge of a pixel in micrometres, None where it is not known.
    """

    n_samples: int
    channels: tuple[ChannelFacts, ...]
    size_px: tuple[int, int]
    dtype: str
    pixel_size_um: float | None

    @property
    def channel_names(self) -> tuple[str, ...]:
        """Names of the channels, in order."""
        return tuple(channel.name for channel in self.channels)

    @property
    def object_px(self) -> float | None:
        """Median diameter of what stands out in the samples, over the channels that show it."""
        sizes = [channel.object_px for channel in self.channels if channel.object_px is not None]
        return float(np.median(sizes)) if sizes else None

    def keep(self, names: Sequence[str]) -> SampleFacts:
        """Return the same of some channels alone."""
        kept = tuple(channel for channel in self.channels if channel.name in names)
        return replace(self, channels=kept)

    def to_card_fields(self) -> dict[str, Any]:
        """Return the properties of training samples by the field names of a `ModelCard`.

        Raises
        ------
        DataError
            If a channel is the same everywhere.
        """
        return {
            "channels": tuple(channel.to_card() for channel in self.channels),
            "size_px": self.size_px,
            "dtype": self.dtype,
            "pixel_size_um": self.pixel_size_um,
            "object_px": self.object_px,
        }


class PixelReader(Protocol):
    """Samples that are read row by row: a `PixelSource`, or crops that were just cut."""

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the channels, in order."""

    @property
    def shape(self) -> tuple[int, ...]:
        """``(N, C, H, W)``."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the pixels."""

    def read(self, rows: NDArray[np.int64]) -> NDArray[Any]:
        """Read samples ``(n, C, H, W)``; refuse NaN and infinite pixels."""


def gather_facts_steps(
    samples: SampleSet,
    rows: ArrayLike | None = None,
    channels: Sequence[str] | None = None,
) -> Task[SampleFacts]:
    """Look at samples once and say what they are like.

    Parameters
    ----------
    samples
        Open sample set; its pixels are read a few megabytes at a time.
    rows
        ``(n,)`` rows to look at, such as those of the training part; all where None.
    channels
        Names of the channels, in the order in which they are wanted; all where None.

    Returns
    -------
    SampleFacts

    Raises
    ------
    DataError
        If there are no samples or no such channel, or a pixel is NaN or infinite.
    """
    source = PixelSource(samples, channels, keep=False)
    wanted = np.arange(source.shape[0]) if rows is None else np.unique(np.asarray(rows, np.int64))
    if not len(wanted):
        raise DataError(f"{samples.path} gives no samples to look at; choose some.")
    return (yield from look_steps(source, wanted, samples.pixel_size_um))


gather_facts = blocking(gather_facts_steps)


def look_steps(
    source: PixelReader, rows: NDArray[np.int64], pixel_size_um: float | None
) -> Task[SampleFacts]:
    """Gather the facts of whatever samples can be read, one `Step` per block of samples.

    Parameters
    ----------
    source
        The samples.
    rows
        ``(n,)`` rows to look at, at least one, each once.
    pixel_size_um
        Edge of a pixel in micrometres, None where it is not known.
    """
    moments = ChannelMoments(len(source.channels), len(rows) * source.shape[2] * source.shape[3])
    n_bytes = int(np.prod(source.shape[1:])) * source.dtype.itemsize
    n_rows = max(1, _BLOCK_BYTES // n_bytes)
    for start in range(0, len(rows), n_rows):
        yield Step(start, len(rows), "Looking at the samples")
        moments.add(source.read(rows[start : start + n_rows]))
    diameters = median_diameter(source.read(spread_rows(rows, _N_OBJECTS)))
    yield Step(len(rows), len(rows), "Looking at the samples")
    low, high = moments.percentiles((LOW, HIGH))
    described = zip(
        source.channels,
        *(
            values.tolist()
            for values in (moments.mean, moments.std, low, high, moments.lowest, moments.highest)
        ),
        diameters,
        strict=True,
    )
    return SampleFacts(
        n_samples=len(rows),
        channels=tuple(ChannelFacts(*facts) for facts in described),
        size_px=(source.shape[2], source.shape[3]),
        dtype=str(source.dtype),
        pixel_size_um=pixel_size_um,
    )


def spread_rows(rows: NDArray[np.int64], n_most: int) -> NDArray[np.int64]:
    """Choose at most `n_most` of these rows, evenly spread over them.

    Examples
    --------
    >>> spread_rows(np.arange(10), 3).tolist()
    [0, 4, 9]
    """
    if len(rows) <= n_most:
        return rows
    return rows[np.linspace(0, len(rows) - 1, n_most).astype(np.int64)]
