"""Stain a field virtually: one pass, tile by tile where it is large, with no seams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional

from napari_seewhy.errors import DataError, TaskError, is_memory_short
from napari_seewhy.images import cut_tiles, find_measured
from napari_seewhy.models.running import (
    Runtime,
    release_memory,
)
from napari_seewhy.progress import Step, blocking
from napari_seewhy.staining.calibrate import to_probability
from napari_seewhy.staining.grid import BlockGrid, positive_area
from napari_seewhy.staining.scaled_field import measure_levels
from napari_seewhy.staining.stain_options import CELL_PX

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.images import Box, Pixels, Tile
    from napari_seewhy.progress import Task
    from napari_seewhy.staining.card import StainModel
    from napari_seewhy.staining.scaled_field import Levels

TILE_PX = 2048
"""Edge of what is stained at once: about a gigabyte."""

_FEW_CHANNELS = 3
"""With more channels the tiles are half as wide, so that they need no more memory."""

_SMALLEST_PX = 128


@dataclass(frozen=True, slots=True, eq=False)
class StainedPixels:
    """The prediction of a model for a field.

    Attributes
    ----------
    probability
        ``(h, w)`` float32, 0..1: chance that a block is positive; it is not an intensity. NaN
        where a pixel of the block was not measured.
    grid
        Where the blocks lie.
    fluorescence
        ``(Y, X)`` float32: predicted fluorescence in grey values of the training markers; None
        where the model does not predict it.
    """

    probability: NDArray[np.float32]
    grid: BlockGrid
    fluorescence: NDArray[np.float32] | None


def stain_pixels_steps(
    model: StainModel,
    phase: Pixels,
    *,
    stride_px: int | None = None,
    runtime: Runtime | None = None,
    declared: NDArray[np.bool_] | None = None,
) -> Task[StainedPixels]:
    """Stain a field virtually.

    Parameters
    ----------
    model
        As `load_stain` gives it; its network is moved to the device.
    phase
        ``(C, Y, X)`` of any type, numpy or dask, with the channels and the pixel size that the
        model takes.
    stride_px
        From one block to the next; the size of a block where None. Multiples of 8 cost one pass,
        whatever they are; of others, every place of a block within 8 px costs one more.
    runtime
        Where it runs, see `choose_runtime`; float32 on the CPU where None.
    declared
        ``(Y, X)``: which pixels the file declares as measured; None declares nothing.

    Raises
    ------
    DataError
        If the channels do not fit, the field is smaller than a block, the same everywhere, or
        holds NaN.
    OptionError
        If the stride is below 1 or larger than a block.
    TaskError
        If there is not enough memory.
    """
    card = model.card
    grid = BlockGrid(card.block_px, card.block_px if stride_px is None else stride_px)
    check_phase(phase, model, grid)
    yield Step(0, 0, "Measuring the field")
    measured = find_all_measured(phase, declared)
    levels = measure_levels(phase, known=measured)
    runtime = runtime or Runtime("cpu", use_channels_last=True)
    tile_px = TILE_PX if len(card.channels) <= _FEW_CHANNELS else TILE_PX // 2
    passes = _Passes(model, phase, levels, runtime, tile_px, measured)
    rows, columns = grid.starts((phase.shape[1], phase.shape[2]))
    logit = np.empty((len(rows), len(columns)), np.float32)
    shifts = [(y, x) for y in np.unique(rows % CELL_PX) for x in np.unique(columns % CELL_PX)]
    fluorescence = None
    for i, (y, x) in enumerate(shifts):
        maps = yield from passes.run_steps((int(y), int(x)), i, len(shifts))
        here = np.ix_(rows % CELL_PX == y, columns % CELL_PX == x)
        cells = np.ix_(
            rows[rows % CELL_PX == y] // CELL_PX, columns[columns % CELL_PX == x] // CELL_PX
        )
        logit[here] = maps.block[cells]
        if i == 0:
            fluorescence = maps.fluorescence
    probability = to_probability(logit, card.calibration)
    if measured is not None:
        probability[positive_area(measured, grid) < 1] = np.nan
    return StainedPixels(probability, grid, fluorescence)


stain_pixels = blocking(stain_pixels_steps)


@dataclass(slots=True, eq=False)
class _Maps:
    """What one pass says: a logit for the block at each cell, and the fluorescence of pixels."""

    block: NDArray[np.float32]
    fluorescence: NDArray[np.float32] | None


@dataclass(slots=True, eq=False)
class _Passes:
    """Runs the network over a field, tile by tile."""

    model: StainModel
    phase: Pixels
    levels: Levels
    runtime: Runtime
    tile_px: int
    measured: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        self.runtime.place_network(self.model.network)

    def run_steps(self, shift: tuple[int, int], i: int, n: int) -> Task[_Maps]:
        """Run over the field from the pixel `shift` on; smaller tiles where memory is short."""
        while True:
            try:
                return (yield from self._run_steps(shift, i, n))
            except RuntimeError as error:
                if not is_memory_short(error):
                    raise
            release_memory()
            self._shrink()
            yield Step(
                0, 0, f"Memory is short: {self.runtime.describe()}, {self.tile_px} px at once"
            )

    def _run_steps(self, shift: tuple[int, int], i: int, n: int) -> Task[_Maps]:
        height, width = (edge - by for edge, by in zip(self.phase.shape[1:], shift, strict=True))
        shape = -(-height // CELL_PX), -(-width // CELL_PX)
        card = self.model.card
        block = np.empty(shape, np.float32)
        fluorescence = np.empty((height, width), np.float32) if card.has_fluorescence else None
        reach = self.model.network.reach_px + card.block_px
        tiles = cut_tiles((height, width), self.tile_px, -(-reach // CELL_PX) * CELL_PX)
        for j, tile in enumerate(tiles):
            yield Step(i * len(tiles) + j, n * len(tiles), "Staining")
            said = self._look_at(tile, shift)
            core, inner = _to_cells(tile.core), _to_cells(tile.core_in_padded)
            block[core] = said[0][inner]
            if fluorescence is not None and card.fluorescence_levels is not None:
                pixels = functional.pixel_shuffle(said[2:], CELL_PX)[0].numpy()
                middle, unit = card.fluorescence_levels
                fluorescence[tile.core] = pixels[tile.core_in_padded] * unit + middle
        return _Maps(block, fluorescence)

    def _look_at(self, tile: Tile, shift: tuple[int, int]) -> torch.Tensor:
        """Return the maps ``(2 or 66, h, w)`` of a tile, filled up to whole cells by its edge."""
        rows, columns = (
            slice(side.start + by, side.stop + by)
            for side, by in zip(tile.padded, shift, strict=True)
        )
        pixels = self.levels.apply(np.asarray(self.phase[:, rows, columns]))
        if self.measured is not None:
            pixels = _carry_on(pixels, self.measured[rows, columns])
        fill = [(0, 0), *((0, -edge % CELL_PX) for edge in pixels.shape[1:])]
        filled = torch.from_numpy(np.pad(pixels, fill, mode="edge"))[None]
        return _look(self.model, filled, self.runtime)[0]

    def _shrink(self) -> None:
        if self.tile_px > _SMALLEST_PX:
            self.tile_px //= 2
            return
        if self.runtime.device == "cpu":
            raise TaskError(
                "There is not enough memory to stain a piece of the field; close other programs "
                "and run it again."
            )
        self.runtime = Runtime("cpu", use_channels_last=True)
        self.runtime.place_network(self.model.network)


def _carry_on(pixels: NDArray[np.float32], measured: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Carry the edge of what was measured on, as at the edge of an image.

    A tile without any is 0 everywhere, which is the mean of the field.
    """
    from scipy.ndimage import distance_transform_edt

    if measured.all() or not measured.any():
        return pixels * measured
    nearest = distance_transform_edt(~measured, return_distances=False, return_indices=True)
    carried: NDArray[np.float32] = pixels[:, *nearest]
    return carried


def _look(model: StainModel, fields: torch.Tensor, runtime: Runtime) -> torch.Tensor:
    with torch.inference_mode(), runtime.autocast():
        said: torch.Tensor = model.network.eval()(runtime.place(fields))
    return said.float().cpu()


def _to_cells(box: Box) -> Box:
    rows, columns = (slice(side.start // CELL_PX, -(-side.stop // CELL_PX)) for side in box)
    return rows, columns


def find_all_measured(
    phase: Pixels, declared: NDArray[np.bool_] | None = None
) -> NDArray[np.bool_] | None:
    """Say which pixels ``(Y, X)`` were measured in every channel; None where all were."""
    each = (find_measured(plane, declared) for plane in phase)
    found = [measured for measured in each if measured is not None]
    return np.logical_and.reduce(found) if found else None


def check_phase(phase: Pixels, model: StainModel, grid: BlockGrid) -> None:
    """Refuse a field that a model cannot stain.

    Raises
    ------
    DataError
        If its channels are others, or it is smaller than a block.
    """
    wanted = model.card.channels
    if phase.ndim != 3 or phase.shape[0] != len(wanted):
        raise DataError(
            f"The field has the shape {tuple(phase.shape)} and the model takes {len(wanted)} "
            f"channels ({', '.join(wanted)}); give (channels, height, width) with those."
        )
    grid.shape((phase.shape[1], phase.shape[2]))
