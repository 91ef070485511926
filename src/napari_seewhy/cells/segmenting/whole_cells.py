"""Whole cells: how they are to be grown about the nuclei of every time point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from napari_seewhy.cells.planes import SmoothPlane, expand_nuclei_steps, flood_cells_steps
from napari_seewhy.errors import OptionError
from napari_seewhy.progress import Step, T, Task, map_steps

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.cells.segmenting.options import SegmentOptions
    from napari_seewhy.images import CellImage


@dataclass(frozen=True, slots=True)
class WholeCells:
    """How cells are grown, checked against an image before any work is done.

    Attributes
    ----------
    options
        What was chosen.
    channel
        Number of the channel that fills the cell, None where none is needed.
    distance_px
        How far a cell may reach beyond its nucleus; None = usual.
    """

    options: SegmentOptions
    channel: int | None
    distance_px: float | None

    @classmethod
    def from_options(cls, image: CellImage, options: SegmentOptions) -> Self:
        """Look up channel and distance.

        Raises
        ------
        OptionError
            If there is no such channel, or the image has no pixel size and one is needed.
        """
        needs_channel = options.cells == "watershed"
        return cls(
            options,
            image.channel_index(options.cell_channel) if needs_channel else None,
            to_px(image, "cell_distance", options.cell_distance_um, options.cell_distance_px),
        )

    def grow_steps(
        self, image: CellImage, nuclei: list[NDArray[np.int32]], diameter_px: float
    ) -> Task[list[NDArray[np.int32]]]:
        """Grow the cells of every time point; none where the options ask for none.

        Parameters
        ----------
        image
            The whole image.
        nuclei
            Labels ``(Y, X)`` of every time point.
        diameter_px
            Diameter of a usual nucleus; NaN where there is none.
        """
        if self.options.cells == "none":
            return []
        usual = float(np.nan_to_num(diameter_px)) / 2
        cells = []
        for t, labels in enumerate(nuclei):
            if self.channel is None:
                task = expand_nuclei_steps(labels, self.distance_px or usual)
            else:
                flat = image.frame(t).flatten_z(self.options.z_plane)
                cytoplasm = SmoothPlane(flat.pixels[self.channel], self.options.smoothing_px)
                task = flood_cells_steps(labels, cytoplasm, self.distance_px, usual)
            cells.append((yield from count_frames(task, t, len(nuclei))))
        return cells

    def is_idle(self, nuclei: list[NDArray[np.int32]], cells: list[NDArray[np.int32]]) -> bool:
        """Whether the channel added nothing to any nucleus, though there are some."""
        return (
            self.channel is not None
            and any(labels.any() for labels in nuclei)
            and all(map(np.array_equal, nuclei, cells))
        )


def count_frames(task: Task[T], t: int, n_frames: int) -> Task[T]:
    """Pass the steps of time point `t` on as steps of the whole series."""
    where = f" (time point {t + 1} of {n_frames})" if n_frames > 1 else ""

    def count_on(step: Step) -> Step:
        return Step(t * step.total + step.done, n_frames * step.total, step.message + where)

    return map_steps(task, count_on)


def to_px(image: CellImage, name: str, um: float | None, px: float | None) -> float | None:
    """Return a length in pixels, whichever way it was given; None where it was not.

    Raises
    ------
    OptionError
        If it was given in micrometres and the image has no pixel size.
    """
    if um is None:
        return px
    if image.pixel_size_um is None:
        raise OptionError(
            f"{name}_um is {um:g} but this image does not say how large its pixels are; "
            f"give {name}_px instead."
        )
    return um / image.pixel_size_um
