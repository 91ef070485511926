"""Labels: checked where they come in, numbered without gaps where they go out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from napari_seewhy.errors import DataError
from napari_seewhy.images import CellImage, cut_strips

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True, eq=False)
class LabelledCells:
    """The cells of an image, of which a model may be asked.

    Attributes
    ----------
    image
        Any axes.
    labels
        What was segmented, nuclei as a rule: ``(Y, X)``, or ``(T, Y, X)`` for a time series.
    cell_labels
        Whole cells with the numbers of their nuclei, None where there are none.
    regions
        Labels or masks of other structures, such as an organelle, by name.
    """

    image: CellImage
    labels: NDArray[Any]
    cell_labels: NDArray[Any] | None = None
    regions: Mapping[str, NDArray[Any]] = field(default_factory=dict)

    @property
    def objects(self) -> NDArray[Any]:
        """The largest outline of each cell that is known: by these neighbours are masked."""
        return self.labels if self.cell_labels is None else self.cell_labels

    def check(self) -> Self:
        """Return the same with labels that were checked by `check_labels`.

        Raises
        ------
        DataError
            If labels are not those of the image.
        """
        cells = self.cell_labels
        return replace(
            self,
            labels=check_labels(self.labels, self.image),
            cell_labels=None if cells is None else check_labels(cells, self.image),
            regions={name: check_labels(one, self.image) for name, one in self.regions.items()},
        )


def check_labels(labels: ArrayLike, like: CellImage | tuple[int, ...]) -> NDArray[np.int32]:
    """Return labels as int32 if they are labels of this image, and refuse them otherwise.

    Parameters
    ----------
    labels
        Whole numbers from 0 (background), any integer type; shape ``(Y, X)`` or ``(T, Y, X)``.
    like
        The image they belong to, or the shape that they must have.

    Returns
    -------
    Labels, shape ``(Y, X)`` or ``(T, Y, X)``, int32
        The same memory where nothing had to be converted. Labels ``(1, Y, X)`` of an image without
        time axis lose that axis, and labels ``(Y, X)`` of a single time point gain it.

    Raises
    ------
    DataError
        If they are no whole numbers, are negative, or have another shape.

    Examples
    --------
    >>> check_labels(np.array([[0, 1], [2, 2]], np.uint8), (2, 2)).dtype
    dtype('int32')
    """
    array = np.asarray(labels)
    wanted = _labels_shape(like) if isinstance(like, CellImage) else tuple(like)
    if array.dtype.kind not in "ui":
        raise DataError(
            f"The labels are of type {array.dtype}; wanted whole numbers, one for each object."
        )
    if array.shape in {(1, *wanted), wanted[1:]} and array.size == np.prod(wanted):
        array = array.reshape(wanted)
    if array.shape != wanted:
        raise DataError(
            f"The labels have shape {array.shape} but the image has {wanted}; "
            "segment this image, or choose the labels that belong to it."
        )
    lowest, highest = _find_ends(array)
    if lowest < 0 or highest > np.iinfo(np.int32).max:
        raise DataError(
            f"The labels run from {lowest} to {highest}; wanted 0 for background and numbers up to "
            f"{np.iinfo(np.int32).max}."
        )
    return array.astype(np.int32, copy=False)


def _find_ends(array: NDArray[Any]) -> tuple[int, int]:
    """Return the lowest and the highest number, looked at strip by strip."""
    if not array.size:
        return 0, 0
    frames = array.reshape(-1, *array.shape[-2:])
    ends = [(strip.min(), strip.max()) for frame in frames for strip in cut_strips(frame)]
    return int(min(low for low, _ in ends)), int(max(high for _, high in ends))


def _labels_shape(image: CellImage) -> tuple[int, ...]:
    return (image.n_frames, *image.shape_yx) if "T" in image.axes else image.shape_yx


def make_sequential(labels: NDArray[Any]) -> NDArray[np.int32]:
    """Give the objects the numbers 1, 2, ... n in their old order, leaving no gap.

    Parameters
    ----------
    labels
        Integer labels; ``(T, Y, X)`` is numbered separately in each frame.

    Returns
    -------
    Labels of the same shape, int32
        The same memory where they were sequential and int32 already.

    Examples
    --------
    >>> make_sequential(np.array([[0, 7], [3, 7]]))
    array([[0, 2],
           [1, 2]], dtype=int32)
    """
    if labels.ndim > 2:
        return np.stack([make_sequential(frame) for frame in labels])
    largest = int(labels.max(initial=0))
    if largest > 4 * labels.size:
        # Numbers far apart, as from other programs: a table by number would not fit.
        _, numbers = np.unique(labels, return_inverse=True)
        starts_at = 0 if (labels == 0).any() else 1
        return (numbers.reshape(labels.shape) + starts_at).astype(np.int32)
    is_used = np.zeros(largest + 1, bool)
    is_used[labels.ravel()] = True
    is_used[0] = False
    if is_used[1:].all():
        return labels.astype(np.int32, copy=False)
    new_numbers = np.where(is_used, np.cumsum(is_used), 0).astype(np.int32)
    sequential: NDArray[np.int32] = new_numbers[labels]
    return sequential
