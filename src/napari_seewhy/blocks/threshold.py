"""The threshold of a marker: from which brightness on a pixel is positive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.blocks.blank_marker import check_signal
from napari_seewhy.blocks.threshold_options import StainThresholdOptions
from napari_seewhy.errors import DataError, OptionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

_MOST_PX = 2**22
"""Of all images together; more do not change a threshold, and cost minutes."""

_OTSU = StainThresholdOptions()


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which brightness on a pixel is positive.

    Attributes
    ----------
    value
        In the unit of the image; a pixel above it is positive.
    how
        "otsu", "log-otsu", "control" or "fixed".
    positive_share
        Share of the pixels that are above it.
    """

    value: float
    how: str
    positive_share: float

    @property
    def sentence(self) -> str:
        """What it is and what it does, in one sentence."""
        names = {
            "otsu": "Otsu's threshold",
            "log-otsu": "Otsu's threshold of the logarithm",
            "control": "the threshold of the negative control",
            "fixed": "the threshold that was given",
        }
        return (
            f"{names[self.how][:1].upper()}{names[self.how][1:]} is {self.value:.5g}; "
            f"{self.positive_share:.1%} of the pixels lie above it."
        )

    def to_json(self) -> dict[str, Any]:
        """Return plain values, for a record."""
        return {"value": self.value, "how": self.how, "positive_share": self.positive_share}


def find_threshold(
    markers: ArrayLike | Sequence[ArrayLike],
    options: StainThresholdOptions = _OTSU,
    *,
    controls: Sequence[ArrayLike] = (),
    name: str = "The marker",
) -> Threshold:
    """Find the brightness above which a pixel of a marker is positive.

    Parameters
    ----------
    markers
        One image ``(Y, X)`` or ``(T, Y, X)``, or several which get one threshold together.
    options
        How it is found. Otsu's (1979) parts the pixels into two groups of the least variance; of
        the logarithm, so that a dim positive cell counts as much as a bright one.
    controls
        Images of the negative control, where it decides.
    name
        What the images are called in an error.

    Raises
    ------
    DataError
        If the marker is blank, so that there is nothing to part, or holds NaN.
    OptionError
        If the negative control is to decide and there is none.

    Examples
    --------
    >>> marker = np.full((64, 64), 10.0)
    >>> marker[:16, :16] = 90
    >>> find_threshold(marker, StainThresholdOptions(threshold=50.0)).positive_share
    0.0625
    """
    images = _as_list(markers)
    values = _gather(images, name)
    chosen = options.threshold
    if isinstance(chosen, float):
        return _finish(chosen, "fixed", values)
    if chosen == "control":
        if not controls:
            raise OptionError("The negative control holds no image; name its images.")
        level = float(
            np.quantile(_gather(_as_list(controls), "The control"), options.control_share)
        )
        return _finish(level, "control", values)
    for image in images:
        check_signal(image, name)
    return _finish(_otsu(values, use_log=chosen == "log-otsu"), chosen, values)


def _as_list(markers: ArrayLike | Sequence[ArrayLike]) -> list[NDArray[Any]]:
    return [markers] if isinstance(markers, np.ndarray) else [np.asarray(one) for one in markers]  # type: ignore[union-attr]


def _gather(images: Sequence[NDArray[Any]], name: str) -> NDArray[Any]:
    """Return evenly spread pixels of all images."""
    step = max(1, int(np.ceil(np.sqrt(sum(image.size for image in images) / _MOST_PX))))
    values = np.concatenate([np.asarray(image[..., ::step, ::step]).ravel() for image in images])
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise DataError(f"{name} holds NaN or infinite pixels; replace them by numbers first.")
    return values


def _otsu(values: NDArray[Any], *, use_log: bool) -> float:
    from skimage.filters import threshold_otsu

    if not use_log:
        # Whole numbers stay whole: their histogram then has no bins to choose.
        return float(threshold_otsu(values))
    # A camera's offset is kept: it is part of what was measured. Only what is not above 0 is held.
    positive = values[values > 0]
    floor = positive.min() if len(positive) else 1
    return float(np.exp(threshold_otsu(np.log(np.maximum(values, floor).astype(np.float64)))))


def _finish(level: float, how: str, values: NDArray[Any]) -> Threshold:
    return Threshold(level, how, float((values > level).mean()))
