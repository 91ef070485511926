"""Paint the light that stained cells give off, before any lens blurs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from simulating.fields.outlines import clip_window, find_label, window_about

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulating.fields.outlines import Window
    from simulating.fields.phases import Stage
    from simulating.fields.plan import Dish, PlannedCell

CHANNELS = ("DNA", "Golgi", "CENP-F", "microtubules")
"""What is stained, in the order of the image's channels."""

DNA_PER_GENOME = 150_000.0
"""Photons from one haploid genome at exposure 1."""

GOLGI_PER_UM2, MARKER_PER_UM2, TUBULIN_PER_UM2 = 7_000.0, 2_600.0, 500.0
"""Photons per µm² of Golgi, of a typical G2 nucleus' CENP-F, and of free tubulin."""

DISSOLVED_DNA_PER_UM2 = 10.0
"""Photons per µm² of the cytoplasm in the DNA channel: mitochondria, stain not washed out."""

DEBRIS_PER_UM2 = (2_500.0, 300.0, 400.0, 500.0)
"""Photons per µm² in the middle of a speck of brightness 1, in each channel."""

FIBRE_POINT = 55.0
"""Photons from one point of a microtubule."""

CHROMATIN_CONTRAST: dict[Stage, float] = {
    "interphase": 0.17,
    "prophase": 0.42,
    "metaphase": 0.24,
    "anaphase": 0.20,
}
"""Spread of the DNA's density within a nucleus: threads of chromosomes show in prophase."""


def paint_dish(dish: Dish, cells: NDArray[np.int32], pixel_size_um: float) -> NDArray[np.float64]:
    """Paint all that is stained: photons per pixel ``(C, Y, X)`` in the order of `CHANNELS`.

    Parameters
    ----------
    dish
        What was drawn.
    cells
        ``(Y, X)``: which pixels belong to which cell, numbered as in `dish`.
    pixel_size_um
        Edge of a pixel.
    """
    light = np.zeros((len(CHANNELS), *cells.shape))
    for label, cell in enumerate(dish.cells, start=1):
        _paint_nucleus(light, cell, pixel_size_um)
        window = window_about_body(cell, pixel_size_um)
        _paint_cytoplasm(light, cell, window, find_label(cells, label, window))
    for y_um, x_um, radius, brightness in dish.debris:
        window = window_about(y_um, x_um, 4 * radius, pixel_size_um)
        squared = (window.y_um - y_um) ** 2 + (window.x_um - x_um) ** 2
        speck = brightness * np.exp(-squared / radius**2) * pixel_size_um**2
        _add(light, window, np.multiply.outer(DEBRIS_PER_UM2, speck))
    return light


def _add(light: NDArray[np.float64], window: Window, values: NDArray[np.float64]) -> None:
    field, part = clip_window(window, light.shape[-2:])
    light[(..., *field)] += values[(..., *part)]


def _paint_nucleus(light: NDArray[np.float64], cell: PlannedCell, pixel_size_um: float) -> None:
    """Add the DNA, whose sum is the cell's DNA content, and the marker."""
    nucleus = cell.nucleus
    window = window_about(nucleus.y_um, nucleus.x_um, 1.5 * nucleus.long_um, pixel_size_um)
    radius = nucleus.relative_radius(window.y_um, window.x_um)
    # A nucleus on the dish is a flat lens: even in the middle, thinner towards its rim.
    thickness = np.sqrt(np.clip(1 - radius**8, 0, None))
    texture = _draw_texture(radius.shape, cell.texture_seed, pixel_size_um)
    holes = _holes(cell, window)
    contrast = CHROMATIN_CONTRAST[cell.state.stage]
    dna = thickness * np.clip(1 + contrast * texture, 0.1, None) * (1 - 0.55 * holes)
    dna *= cell.dna * DNA_PER_GENOME * cell.stain[0] / dna.sum()
    marker = thickness * np.clip(1 + 0.2 * texture, 0.1, None) * (1 - 0.4 * holes)
    marker *= cell.marker * MARKER_PER_UM2 * cell.stain[2] * pixel_size_um**2
    nothing = np.zeros_like(dna)
    _add(light, window, np.stack([dna, nothing, marker, nothing]))


def _draw_texture(shape: tuple[int, ...], seed: int, pixel_size_um: float) -> NDArray[np.float64]:
    """Draw a cloudy pattern of mean 0 and spread 1, fine and coarse grains mixed."""
    rng = np.random.default_rng(seed)
    texture = np.zeros(shape)
    for grain_um in (0.45, 1.3):
        layer = ndimage.gaussian_filter(rng.standard_normal(shape), grain_um / pixel_size_um)
        texture += layer / layer.std()
    mixed: NDArray[np.float64] = texture / np.sqrt(2)
    return mixed


def _holes(cell: PlannedCell, window: Window) -> NDArray[np.float64]:
    """Give the nucleoli: 1 in the middle of one, 0 away from them."""
    holes = np.zeros(window.y_um.shape)
    for y_um, x_um, radius in cell.nucleoli:
        squared = (window.y_um - y_um) ** 2 + (window.x_um - x_um) ** 2
        holes = np.maximum(holes, np.exp(-((squared / radius**2) ** 2)))
    return holes


def _paint_cytoplasm(
    light: NDArray[np.float64], cell: PlannedCell, window: Window, own: NDArray[np.bool_]
) -> None:
    """Add Golgi, microtubules and what is dissolved, all within the cell's `own` pixels."""
    body, nucleus = cell.body, cell.nucleus
    pixel_area = window.pixel_size_um**2
    # The cell thins out towards its rim; in mitosis it is a ball, thick and bright.
    depth = np.sqrt(np.clip(1 - body.relative_radius(window.y_um, window.x_um) ** 2, 0.04, None))
    depth *= own * (2.2 if cell.state.stage in ("metaphase", "anaphase") else 1.0)
    in_nucleus = nucleus.relative_radius(window.y_um, window.x_um) < 1
    is_interphase = cell.state.phase != "M"
    golgi = GOLGI_PER_UM2 * (golgi_of(cell, window) * own + 0.02 * depth)
    tubulin = TUBULIN_PER_UM2 * depth * np.where(in_nucleus & is_interphase, 0.4, 1.0)
    fibres = _trace_fibres(cell, window) * own
    # Microtubules run above and below an interphase nucleus, but not through it.
    fibres *= FIBRE_POINT * np.where(in_nucleus & is_interphase, 0.35, 1.0)
    marker = MARKER_PER_UM2 * depth * (0.03 + 0.12 * cell.marker * (not is_interphase))
    _add(
        light,
        window,
        np.stack(
            [
                DISSOLVED_DNA_PER_UM2 * depth * pixel_area,
                golgi * cell.stain[1] * pixel_area,
                marker * cell.stain[2] * pixel_area,
                (tubulin * pixel_area + fibres) * cell.stain[3],
            ]
        ),
    )


def window_about_body(cell: PlannedCell, pixel_size_um: float) -> Window:
    """Give the pixels that a cell may reach."""
    return window_about(cell.body.y_um, cell.body.x_um, 1.3 * cell.body.long_um, pixel_size_um)


def golgi_of(cell: PlannedCell, window: Window) -> NDArray[np.float64]:
    """Give the Golgi's density on the pixels of a window: 1 in the middle of a lone piece."""
    density = np.zeros(window.y_um.shape)
    for y_um, x_um, long_um, short_um, angle in cell.golgi:
        dy, dx = window.y_um - y_um, window.x_um - x_um
        along = (dx * np.cos(angle) + dy * np.sin(angle)) / long_um
        across = (dy * np.cos(angle) - dx * np.sin(angle)) / short_um
        density += np.exp(-(along**2) - across**2)
    return density


def _trace_fibres(cell: PlannedCell, window: Window) -> NDArray[np.float64]:
    """Count the points of microtubules on each pixel, shared out among the four nearest."""
    points = cell.fibres.reshape(-1, 2) / window.pixel_size_um - (window.top, window.left)
    corner = np.floor(points).astype(int)
    height, width = window.y_um.shape
    inside = (corner >= 0).all(axis=1) & (corner < (height - 1, width - 1)).all(axis=1)
    corner, (y, x) = corner[inside], (points - corner)[inside].T
    counts = np.zeros((height, width))
    for down, right in ((0, 0), (0, 1), (1, 0), (1, 1)):
        weight = (y if down else 1 - y) * (x if right else 1 - x)
        np.add.at(counts, (corner[:, 0] + down, corner[:, 1] + right), weight)
    return counts
