"""`StainedImage`: what a virtual immunostaining says of an image, block by block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from napari_seewhy.blocks.counting import Efficiency, estimate_efficiency
from napari_seewhy.blocks.staining.model_scale import sample_nearest
from napari_seewhy.staining import BlockGrid, paint_blocks

if TYPE_CHECKING:
    from typing import Literal

    import numpy as np
    from numpy.typing import NDArray

    from napari_seewhy.staining import StainCard


@dataclass(frozen=True, slots=True, eq=False)
class StainedImage:
    """What a model says of every block of an image.

    Attributes
    ----------
    probability
        ``(T, h, w)`` float32: how probably the marker is in the block; no intensity.
    grid
        The blocks, in pixels of the field as the network saw it.
    seen_px
        Height and width of that field; those of the image, but for rescaling.
    shape_yx
        Height and width of the image.
    card
        What the model says of itself.
    cut
        Probability from which a block counts as positive.
    counting
        How the efficiency is made, see `estimate_efficiency`.
    fluorescence
        ``(T, Y, X)`` float32: predicted brightness of the marker, where the model predicts it;
        never mixed up with the probability.
    device
        What it was computed with.
    warnings
        Sentences for the person.
    """

    probability: NDArray[np.float32]
    grid: BlockGrid
    seen_px: tuple[int, int]
    shape_yx: tuple[int, int]
    card: StainCard
    cut: float
    counting: Literal["sum", "count"] = "sum"
    fluorescence: NDArray[np.float32] | None = None
    device: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def n_frames(self) -> int:
        """Number of time points."""
        return len(self.probability)

    @property
    def positive(self) -> NDArray[np.bool_]:
        """``(T, h, w)``: which blocks are positive."""
        return self.probability >= self.cut

    def efficiencies(self, cut: float | None = None) -> list[Efficiency]:
        """Estimate the efficiency at each time point.

        Parameters
        ----------
        cut
            Count the blocks from this probability on; None does what was chosen.
        """
        how = self.counting if cut is None else "count"
        level = self.cut if cut is None else cut
        return [estimate_efficiency(blocks, level, how=how) for blocks in self.probability]

    def efficiency(self, t: int, cut: float) -> Efficiency:
        """Estimate the efficiency at one time point by counting the blocks from `cut` on."""
        return estimate_efficiency(self.probability[t], cut, how="count")

    def paint(self, t: int = 0) -> NDArray[np.float32]:
        """Paint the probabilities of a time point onto the image: ``(Y, X)``, NaN at the rim."""
        return self.paint_values(self.probability[t])

    def paint_values(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Paint one value per block ``(h, w)`` onto the image: ``(Y, X)``, NaN at the rim."""
        return sample_nearest(paint_blocks(values, self.grid, self.seen_px), self.shape_yx)
