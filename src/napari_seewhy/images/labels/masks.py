"""Masks: where objects are, but not which pixel belongs to which; labels have a number for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import scipy

from napari_seewhy.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MOST_NUMBERS = 20
"""Masks have one number, class maps a few; labels of so many objects are not looked at."""

_LARGEST_SHARE = 0.9
"""A number with less than this share of its pixels in one area stands for several objects."""

_MOST_OF_A_BORDER = 0.5
_MOST_LOOKED_AT_PX = 2**26
_TOUCHING = np.ones((3, 3), int)


def check_no_mask(labels: NDArray[Any], what: str) -> None:
    """Refuse a mask or a map of classes where labels are wanted.

    Parameters
    ----------
    labels
        ``(Y, X)`` or ``(T, Y, X)`` whole numbers from 0.
    what
        Where they come from, as a sentence begins.

    Raises
    ------
    DataError
        If most numbers stand for several separate areas (a mask of 0 and 255, a map of classes), or
        if there is no background (0) and two numbers (1 = cell, 2 = background), or one that fills
        most of the border (1 = background, 2 and on = cells).

    Examples
    --------
    >>> check_no_mask(np.array([[255, 0, 255]]), "The mask a.tif")
    Traceback (most recent call last):
    ...
    napari_seewhy.errors.DataError: The mask a.tif has only the number 255 for 2 separate areas, \
so it is a mask, not labels with a number for each object; number its areas with `seewhy number`.
    """
    frames = labels if labels.ndim > 2 else labels[None]
    for frame in frames:
        around = _find_around(frame)
        if around is not None:
            raise DataError(
                f"{what} has no background (0), and its number {around} fills most of the border, "
                "so it is the background; number the other areas with `seewhy number "
                f"--background-value {around}`."
            )
        numbers = _few_numbers(frame)
        areas = [_measure_areas(frame == number) for number in numbers]
        n_scattered = sum(max(pixels) < _LARGEST_SHARE * sum(pixels) for pixels in areas)
        if len(numbers) == 2 and frame.all():
            lack = f"has only the numbers {numbers[0]} and {numbers[1]}, and no background (0)"
        elif numbers and 2 * n_scattered >= len(numbers):
            said = "the number" if len(numbers) == 1 else "the numbers"
            lack = f"has only {said} {_list(numbers)} for {sum(map(len, areas))} separate areas"
        else:
            continue
        raise DataError(
            f"{what} {lack}, so it is a mask, not labels with a number for each object; number its "
            "areas with `seewhy number`."
        )


def explain_scattered(labels: NDArray[Any], what: str) -> tuple[str, ...]:
    """Say which numbers stand for several areas among labels whose others stand for one.

    Such as the 255 that VOC lays about all objects, or a number that was given twice.

    Parameters
    ----------
    labels
        ``(Y, X)`` or ``(T, Y, X)`` whole numbers from 0, of which the first frame is looked at.
    what
        Where they come from, as a sentence begins.
    """
    frame = labels if labels.ndim == 2 else labels[0]
    if frame.size > _MOST_LOOKED_AT_PX:
        return ()
    from skimage.measure import label

    areas = label(frame, connectivity=2)
    sizes = np.bincount(areas.ravel())[1:]
    numbers = np.zeros(len(sizes) + 1, np.int64)
    numbers[areas] = frame
    named, owner = np.unique(numbers[1:], return_inverse=True)
    largest = np.zeros(len(named), np.int64)
    np.maximum.at(largest, owner, sizes)
    is_scattered = largest < _LARGEST_SHARE * np.bincount(owner, sizes)
    if not is_scattered.any():
        return ()
    n, first = int(is_scattered.sum()), int(np.flatnonzero(is_scattered)[0])
    n_areas = int((owner == first).sum())
    others = f", and {n - 1} more of the {len(named)} numbers," if n > 1 else ""
    return (
        f"{what} has the number {named[first]} for {n_areas} separate areas{others} each of which "
        "counts as one object; correct or remove what is none.",
    )


def number_areas(mask: NDArray[Any], background: int = 0) -> NDArray[np.int32]:
    """Make labels of a mask: pixels of one number that touch, corners included, are one object.

    Parameters
    ----------
    mask
        ``(Y, X)`` or ``(T, Y, X)`` whole numbers.
    background
        The number that stands for no object.

    Returns
    -------
    ndarray, int32
        Of the same shape, numbered from 1 in each frame.

    Examples
    --------
    >>> number_areas(np.array([[255, 0, 255, 255]]))
    array([[1, 0, 2, 2]], dtype=int32)
    """
    if mask.ndim > 2:
        return np.stack([number_areas(frame, background) for frame in mask])
    labels = np.zeros(mask.shape, np.int32)
    n_objects = 0
    for number in np.unique(mask[mask != background]):
        areas, n_areas = scipy.ndimage.label(mask == number, _TOUCHING)
        labels[areas > 0] = areas[areas > 0] + n_objects
        n_objects += int(n_areas)
    return labels


def _find_around(frame: NDArray[Any]) -> int | None:
    """Find the number of a background that is not 0: it fills most of each border."""
    if not frame[:: max(1, len(frame) // 8)].all() or not frame.all():
        return None
    borders = (frame[0], frame[-1], frame[:, 0], frame[:, -1])
    numbers, counts = np.unique(np.concatenate(borders), return_counts=True)
    number = int(numbers[counts.argmax()])
    is_around = all((border == number).mean() > _MOST_OF_A_BORDER for border in borders)
    # A frame of one number is one object, and two numbers are a mask.
    return number if is_around and len(np.unique(frame)) > 2 else None


def _few_numbers(frame: NDArray[Any]) -> list[int]:
    """List the numbers besides 0, or none where there are too many for a mask."""
    # Labels of many objects show it in the first rows already, and are not sorted whole.
    if len(np.unique(frame[::8])) > _MOST_NUMBERS + 1:
        return []
    numbers = [int(number) for number in np.unique(frame) if number > 0]
    return numbers if len(numbers) <= _MOST_NUMBERS else []


def _measure_areas(mask: NDArray[np.bool_]) -> list[int]:
    """Count the pixels of each area of touching pixels."""
    areas, _ = scipy.ndimage.label(mask, _TOUCHING)
    counts: list[int] = np.bincount(areas.ravel())[1:].tolist()
    return counts


def _list(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))
