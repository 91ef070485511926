"""What can be told of a plane before any network sees it: empty, saturated, or not fluorescence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from napari_seewhy.images import find_percentiles

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.images import Pixels
    from napari_seewhy.nuclei import SegmenterCard

_SAMPLE_PX = 2**20
_PERCENTILES = (1.0, 50.0, 99.8)
"""A segmenter takes the first for 0 and the last for 1; its card gives the middle on that scale."""

_MARGIN = 0.2
"""How much brighter than in training a background may be. Of 432 images of stained nuclei none has
one above 0.14; brightfield and phase contrast begin at about 0.3."""

_FAR = 1.5
"""Sparse nuclei lie above both percentiles, so that all of the scale is background. They are told
from the brightest specks of brightfield by how far above, on the same scale."""

_MIDDLE_PX = 256
_WIDE_PX = 31
_GRAIN = 0.3
"""Neighbouring pixels of noise correlate by 0, of brightfield and phase contrast by 0.45 to 0.9."""


@dataclass(frozen=True, slots=True)
class Looks:
    """What evenly spread pixels of a plane say of it.

    Attributes
    ----------
    lowest, highest
        Intensities, as in the file.
    levels
        The 1st and the 99.8th percentile.
    background
        The median intensity, where the levels are 0 and 1.
    is_saturated
        Whether every pixel has the greatest value that its type can hold.
    """

    lowest: float
    highest: float
    levels: tuple[float, float]
    background: float
    is_saturated: bool

    @classmethod
    def of(cls, pixels: Pixels) -> Self:
        """Look at a plane ``(Y, X)`` without NaN."""
        some = _spread(pixels)
        lowest, highest = float(some.min()), float(some.max())
        dark, middle, bright = find_percentiles(some, _PERCENTILES)
        return cls(
            lowest,
            highest,
            (dark, bright),
            (middle - dark) / (bright - dark) if bright > dark else 0.0,
            some.dtype.kind in "ui" and lowest == np.iinfo(some.dtype).max,
        )

    def explain_empty(self) -> str:
        """Say why nothing was found."""
        if self.lowest != self.highest:
            return "Nothing stands out from the background; no object was found."
        if self.is_saturated:
            return (
                f"Every pixel is saturated ({self.lowest:g}); no object was found. "
                "Expose for a shorter time."
            )
        return f"The image is constant ({self.lowest:g}); no object was found."

    def is_outshone(self, pixels: Pixels, labels: NDArray[np.int32]) -> bool:
        """Whether objects ``(Y, X)`` in the same plane are far brighter than its levels say."""
        inside = _spread(pixels)[_spread(labels) > 0]
        dark, bright = self.levels
        return bool(inside.size and np.median(inside) > dark + _FAR * (bright - dark))

    def warn_of_light(self, card: SegmenterCard) -> str:
        """Say that this looks like brightfield or phase contrast to a segmenter; "" if not."""
        if self.background <= card.background[2] + _MARGIN:
            return ""
        return (
            f"The model {card.name} was trained on fluorescence, bright nuclei on a dark "
            f"background, and half of this image is brighter than {self.background:.0%} of its "
            "range, as in brightfield or phase contrast; choose the channel of the nuclear stain, "
            "or check every nucleus."
        )


def _spread(pixels: Pixels) -> NDArray[Any]:
    """Read evenly spread pixels of a plane."""
    step = max(1, int(np.sqrt(pixels.size / _SAMPLE_PX)))
    return np.asarray(pixels[::step, ::step])


def is_grain(pixels: Pixels) -> bool:
    """Whether a plane ``(Y, X)`` holds the noise of a camera alone, but for uneven light.

    In an empty field all of the range is noise, so half of it lies in the middle, as of an image in
    brightfield; but neighbouring pixels have nothing to do with each other.
    """
    from scipy.ndimage import uniform_filter

    middle = tuple(
        slice(max(0, (length - _MIDDLE_PX) // 2), (length + _MIDDLE_PX) // 2)
        for length in pixels.shape
    )
    some = np.asarray(pixels[middle]).astype(np.float32)
    fine = some - uniform_filter(some, _WIDE_PX)
    together = np.mean(fine[:, 1:] * fine[:, :-1]) if fine.shape[1] > 1 else 0.0
    return bool(together <= _GRAIN * np.mean(fine**2))
