"""Where the panels of a picture of a gene lie, and which base of the genome a column stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np
from pydantic import Field, model_validator

from napari_seewhy.options import Options

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from napari_seewhy.genome import GenePlace


class PictureGeometry(Options):
    """Where chromatin and methylation lie in a picture, in pixels, half-open like array slices.

    Columns `left` to `right` stand for the window of a gene; all else is margin, axes and text.

    Raises
    ------
    OptionError
        If a panel is empty, lies outside the picture, or the panels overlap.

    Examples
    --------
    >>> from napari_seewhy.genome import GenePlace
    >>> panels = PictureGeometry(
    ...     width_px=100, height_px=40, left=0, right=100, chromatin=(0, 19), methylation=(21, 40)
    ... )
    >>> gene = GenePlace("chr21", 5_000, 15_000, "-", 10_000, is_mirrored=True)
    >>> panels.x_to_bp(gene, [0, 99]).tolist()
    [14949, 5049]
    >>> panels.columns_to_interval(gene, 0, 10)
    (14000, 15000)
    """

    width_px: int = Field(ge=1, title="Width", description="Width of the whole picture.")
    height_px: int = Field(ge=1, title="Height", description="Height of the whole picture.")
    left: int = Field(ge=0, title="Left", description="First column of both panels.")
    right: int = Field(ge=1, title="Right", description="Column behind the last of both panels.")
    chromatin: tuple[int, int] = Field(
        title="Chromatin", description="First row of the chromatin panel, and the row behind it."
    )
    methylation: tuple[int, int] = Field(
        title="Methylation",
        description="First row of the methylation panel, and the row behind it.",
    )

    @model_validator(mode="after")
    def _check_panels(self) -> Self:
        rows = (0, *self.chromatin, *self.methylation, self.height_px)
        is_filled = self.chromatin[0] < self.chromatin[1] and (
            self.methylation[0] < self.methylation[1]
        )
        if list(rows) != sorted(rows) or not is_filled:
            raise ValueError(
                f"the panels take rows {self.chromatin} and {self.methylation} of "
                f"{self.height_px}; chromatin must lie above methylation, inside the picture"
            )
        if not self.left < self.right <= self.width_px:
            raise ValueError(
                f"the panels take columns {self.left} to {self.right} of {self.width_px}; "
                "they must lie inside the picture"
            )
        return self

    @property
    def columns(self) -> slice:
        """Columns of both panels."""
        return slice(self.left, self.right)

    @property
    def chromatin_half(self) -> tuple[slice, slice]:
        """Rows and columns of the chromatin panel."""
        return slice(*self.chromatin), self.columns

    @property
    def methylation_half(self) -> tuple[slice, slice]:
        """Rows and columns of the methylation panel."""
        return slice(*self.methylation), self.columns

    def x_to_bp(self, place: GenePlace, x: ArrayLike) -> NDArray[np.int64]:
        """Return the base under each x, 0-based.

        Parameters
        ----------
        place
            Which window the picture shows.
        x
            Columns of the picture; the centre of the first is at 0.
        """
        share = (np.asarray(x, np.float64) + 0.5 - self.left) / (self.right - self.left)
        offset = np.floor(share * place.span_bp).astype(np.int64)
        return place.end - 1 - offset if place.is_mirrored else place.start + offset

    def bp_to_x(self, place: GenePlace, position: ArrayLike) -> NDArray[np.float64]:
        """Return the x of the middle of each base, the inverse of `x_to_bp`.

        Parameters
        ----------
        place
            Which window the picture shows.
        position
            0-based positions on its chromosome.
        """
        at = np.asarray(position, np.float64)
        offset = place.end - 0.5 - at if place.is_mirrored else at + 0.5 - place.start
        found: NDArray[np.float64] = (
            self.left + offset / place.span_bp * (self.right - self.left) - 0.5
        )
        return found

    def columns_to_interval(self, place: GenePlace, first: int, stop: int) -> tuple[int, int]:
        """Return the interval of the genome, 0-based and half-open, that some columns stand for.

        Parameters
        ----------
        place
            Which window the picture shows.
        first, stop
            First column and the column behind the last.
        """
        n = self.right - self.left
        offsets = [round((x - self.left) / n * place.span_bp) for x in (first, stop)]
        if place.is_mirrored:
            return place.end - offsets[1], place.end - offsets[0]
        return place.start + offsets[0], place.start + offsets[1]
