"""The threshold of a marker: from which brightness on a pixel is positive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from napari_seewhy.blocks.marking.options import StainThresholdOptions
from napari_seewhy.errors import DataError, OptionError
from napari_seewhy.images import find_measured
from napari_seewhy.samples.targeting import target_from_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray


NOISE_RATIO = 2.0
"""Pieces of pure noise spread as their pixels predict: 1, and a quarter more by chance."""

_PIECE_PX = 8
_SURFACE_DEGREE = 4
_FEWEST_PIECES = 8
_LARGEST_PX = 2048


def find_blank(marker: NDArray[Any], name: str = "The marker") -> str:
    """Say why a marker shows nothing; it is constant, or holds noise and uneven light alone.

    Otsu's threshold parts anything, noise too, and a network would then learn noise.

    Parameters
    ----------
    marker
        ``(Y, X)`` or ``(T, Y, X)``; one time point with signal is enough.
    name
        What it is called in the sentence.

    Returns
    -------
    str
        Empty where there is something to see.

    Examples
    --------
    >>> find_blank(np.zeros((64, 64)))[:21]
    'The marker is blank: '
    """
    planes = marker.reshape(-1, *marker.shape[-2:])
    ratio = max(signal_ratio(plane) for plane in planes)
    if ratio == 0:
        return (
            f"{name} is blank: all its pixels are {float(planes[0, 0, 0]):.6g}, so there are no "
            "positives to learn from; choose another channel or file."
        )
    if ratio < NOISE_RATIO:
        return (
            f"{name} is blank: it holds nothing but noise and uneven light, so there are no "
            "positives to learn from; choose another channel or file, or a fixed threshold."
        )
    return ""


def signal_ratio(plane: NDArray[Any]) -> float:
    """Say how much more pieces of a picture differ than the noise of their pixels explains.

    The variance of the means of pieces of 8 px, without the uneven light (a polynomial surface),
    over the one that independent noise of the pixels gives. The noise is measured after Immerkaer
    (1996, Comput. Vis. Image Underst. 64:300), which does not see slow changes.

    Returns
    -------
    float
        0 for a constant picture, about 1 for noise, tens to thousands for cells. Infinite where
        the picture is too small to tell.
    """
    from scipy.ndimage import convolve

    pixels = plane[:_LARGEST_PX, :_LARGEST_PX].astype(np.float32)
    if np.ptp(pixels) == 0:
        return 0.0
    n_rows, n_columns = (edge // _PIECE_PX for edge in pixels.shape)
    if min(n_rows, n_columns) < _FEWEST_PIECES:
        return float("inf")
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    # Its weights are such that it has 6 times the standard deviation of the noise.
    noise = float(np.mean(np.square(convolve(pixels, kernel)[1:-1, 1:-1]))) / 36
    whole = pixels[: n_rows * _PIECE_PX, : n_columns * _PIECE_PX]
    means = whole.reshape(n_rows, _PIECE_PX, n_columns, _PIECE_PX).mean(axis=(1, 3))
    spread = float(np.var(_without_light(means)))
    return spread / (noise / _PIECE_PX**2) if noise else float("inf")


def _without_light(means: NDArray[np.float32]) -> NDArray[np.float64]:
    """Take off the smooth surface that fits best."""
    from numpy.polynomial.legendre import legvander2d

    y, x = (np.linspace(-1, 1, edge) for edge in means.shape)
    rows, columns = np.meshgrid(y, x, indexing="ij")
    terms = legvander2d(rows.ravel(), columns.ravel(), [_SURFACE_DEGREE] * 2)
    weights, *_ = np.linalg.lstsq(terms, means.ravel().astype(np.float64), rcond=None)
    rest: NDArray[np.float64] = means.ravel().astype(np.float64) - terms @ weights
    return rest


_MOST_PX = 2**20
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
            "fixed": "the fixed threshold",
        }
        return (
            f"{names[self.how][:1].upper()}{names[self.how][1:]} is {self.value:.5g}; "
            f"{self.positive_share:.1%} of the pixels lie above it."
        )

    def to_json(self) -> dict[str, Any]:
        """Return plain values, for a record."""
        return {"value": self.value, "how": self.how, "positive_share": self.positive_share}


class MarkerSample(NamedTuple):
    """Some pixels of a marker ``(n,)``, and why nothing can be seen in it, "" where it can."""

    values: NDArray[Any]
    blank: str


def find_threshold(
    markers: ArrayLike | Sequence[ArrayLike],
    options: StainThresholdOptions = _OTSU,
    *,
    controls: Sequence[ArrayLike] = (),
    name: str = "The marker",
    known: NDArray[np.bool_] | None = None,
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
    known
        ``(Y, X)``: which pixels the file declares as measured; None declares nothing.

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
    samples = [sample_marker(image, len(images), name, known) for image in images]
    return threshold_of_samples(samples, options, controls=controls)


def sample_marker(
    marker: ArrayLike,
    n_images: int = 1,
    name: str = "The marker",
    known: NDArray[np.bool_] | None = None,
) -> MarkerSample:
    """Take evenly spread pixels of a marker, as many as its threshold needs.

    Parameters
    ----------
    marker
        ``(Y, X)`` or ``(T, Y, X)``.
    n_images
        How many images get one threshold together.
    name
        What the image is called in an error.
    known
        ``(Y, X)``: which pixels its file declares as measured; None declares nothing.

    Raises
    ------
    DataError
        If a pixel is NaN or infinite.
    """
    pixels = np.asarray(marker)
    step = max(1, int(np.ceil(np.sqrt(pixels.size * n_images / _MOST_PX))))
    values = pixels[..., ::step, ::step][_find_measured(pixels, known)[..., ::step, ::step]]
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise DataError(f"{name} holds NaN or infinite pixels; replace them by numbers first.")
    return MarkerSample(values, find_blank(pixels, name))


def _find_measured(pixels: NDArray[Any], known: NDArray[np.bool_] | None) -> NDArray[np.bool_]:
    """Say which pixels ``(Y, X)`` or ``(T, Y, X)`` were measured."""
    frames = pixels.reshape(-1, *pixels.shape[-2:])
    measured = [find_measured(frame, known) for frame in frames]
    whole = np.ones(frames.shape[-2:], bool)
    return np.stack([whole if m is None else m for m in measured]).reshape(pixels.shape)


def threshold_of_samples(
    samples: Sequence[MarkerSample],
    options: StainThresholdOptions = _OTSU,
    *,
    controls: Sequence[ArrayLike] = (),
) -> Threshold:
    """Find one threshold for several images, see `find_threshold`."""
    values = np.concatenate([sample.values for sample in samples])
    chosen = options.threshold
    if isinstance(chosen, float):
        return _finish(chosen, "fixed", values)
    if chosen == "control":
        if not controls:
            raise OptionError("The negative control holds no image; name its images.")
        some = [sample_marker(one, len(controls), "The control").values for one in controls]
        level = float(np.quantile(np.concatenate(some), options.control_share))
        return _finish(level, "control", values)
    # Among several images a blank one is a dish without positive cells.
    if all(sample.blank for sample in samples):
        raise DataError(samples[0].blank)
    return _finish(_otsu(values, use_log=chosen == "log-otsu"), chosen, values)


def _as_list(markers: ArrayLike | Sequence[ArrayLike]) -> list[ArrayLike]:
    return [markers] if isinstance(markers, np.ndarray) else list(markers)  # type: ignore[arg-type]  # numbers alone are no sequence of images


def _otsu(values: NDArray[Any], *, use_log: bool) -> float:
    if not use_log:
        return target_from_values(values).threshold
    # A camera's offset is kept: it is part of what was measured. Only what is not above 0 is held.
    positive = values[values > 0]
    floor = positive.min() if len(positive) else 1
    logarithms = np.log(np.maximum(values, floor).astype(np.float64))
    return float(np.exp(target_from_values(logarithms).threshold))


def _finish(level: float, how: str, values: NDArray[Any]) -> Threshold:
    return Threshold(level, how, float((values > level).mean()))
