"""Explain a block: where the network looked when it called it positive or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional

from napari_seewhy.errors import DataError
from napari_seewhy.models.running import Runtime
from napari_seewhy.staining.calibrate import to_probability
from napari_seewhy.staining.predict import check_phase
from napari_seewhy.staining.scaled_field import measure_levels
from napari_seewhy.staining.stain_options import CELL_PX

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.images import Box, Pixels
    from napari_seewhy.staining.card import StainModel
    from napari_seewhy.staining.grid import BlockGrid


@dataclass(frozen=True, slots=True, eq=False)
class BlockHeatmap:
    """Where the network looked for one block.

    Attributes
    ----------
    heatmap
        ``(Y, X)`` float32, 0..1, over all that the block can see.
    top, left
        Pixel of the field that the upper left one of the heatmap lies on.
    probability
        Its prediction for the block.
    """

    heatmap: NDArray[np.float32]
    top: int
    left: int
    probability: float


def explain_block(
    model: StainModel,
    phase: Pixels,
    row: int,
    column: int,
    grid: BlockGrid,
    *,
    runtime: Runtime | None = None,
) -> BlockHeatmap:
    """Find the regions that the prediction for a block depends on, by HiResCAM.

    The features at a quarter of the resolution, which have not yet looked around, are weighed by
    how the logit of the block changes with each of them (Draelos and Carin 2020,
    arXiv 2011.08891); what speaks for positive counts.

    Parameters
    ----------
    model
        As `load_stain` gives it; its network is moved to the device.
    phase
        ``(C, Y, X)``, the field.
    row, column
        Of the block in the grid.
    grid
        As `StainedPixels` has it.
    runtime
        Where it runs; float32 on the CPU where None.

    Raises
    ------
    DataError
        If the field does not fit the model, or has no such block.
    """
    check_phase(phase, model, grid)
    shape_px = (int(phase.shape[1]), int(phase.shape[2]))
    n_rows, n_columns = grid.shape(shape_px)
    if not (0 <= row < n_rows and 0 <= column < n_columns):
        raise DataError(
            f"The field has {n_rows} x {n_columns} blocks, and block {row}, {column} is asked for; "
            "choose one of them."
        )
    start = (row * grid.stride_px, column * grid.stride_px)
    box = _find_window(start, shape_px, model.card.block_px, model.network.reach_px)
    pixels = measure_levels(phase).apply(np.asarray(phase[:, *box]))
    fill = [(0, 0), *((0, -edge % CELL_PX) for edge in pixels.shape[1:])]
    window = torch.from_numpy(np.pad(pixels, fill, mode="edge"))[None]
    place = [(at - side.start) // CELL_PX for at, side in zip(start, box, strict=True)]
    heat, logit = _look(model, window, (place[0], place[1]), runtime)
    shown = heat[: pixels.shape[1], : pixels.shape[2]]
    highest = float(shown.max())
    probability = to_probability(np.array([logit], np.float32), model.card.calibration)
    return BlockHeatmap(
        shown / highest if highest > 0 else shown,
        box[0].start,
        box[1].start,
        float(probability[0]),
    )


def _find_window(
    start: tuple[int, int], shape_px: tuple[int, int], block_px: int, reach_px: int
) -> Box:
    """Return all that a block sees, beginning whole cells before it."""
    rows, columns = (
        slice(
            at - min(reach_px, at // CELL_PX * CELL_PX),
            min(edge, at + block_px + reach_px),
        )
        for at, edge in zip(start, shape_px, strict=True)
    )
    return rows, columns


def _look(
    model: StainModel, window: torch.Tensor, place: tuple[int, int], runtime: Runtime | None
) -> tuple[NDArray[np.float32], float]:
    runtime = runtime or Runtime("cpu", use_channels_last=True)
    runtime.place_network(model.network)
    network = model.network.eval()
    with torch.enable_grad(), runtime.autocast():
        # Asking for gradients of the pixels has torch keep what lies between, with frozen weights.
        levels = network.trunk(runtime.place(window).requires_grad_())
        logit = network.answer(levels)[0, 0, place[0], place[1]]
        (gradient,) = torch.autograd.grad(logit, levels[1])
    heat = (gradient * levels[1]).sum(1, keepdim=True).clamp(min=0).detach().float()
    shown = functional.interpolate(heat, size=window.shape[2:], mode="bilinear")
    return shown[0, 0].cpu().numpy(), float(logit.detach())
