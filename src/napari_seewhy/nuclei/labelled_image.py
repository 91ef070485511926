"""`LabelledImage`: what is learned from, cut into pieces that fit into memory."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

from napari_seewhy.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from napari_seewhy.images import Box, CellImage, Pixels

PIECE_PX = 1024
"""Most that a piece measures along an edge, as the network sees it."""

_STRIP_PX = 2**22
_MASK_PIECES = 3
"""One number for so many separate objects is no number of one nucleus, nor of two daughters."""

_FEWEST = 3
"""Nuclei that a quadrant, and the rest, must have where a quadrant is to be spared."""


@dataclass(frozen=True, eq=False)
class LabelledImage:
    """One channel of an image, and the labels of its nuclei.

    Attributes
    ----------
    name
        What a person knows it by.
    pixels
        ``(T, Y, X)``, read piece by piece where the file is too large for memory.
    labels
        ``(T, Y, X)`` whole numbers, 0 = background.
    """

    name: str
    pixels: Pixels
    labels: NDArray[np.integer]

    @classmethod
    def match(
        cls, name: str, image: CellImage, labels: NDArray[Any], channel: str
    ) -> LabelledImage:
        """Put one channel of an image and labels together, if they fit.

        Raises
        ------
        DataError
            If the labels are no whole numbers, negative, of another shape, or a mask.
        OptionError
            If there is no such channel.
        """
        if labels.dtype.kind not in "biu":
            raise DataError(
                f"The labels of {name} are of type {labels.dtype}; labels are whole numbers, one "
                "for each nucleus."
            )
        if labels.size and labels.min() < 0:
            raise DataError(
                f"The labels of {name} hold negative numbers; labels are 0 for background and "
                "1 and more for nuclei."
            )
        flat = image.select([image.stain_index(channel)]).flatten_z()
        pixels = flat.pixels.reshape(flat.n_frames, *flat.shape_yx)
        frames = labels.reshape(-1, *labels.shape[-2:])
        if pixels.shape != frames.shape:
            wanted = pixels.shape if len(pixels) > 1 else pixels.shape[1:]
            raise DataError(
                f"The labels of {name} have shape {labels.shape} and the image has {wanted}; give "
                "the labels of this image."
            )
        if is_mask(frames):
            raise DataError(
                f"The labels of {name} have one number, {frames.max():d}, for all objects, so they "
                "are a mask; give each nucleus a number of its own, as skimage.measure.label does."
            )
        return cls(name, pixels, frames)

    @property
    def whole(self) -> Box:
        """All rows and columns."""
        height, width = self.labels.shape[1:]
        return slice(0, height), slice(0, width)

    @cached_property
    def diameters_px(self) -> NDArray[np.float64]:
        """``(n,)`` of circles as large as the nuclei of the first time point that has nuclei."""
        for frame in self.labels:
            areas = count_areas(frame)
            if len(areas):
                return 2 * np.sqrt(areas / np.pi)
        return np.empty(0)

    def spare_quadrant(self) -> tuple[list[Box], list[Box]]:
        """Divide into three quadrants and one to be spared, where there are enough nuclei.

        Returns
        -------
        taught, spared
            Boxes; of the quadrants that have enough nuclei, the one with fewest is spared, and
            none if there is no such.
        """
        height, width = self.labels.shape[1:]
        rows = slice(0, height // 2), slice(height // 2, height)
        columns = slice(0, width // 2), slice(width // 2, width)
        boxes = [(y, x) for y in range(2) for x in range(2)]
        counts = [self._count_objects((rows[y], columns[x])) for y, x in boxes]
        spare = [
            (count, box)
            for count, box in zip(counts, boxes, strict=True)
            if count >= _FEWEST and sum(counts) - count >= _FEWEST
        ]
        if not spare:
            return [self.whole], []
        y, x = min(spare)[1]
        beside = (rows[y], columns[1 - x])
        return [(rows[1 - y], slice(0, width)), beside], [(rows[y], columns[x])]

    def cut_pieces(
        self, boxes: Sequence[Box], most: int
    ) -> Iterator[tuple[NDArray[Any], NDArray[np.integer]]]:
        """Read pixels and labels ``(Y, X)`` of evenly spread pieces, where there are nuclei.

        Parameters
        ----------
        boxes
            Which parts are looked at.
        most
            Most pieces; of a picture without any nucleus, one.

        Raises
        ------
        DataError
            If a pixel is NaN or infinite.
        """
        # Comes with torch, and windows put pairs together.
        from napari_seewhy.nuclei.maps import NOMINAL_PX
        from napari_seewhy.nuclei.scale import choose_zoom

        usual_px = np.median(self.diameters_px) if len(self.diameters_px) else NOMINAL_PX
        edge = PIECE_PX / choose_zoom(float(usual_px))
        places = [
            (t, piece)
            for t in range(len(self.labels))
            for box in boxes
            for piece in _divide(box, edge)
        ]
        full = [(t, piece) for t, piece in places if self.labels[t][piece].any()] or places[:1]
        chosen = np.linspace(0, len(full) - 1, min(most, len(full))).round().astype(int)
        for t, piece in (full[i] for i in chosen):
            pixels = np.asarray(self.pixels[t][piece])
            if pixels.dtype.kind == "f" and not np.isfinite(pixels).all():
                raise DataError(
                    f"{self.name} has pixels that are NaN or infinite; replace them by numbers "
                    "before training."
                )
            yield pixels, self.labels[t][piece]

    def _count_objects(self, box: Box) -> int:
        return sum(len(count_areas(frame[box])) for frame in self.labels)


def is_mask(frames: NDArray[np.integer]) -> bool:
    """Whether ``(T, Y, X)`` has the same number for all of several objects in one frame.

    They are distinguished square by square, so that a large image takes no more memory.
    """
    number = frames.max(initial=0)
    edge = int(_STRIP_PX**0.5)
    squares = [
        frame[top : top + edge, left : left + edge]
        for frame in frames
        for top in range(0, frame.shape[0], edge)
        for left in range(0, frame.shape[1], edge)
    ]
    if not number or any(((one != 0) & (one != number)).any() for one in squares):
        return False
    return any(_count_pieces(one) >= _MASK_PIECES for one in squares)


def _count_pieces(is_object: NDArray[np.integer]) -> int:
    """Count what hangs together, without specks."""
    pieces, _ = ndimage.label(is_object)
    areas = np.bincount(pieces.ravel())[1:]
    return int((areas > areas.max(initial=0) / 10).sum())


def count_areas(labels: NDArray[np.integer]) -> NDArray[np.int64]:
    """Count the pixels of each object of ``(Y, X)``, whatever its number."""
    if not labels.size:
        return np.empty(0, np.int64)
    n_rows = max(1, _STRIP_PX // labels.shape[1])
    pieces = [labels[top : top + n_rows] for top in range(0, len(labels), n_rows)]
    highest = int(labels.max())
    if highest < labels.size:
        counts = np.zeros(highest + 1, np.int64)
        for piece in pieces:
            found = np.bincount(piece.ravel().astype(np.intp, copy=False))
            counts[: len(found)] += found
        return counts[1:][counts[1:] > 0]
    # Numbers that are too high to be counted in a list of all numbers up to them.
    strips = [np.unique(piece, return_counts=True) for piece in pieces]
    numbers = np.concatenate([strip[0] for strip in strips])
    counts = np.concatenate([strip[1] for strip in strips])
    objects, place = np.unique(numbers, return_inverse=True)
    areas = np.bincount(place, counts).astype(np.int64)
    return areas[objects > 0]


def _divide(box: Box, edge: float) -> Iterator[Box]:
    """Cut a box evenly into pieces that are at most so long along an edge."""
    sides = []
    for side in box:
        n_pieces = max(1, int(np.ceil((side.stop - side.start) / edge)))
        ends = np.linspace(side.start, side.stop, n_pieces + 1).round().astype(int)
        sides.append([slice(*ends[i : i + 2]) for i in range(n_pieces)])
    yield from ((rows, columns) for rows in sides[0] for columns in sides[1])
