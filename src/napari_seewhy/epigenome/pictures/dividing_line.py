"""The dividing line: the row between the chromatin panel and the methylation panel."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from napari_seewhy.epigenome.pictures.panels import Panels, find_panels

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from napari_seewhy.epigenome.pictures.geometry import PictureGeometry

LEAST_CERTAINTY = 0.5
"""Below this a line is not taken without a person's word."""


class DividingLine(NamedTuple):
    """The row that divides a picture, and how sure that is.

    Attributes
    ----------
    row
        First row below the line, in px; None where none was found.
    certainty
        0 to 1; 0 where none was found.
    panels
        The panels above and below it; None where none were found.
    """

    row: int | None
    certainty: float
    panels: Panels | None

    @property
    def is_sure(self) -> bool:
        """Whether the line may be taken without asking."""
        return self.row is not None and self.certainty >= LEAST_CERTAINTY


def find_dividing_line(pixels: NDArray[np.uint8]) -> DividingLine:
    """Find the line between chromatin and methylation; it says how sure it is, and never guesses.

    Parameters
    ----------
    pixels
        One picture ``(H, W, 3)``, or some of one layout ``(n, H, W, 3)``, which is surer.

    Returns
    -------
    DividingLine
        With `row` None where the picture is no plot of two tracks above each other.
    """
    panels = find_panels(pixels)
    if panels is None:
        return DividingLine(None, 0.0, None)
    return DividingLine(between(panels), panels.certainty, panels)


def between(panels: Panels | PictureGeometry) -> int:
    """Return the row in the middle between two panels."""
    return (panels.chromatin[1] + panels.methylation[0]) // 2
