"""`StainField`: a field in phase contrast with what the marker shows of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from napari_seewhy.errors import DataError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class StainField:
    """A field that can be learned from.

    Attributes
    ----------
    name
        What it is called in messages and tables.
    phase
        ``(C, Y, X)``, any type: phase contrast, one channel per focal plane.
    positive
        ``(Y, X)`` bool: where the marker is above its threshold.
    marker
        ``(Y, X)``, any type: the fluorescence itself, None where only the mask is there; needed
        for predicted fluorescence alone.
    known
        ``(Y, X)`` bool: pixels that may be learned from; None allows all. No pixel outside its
        bounding box is ever looked at, and a block counts only if all its pixels are known.
    group
        Dish, well or day: what must stay together.
    pixel_size_um
        Edge of a pixel in micrometres, None where it is not known.

    Raises
    ------
    DataError
        If the parts differ in height or width, or there is no channel.
    """

    name: str
    phase: NDArray[Any]
    positive: NDArray[np.bool_]
    marker: NDArray[Any] | None = None
    known: NDArray[np.bool_] | None = None
    group: str = ""
    pixel_size_um: float | None = None

    def __post_init__(self) -> None:
        if self.phase.ndim != 3 or not self.phase.shape[0]:
            raise DataError(
                f"{self.name}: the phase contrast has the shape {self.phase.shape}; give "
                "(channels, height, width)."
            )
        for what, plane in (
            ("mask", self.positive),
            ("marker", self.marker),
            ("known", self.known),
        ):
            if plane is not None and plane.shape != self.shape_px:
                raise DataError(
                    f"{self.name}: the phase contrast is {self.shape_px} px and the {what} "
                    f"{plane.shape} px; give images of the same place and size."
                )

    @property
    def shape_px(self) -> tuple[int, int]:
        """Height and width."""
        return self.phase.shape[1], self.phase.shape[2]

    def cut(self, y: slice, x: slice) -> StainField:
        """Return a part of the field, which holds no pixel of the rest."""
        return StainField(
            name=self.name,
            phase=self.phase[:, y, x],
            positive=self.positive[y, x],
            marker=None if self.marker is None else self.marker[y, x],
            known=None if self.known is None else self.known[y, x],
            group=self.group,
            pixel_size_um=self.pixel_size_um,
        )
