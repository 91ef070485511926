"""Simulate one field of stained cells together with the truth about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from napari_seewhy.images import CellImage
from simulating.fields.camera import draw_exposure, take_picture
from simulating.fields.dish import draw_dish
from simulating.fields.outlines import fill_cells, fill_outlines, find_label
from simulating.fields.phases import PHASES
from simulating.fields.simulate_options import SimulateOptions
from simulating.fields.staining import CHANNELS, golgi_of, paint_dish, window_about_body

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from simulating.fields.plan import Dish, PlannedCell

GOLGI_LEVEL = 0.3
"""Density from which a pixel counts as Golgi in the truth; 1 is the middle of a lone piece."""


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedField:
    """A picture of cells and what is true of them.

    Attributes
    ----------
    image
        Channels DNA, Golgi, CENP-F and microtubules, uint16.
    nuclei, cells
        ``(Y, X)`` int32, sequential, the same number for a nucleus and its cell. In metaphase and
        anaphase the nucleus is the plate of chromosomes.
    truth
        One row per label; columns in ``sample_data/README.md``.
    """

    image: CellImage
    nuclei: NDArray[np.int32]
    cells: NDArray[np.int32]
    truth: pd.DataFrame


def simulate_field(options: SimulateOptions | None = None) -> SimulatedField:
    """Draw a field of cells as a fluorescence microscope would show it.

    The same options give the same pixels.

    Raises
    ------
    OptionError
        If the cells do not fit into the field.

    Examples
    --------
    >>> field = simulate_field(SimulateOptions(size_px=128, n_cells=4))
    >>> field.image.channels, field.image.pixels.shape
    (('DNA', 'Golgi', 'CENP-F', 'microtubules'), (4, 128, 128))
    """
    options = options or SimulateOptions()
    dish_seed, exposure_seed = np.random.SeedSequence(options.seed).spawn(2)
    shape = (options.size_px, options.size_px)
    dish = draw_dish(options, dish_seed)
    exposure = draw_exposure((len(CHANNELS), *shape), np.random.default_rng(exposure_seed))
    size_um = options.pixel_size_um
    nuclei = fill_outlines([cell.nucleus for cell in dish.cells], shape, size_um)
    cells = fill_cells([cell.body for cell in dish.cells], nuclei, size_um)
    pixels = take_picture(paint_dish(dish, cells, size_um), exposure, options)
    image = CellImage(pixels, "CYX", CHANNELS, size_um)
    return SimulatedField(image, nuclei, cells, _tell_truth(dish, nuclei, cells, size_um))


def _tell_truth(
    dish: Dish, nuclei: NDArray[np.int32], cells: NDArray[np.int32], pixel_size_um: float
) -> pd.DataFrame:
    import pandas as pd

    n = len(dish.cells)
    border = np.concatenate([nuclei[0], nuclei[-1], nuclei[:, 0], nuclei[:, -1]])
    labels = np.arange(1, n + 1)
    pieces = [
        _measure_golgi(cell, cells, label, pixel_size_um)
        for label, cell in enumerate(dish.cells, start=1)
    ]
    return pd.DataFrame(
        {
            "label": labels,
            "phase": pd.Categorical([cell.state.phase for cell in dish.cells], PHASES),
            "stage": [cell.state.stage for cell in dish.cells],
            "y": [cell.nucleus.y_um / pixel_size_um for cell in dish.cells],
            "x": [cell.nucleus.x_um / pixel_size_um for cell in dish.cells],
            "dna_content": [cell.dna for cell in dish.cells],
            "marker": [cell.marker for cell in dish.cells],
            "area_um2": np.bincount(nuclei.ravel(), minlength=n + 1)[1:] * pixel_size_um**2,
            "golgi_area_um2": [area for area, _ in pieces],
            "golgi_fragments": [count for _, count in pieces],
            "touches_border": np.isin(labels, border),
        }
    )


def _measure_golgi(
    cell: PlannedCell, cells: NDArray[np.int32], label: int, pixel_size_um: float
) -> tuple[float, int]:
    """Give area in µm² and number of pieces of a cell's Golgi as it is, unblurred."""
    window = window_about_body(cell, pixel_size_um)
    is_golgi = (golgi_of(cell, window) > GOLGI_LEVEL) & find_label(cells, label, window)
    _, n_pieces = ndimage.label(is_golgi, np.ones((3, 3)))
    return float(is_golgi.sum() * pixel_size_um**2), n_pieces
