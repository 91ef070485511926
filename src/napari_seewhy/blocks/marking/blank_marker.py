"""Whether a marker shows anything at all, or noise and uneven light alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

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
