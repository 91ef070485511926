"""Saying what is in a sample set."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from napari_seewhy.samples.storing.sample_set import SampleSet

_BLOCK_BYTES = 4 * 2**20


def describe_samples(samples: SampleSet) -> dict[str, Any]:
    """Count what is in a sample set, in plain values that fit into JSON.

    Parameters
    ----------
    samples
        Open sample set; its pixels are read once, a few megabytes at a time.

    Returns
    -------
    dict
        ``n_samples``; ``classes`` (name -> number of samples), ``n_unknown``; ``groups`` (name ->
        number of samples); ``n_sources``; ``height_px``, ``width_px``, ``dtype``,
        ``pixel_size_um`` (None if unknown); ``channels`` (name -> ``min``, ``max``, ``mean`` of all
        pixels that are no NaN or infinity, None where there are none).
    """
    numbers = np.bincount(samples.target + 1, minlength=len(samples.classes) + 1)
    height, width = samples.pixels.shape[-2:]
    origin = samples.origin
    return {
        "n_samples": len(samples),
        "classes": dict(zip(samples.classes, numbers[1:].tolist(), strict=True)),
        "n_unknown": int(numbers[0]),
        "groups": dict(sorted(Counter(samples.group.tolist()).items())),
        "n_sources": int(origin["source"].nunique()) if "source" in origin else 0,
        "height_px": int(height),
        "width_px": int(width),
        "dtype": str(samples.pixels.dtype),
        "pixel_size_um": samples.pixel_size_um,
        "channels": _describe_channels(samples),
    }


def _describe_channels(samples: SampleSet) -> dict[str, dict[str, float | None]]:
    n_channels = len(samples.channels)
    lowest, highest = np.full(n_channels, np.inf), np.full(n_channels, -np.inf)
    total, n_pixels = np.zeros(n_channels), np.zeros(n_channels, np.int64)
    per_block = max(1, _BLOCK_BYTES // max(1, samples.pixels[:1].nbytes))
    for first in range(0, len(samples), per_block):
        block = samples.pixels[first : first + per_block].astype(np.float64)
        is_number = np.isfinite(block)
        along = (0, 2, 3)
        np.minimum(lowest, block.min(along, where=is_number, initial=np.inf), out=lowest)
        np.maximum(highest, block.max(along, where=is_number, initial=-np.inf), out=highest)
        total += block.sum(along, where=is_number)
        n_pixels += is_number.sum(along)
    return {
        name: {"min": float(low), "max": float(high), "mean": float(summed / n)}
        if n
        else {"min": None, "max": None, "mean": None}
        for name, low, high, summed, n in zip(
            samples.channels, lowest, highest, total, n_pixels, strict=True
        )
    }
