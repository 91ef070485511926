"""What every method of finding nuclei must be able to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from napari_seewhy.cells.segmenting.options import SegmentOptions
    from napari_seewhy.images import Pixels
    from napari_seewhy.progress import Task


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a segmenter found in one plane.

    Attributes
    ----------
    labels
        ``(Y, X)`` int32, 0 = background; gaps in the numbers are allowed.
    threshold
        Intensity that parted nuclei from background, NaN where the method has no such number.
    confidence
        ``(largest label + 1,)`` float32 by label, 0 to 1: how sure the method is of each object;
        None where it does not say.
    diameter_px
        Diameter of a usual object that the method found out by itself; None where it did not.
    device
        Where a network ran, in words; "" where there was none.
    warnings
        Sentences for the person, each of what was found odd.
    """

    labels: NDArray[np.int32]
    threshold: float = float("nan")
    confidence: NDArray[np.float32] | None = None
    diameter_px: float | None = None
    device: str = ""
    warnings: tuple[str, ...] = ()


class Segmenter(Protocol):
    """A method that finds nuclei in one plane; to add one, put it into `SEGMENTERS` by name."""

    @property
    def install_hint(self) -> str:
        """The command that installs what is missing; "" where the method can be used now."""

    def find_steps(
        self, pixels: Pixels, options: SegmentOptions, diameter_px: float | None
    ) -> Task[Found]:
        """Find the nuclei of one plane.

        Parameters
        ----------
        pixels
            ``(Y, X)``, intensities as in the file; dask where the file is too large for memory.
        options
            Everything that was chosen; a method reads what it knows and leaves the rest.
        diameter_px
            Usual diameter of a nucleus, None = find it out.

        Raises
        ------
        DataError
            If a pixel is NaN or infinite.
        """
