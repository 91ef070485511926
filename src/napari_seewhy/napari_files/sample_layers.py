"""A sample set as layers: one stack per channel, a slider through the samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.layers import METADATA_KEY
from napari_seewhy.samples.storing import KIND, SampleSet

if TYPE_CHECKING:
    from pathlib import Path

    import dask.array as da
    from numpy.typing import NDArray

    from napari_seewhy.layers import LayerData

IN_MEMORY_BYTES = 2**30
"""Sample sets whose pixels need less than this are read at once; others as the slider moves."""

_N_FOR_CONTRAST = 200


def is_sample_file(path: Path) -> bool:
    """Whether a file declares that it is a sample set, be it damaged or too new."""
    import h5py

    try:
        with h5py.File(path, "r", locking=False) as file:
            return bool(file.attrs.get("kind") == KIND)
    except OSError:
        return False


def sample_layers(path: Path) -> list[LayerData]:
    """Return one Image layer ``(N, H, W)`` per channel of a sample set.

    Raises
    ------
    FileError
        If the file is damaged or of a newer version.
    """
    with SampleSet(path) as samples:
        is_small = samples.pixels.nbytes <= IN_MEMORY_BYTES
        pixels = samples.pixels[:] if is_small else _PixelsInFile(samples).to_dask()
        some_rows = np.unique(np.linspace(0, len(samples) - 1, _N_FOR_CONTRAST).astype(int))
        some = samples.read_pixels(some_rows if len(samples) else [])
        shared = _shared_attributes(samples)
        known = _what_is_known(samples)
    return [
        (
            pixels[:, i],
            shared
            | {
                "name": f"{channel} ({path.name})",
                "contrast_limits": _contrast_limits(some[:, i]),
                "metadata": {METADATA_KEY: known | {"channel": channel}},
            },
            "image",
        )
        for i, channel in enumerate(samples.channels)
    ]


def _shared_attributes(samples: SampleSet) -> dict[str, Any]:
    size = samples.pixel_size_um
    unit = "pixel" if size is None else "micrometer"
    return {
        "axis_labels": ("sample", "y", "x"),
        "scale": (1.0, size or 1.0, size or 1.0),
        "units": ("pixel", unit, unit),
        "blending": "additive",
    }


def _what_is_known(samples: SampleSet) -> dict[str, Any]:
    return {
        "role": "samples",
        "source": str(samples.path),
        "classes": samples.classes,
        "target": samples.target,
        "group": samples.group,
        "origin": samples.origin,
    }


def _contrast_limits(pixels: NDArray[Any]) -> tuple[float, float]:
    """Darkest and brightest value that one channel of all samples is drawn with."""
    if not pixels.size:
        return 0.0, 1.0
    low, high = np.nanpercentile(pixels, (0.5, 99.9))
    return float(low), float(high) if high > low else float(low) + 1


class _PixelsInFile:
    """Pixels of a sample set, for which the file is reopened at each look.

    So the file is never kept from being replaced, which an open file is on Windows.
    """

    def __init__(self, samples: SampleSet) -> None:
        self._path = samples.path
        self._chunk = samples.pixels.chunks
        self.shape = samples.pixels.shape
        self.dtype = samples.pixels.dtype
        self.ndim = len(self.shape)

    def __getitem__(self, index: Any) -> NDArray[Any]:
        with SampleSet(self._path) as samples:
            pixels: NDArray[Any] = samples.pixels[index]
            return pixels

    def to_dask(self) -> da.Array:
        """Return the pixels as an array that is read piece by piece."""
        import dask.array as da

        array: da.Array = da.from_array(self, chunks=self._chunk)
        return array
