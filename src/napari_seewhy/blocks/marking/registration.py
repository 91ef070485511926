"""Registration: whether phase contrast and marker show the same place, pixel by pixel."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.errors import DataError
from napari_seewhy.images import cut_tiles, find_measured
from napari_seewhy.progress import Step

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from napari_seewhy.blocks.pairing import Pair, StainPairOptions
    from napari_seewhy.progress import Task

CERTAIN_SHARE = 1 / 3
"""Share of the parts of a field that must agree, for a shift to be believed."""

_N_PARTS = 3
_AGREE_PX = 3
_SMALLEST_PART_PX = 64
_LARGEST_SHARE = 0.25
_BLUR_PX = 2.0
_REACH = 4
"""Where scipy cuts a Gaussian off, in its widths."""

_LEAST_SEEN = 0.5
_LARGEST_FIELD_PX = 2048


@dataclass(frozen=True, slots=True)
class Shift:
    """How far the marker must be moved to lie on the phase contrast.

    Attributes
    ----------
    dy, dx
        Down and to the right, in whole pixels.
    certainty
        Share of the parts of the field, nine or more, which say the same within 3 px when looked
        at alone. Parts of images that have nothing in common agree by chance in 1 of 100 cases.
    """

    dy: int
    dx: int
    certainty: float

    @property
    def is_certain(self) -> bool:
        """Whether it can be believed: at least a third of the parts agree."""
        return self.certainty >= CERTAIN_SHARE

    @property
    def length_px(self) -> float:
        """Length of the shift."""
        return float(np.hypot(self.dy, self.dx))

    def describe(self) -> str:
        """Say it in one sentence."""
        if not self.is_certain:
            return (
                f"Whether the images are shifted cannot be told: {self.certainty:.0%} of the parts "
                "of the field agree on one shift."
            )
        if self.length_px < 1:
            return f"The images lie on each other ({self.certainty:.0%} of the parts agree)."
        return (
            f"The marker lies {-self.dy} px below and {-self.dx} px to the right of the phase "
            f"contrast ({self.certainty:.0%} of the parts agree)."
        )


def estimate_shift(phase: ArrayLike, marker: ArrayLike) -> Shift:
    """Estimate how far the marker must be moved to lie on the phase contrast.

    Edges of cells are edges in both images, whatever their brightness, so the strengths of the
    edges are cross-correlated; up to a quarter of the field is looked for. The outline of what was
    not measured is no edge, and parts of which less than half was measured say nothing.

    Parameters
    ----------
    phase
        ``(Y, X)``, or ``(C, Y, X)`` of which the mean of the edges is taken.
    marker
        ``(Y, X)``.

    Raises
    ------
    DataError
        If the images differ in size.

    Examples
    --------
    >>> cells = np.random.default_rng(0).random((20, 24)).repeat(16, 0).repeat(16, 1)
    >>> shift = estimate_shift(cells, np.roll(-cells, (5, -9), (0, 1)))
    >>> shift.dy, shift.dx, shift.is_certain
    (-5, 9, True)
    """
    planes = np.asarray(phase)
    planes = planes[None] if planes.ndim == 2 else planes
    stain = np.asarray(marker)
    if planes.shape[1:] != stain.shape:
        raise DataError(
            f"Phase contrast has {planes.shape[1:]} px and the marker {stain.shape}; bring both to "
            "one size."
        )
    middle = _middle((stain.shape[0], stain.shape[1]))
    seen = [_find_seen(plane[middle]) for plane in (*planes, stain)]
    each = [_edges(one[middle], known) for one, known in zip((*planes, stain), seen, strict=True)]
    looks, stains = np.sum(each[:-1], axis=0), each[-1]
    whole = _correlate(looks, stains)
    # The parts are looked at as they would lie after correction, so that they show the same place.
    moved = np.roll(stains, whole, (0, 1))
    both = np.all([*seen[:-1], np.roll(seen[-1], whole, (0, 1))], axis=0)
    agree = [
        max(map(abs, _correlate(looks[part], moved[part]))) <= _AGREE_PX
        for part in _parts(stain[middle])
        if both[part].mean() >= _LEAST_SEEN
    ]
    return Shift(*whole, float(np.mean(agree)) if agree else 0.0)


def shift_marker(marker: NDArray[Any], shift: Shift) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Move the marker onto the phase contrast.

    Returns
    -------
    moved
        The same shape and type; 0 where nothing is known.
    known
        ``(Y, X)`` bool: where the moved marker comes from a pixel.
    """
    height, width = marker.shape[-2:]
    moved = np.zeros_like(marker)
    known = np.zeros((height, width), bool)
    to_rows, from_rows = _overlap(shift.dy, height)
    to_columns, from_columns = _overlap(shift.dx, width)
    moved[..., to_rows, to_columns] = marker[..., from_rows, from_columns]
    known[to_rows, to_columns] = True
    return moved, known


def _overlap(by: int, edge: int) -> tuple[slice, slice]:
    """Return where pixels go and where they come from along one axis."""
    by = int(np.clip(by, -edge, edge))
    return slice(max(by, 0), edge + min(by, 0)), slice(max(-by, 0), edge - max(by, 0))


def _middle(shape: tuple[int, int]) -> tuple[slice, slice]:
    """Return the middle of a large field, which is enough to tell."""
    starts = [max(0, (edge - _LARGEST_FIELD_PX) // 2) for edge in shape]
    rows, columns = (slice(start, start + _LARGEST_FIELD_PX) for start in starts)
    return rows, columns


def _find_seen(plane: NDArray[Any]) -> NDArray[np.bool_]:
    """Return where a plane was measured, without the pixels whose edges end where that does."""
    from scipy.ndimage import binary_erosion

    measured = find_measured(plane)
    if measured is None:
        return np.ones(plane.shape, bool)
    reach = math.ceil(_REACH * _BLUR_PX)
    seen: NDArray[np.bool_] = binary_erosion(measured, iterations=reach, border_value=True)
    return seen


def _edges(plane: NDArray[Any], seen: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return how strong the edges are, in units of their spread over what was seen; 0 elsewhere."""
    from scipy.ndimage import gaussian_gradient_magnitude

    strength: NDArray[np.float32] = gaussian_gradient_magnitude(plane.astype(np.float32), _BLUR_PX)
    known = strength[seen] if seen.any() else strength
    # The logarithm keeps one bright cell from deciding alone.
    strength, known = (np.log(one + np.median(known) + 1e-6) for one in (strength, known))
    strength = (strength - known.mean()) / max(float(known.std()), 1e-6)
    return np.where(seen, strength, np.float32(0))


def _parts(plane: NDArray[Any]) -> list[tuple[slice, slice]]:
    size = min(plane.shape) // _N_PARTS
    if size < _SMALLEST_PART_PX:
        return []
    whole = (plane.shape[0] // size * size, plane.shape[1] // size * size)
    return [tile.core for tile in cut_tiles(whole, size, 0)]


def _correlate(phase: NDArray[np.float32], marker: NDArray[np.float32]) -> tuple[int, int]:
    """Return the shift of the marker at which both correlate best."""
    from scipy import fft
    from scipy.signal.windows import hann

    shape = phase.shape
    window = np.outer(*(hann(edge, sym=False) for edge in shape)).astype(np.float32)
    spectra = [fft.rfft2((one - one.mean()) * window) for one in (phase, marker)]
    surface = fft.irfft2(spectra[0] * spectra[1].conj(), shape)
    reach = [max(1, int(_LARGEST_SHARE * edge)) for edge in shape]
    rows, columns = (np.arange(-by, by + 1) for by in reach)
    near = surface[np.ix_(rows, columns)]
    row, column = np.unravel_index(int(np.argmax(near)), near.shape)
    return int(rows[row]), int(columns[column])


def find_shift_steps(pair: Pair, options: StainPairOptions, frame: int) -> Task[Shift]:
    """Find out whether phase contrast and marker lie on each other.

    Parameters
    ----------
    pair
        Both images.
    options
        Which channels and planes are taken.
    frame
        The time point that is looked at.
    """
    yield Step(0, 0, "Comparing the edges in both images")
    images = pair.read(options)
    t = min(frame, images.n_frames - 1)
    phase, marker = (np.asarray(one.frame(t).pixels) for one in (images.phase, images.marker))
    return estimate_shift(phase, marker[0])
