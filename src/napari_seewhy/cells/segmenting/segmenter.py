"""What every method of finding nuclei must be able to do, and what segmenting returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from napari_seewhy.cells.labels import find_largest

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.cells.segmenting.options import SegmentOptions
    from napari_seewhy.images import Pixels
    from napari_seewhy.progress import Task


CONFIDENCE = "confidence"
"""Column that says how sure the method is of an object."""


@dataclass(frozen=True, slots=True, eq=False)
class Segmentation:
    """The nuclei of an image, and the cells about them where they were asked for.

    Attributes
    ----------
    nuclei
        ``(Y, X)`` int32, sequential; ``(T, Y, X)`` for a time series, numbered per frame.
    cells
        The same shape and the same numbers, or None; every nucleus lies inside its cell.
    diameter_px
        Diameter of a usual nucleus: the one asked for, or else the median of those found (of a
        circle of the same area); NaN where none was found.
    thresholds
        For each frame the intensity that parted nuclei from background; NaN where the method has
        no such number.
    confidence
        For each frame how sure the method is of each nucleus, ``(n,)`` float32 from 0 to 1, by
        number from 1 on; empty where the method does not say.
    device
        Where a network ran: "CPU", "GPU: ..."; "" where there was none.
    warnings
        Sentences for the person, such as "The image is constant; no object was found."
    """

    nuclei: NDArray[np.int32]
    cells: NDArray[np.int32] | None
    diameter_px: float
    thresholds: tuple[float, ...]
    confidence: tuple[NDArray[np.float32], ...] = ()
    device: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def n_nuclei(self) -> int:
        """How many nuclei there are, in all frames together."""
        frames = self.nuclei.reshape(-1, *self.nuclei.shape[-2:])
        return sum(find_largest(frame) for frame in frames)

    def list_confidence(self) -> pd.DataFrame | None:
        """Say how sure the method is of each nucleus; None where it does not say.

        Returns
        -------
        DataFrame
            One row per nucleus: ``t`` for a time series, ``label`` and ``confidence``.
        """
        if not self.confidence:
            return None
        import numpy as np
        import pandas as pd

        counts = [len(frame) for frame in self.confidence]
        columns = {
            "t": np.repeat(np.arange(len(counts)), counts),
            "label": np.concatenate([np.arange(1, count + 1) for count in counts]),
            CONFIDENCE: np.concatenate(self.confidence).astype(np.float64).round(4),
        }
        if self.nuclei.ndim == 2:
            del columns["t"]
        return pd.DataFrame(columns)

    def add_confidence(self, cells: pd.DataFrame) -> pd.DataFrame:
        """Return the table of the same cells with the column ``confidence`` at its end.

        Parameters
        ----------
        cells
            With ``label``, and ``t`` for a time series. It stays as it is where the method does
            not say how sure it is.
        """
        known = self.list_confidence()
        if known is None:
            return cells
        return cells.merge(known, on=[key for key in ("t", "label") if key in known], how="left")


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
