"""Images and labels on their way to napari: as ``(data, attributes, kind)``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from napari_seewhy.errors import DataError
from napari_seewhy.layers.features import features_from_cells
from napari_seewhy.layers.grid import METADATA_KEY, Grid
from napari_seewhy.layers.stains import is_nuclear, is_unstained

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from napari_seewhy.images import CellImage

LayerData: TypeAlias = tuple[Any, dict[str, Any], str]
"""What napari makes a layer of."""

_COLORS = ("green", "magenta", "yellow", "cyan", "red")
_N_FOR_CONTRAST = 1_000_000
_MUCH_BRIGHTER = 3


def image_layers(image: CellImage) -> list[LayerData]:
    """Turn an image into one layer per channel, in its size and with a colour of its own.

    Parameters
    ----------
    image
        Any axes; pixels that are still in the file stay there.

    Returns
    -------
    list of LayerData
        Image layers named ``<channel> (<image>)``, added up where there are several.
    """
    at = image.axes.index("C")
    shared = Grid.of_image(image).attributes() | {"blending": "additive"}
    if image.is_open:
        shared["axis_labels"] = ("slice or time", "y", "x")
    name = name_of_image(image)
    layers: list[LayerData] = []
    planes = [image.pixels[(slice(None),) * at + (i,)] for i in range(len(image.channels))]
    unstained = _find_unstained(image.channels, planes)
    colors = _colors(image.channels, unstained)
    for i, (channel, color) in enumerate(zip(image.channels, colors, strict=True)):
        pixels = planes[i]
        known: dict[str, Any] = {
            "role": "image",
            "source": image.source,
            "scene": image.scene,
            "channel": channel,
            # Where nobody knows whether it is time or depth, the window asks.
            "axes": "" if image.is_open else image.axes.replace("C", ""),
        } | ({"assumed": list(image.assumed)} if image.assumed else {})
        if image.measured is not None:
            known["measured"] = image.measured
        attributes = shared | {
            "name": f"{channel} ({name})" if name else channel,
            "colormap": color,
            "metadata": {METADATA_KEY: known},
        }
        if i in unstained and len(unstained) < len(planes):
            # Bright everywhere, it would hide every stain that is added to it.
            attributes |= {"blending": "translucent_no_depth", "visible": False}
        if isinstance(pixels, np.ndarray):
            attributes["contrast_limits"] = _contrast_limits(pixels)
        layers.append((pixels, attributes, "image"))
    return layers


def name_of_image(image: CellImage) -> str:
    """Return the short name of an image: its file without endings, and the scene if there is one.

    Examples
    --------
    >>> from napari_seewhy.images import CellImage
    >>> name_of_image(CellImage(np.zeros((1, 2, 2)), "CYX", ("DNA",), source="/data/A01.ome.tif"))
    'A01'
    """
    file = Path(image.source).name
    stem = file.removesuffix(Path(file).suffix).removesuffix(".ome")
    return " ".join(part for part in (stem, image.scene) if part)


def labels_layer(
    labels: NDArray[Any],
    cells: pd.DataFrame | None = None,
    *,
    name: str,
    role: str = "nuclei",
    grid: Grid | None = None,
    known: Mapping[str, Any] | None = None,
) -> LayerData:
    """Turn labels and what is known of the objects into a Labels layer.

    In a time series that is renumbered in each frame the numbers continue from frame to
    frame, in the table as well: napari keeps one row of features per number, so an object needs a
    number of its own.

    Parameters
    ----------
    labels
        ``(Y, X)`` or ``(T, Y, X)``, integers.
    cells
        Table with a column ``label``, and ``t`` for a time series; None = not measured.
    name, role
        Name of the layer ("nuclei (A01)"), and what its objects are ("nuclei", "cells").
    grid
        Of the image the labels belong to, made `for_labels`; None = pixels of unknown size.
    known
        What else should stand in the metadata: source, scene, options ...

    Returns
    -------
    LayerData
        Its features have the columns ``index`` and ``label`` first, a row for the background and
        one for each label that there is.

    Raises
    ------
    DataError
        If the labels have another number of axes than the grid, or the table does not fit them.
    """
    labels = np.asarray(labels)
    if labels.ndim == 3:
        labels, cells = _number_through_time(labels, cells)
    highest = int(labels.max(initial=0))
    features = features_from_cells(cells, highest, _find_present(labels, highest))
    grid = grid or Grid.of_pixel_size(None, "TYX"[-labels.ndim :])
    data = labels[:, np.newaxis] if "Z" in grid.axes and labels.ndim == 3 else labels
    if data.ndim != len(grid.axes):
        raise DataError(
            f"The labels have shape {labels.shape} but their image has the axes {grid.axes}; "
            "give labels of this image."
        )
    attributes = grid.attributes() | {
        "name": name,
        "features": features,
        "metadata": {METADATA_KEY: dict(known or {}) | {"role": role, "axes": grid.axes}},
    }
    return data, attributes, "labels"


def _find_present(labels: NDArray[Any], highest: int) -> NDArray[np.intp]:
    """Return the labels that there are, in rising order; sorting all pixels would take longer."""
    is_there = np.zeros(highest + 1, bool)
    for row in labels.reshape(-1, labels.shape[-1]):
        is_there[row] = True
    return np.flatnonzero(is_there[1:]) + 1


def _number_through_time(
    labels: NDArray[Any], cells: pd.DataFrame | None
) -> tuple[NDArray[Any], pd.DataFrame | None]:
    """Let numbers continue from frame to frame; a series where they already do is not changed."""
    lowest = [int(frame[frame > 0].min(initial=np.iinfo(np.int32).max)) for frame in labels]
    highest = labels.reshape(len(labels), -1).max(axis=1, initial=0).astype(int)
    so_far = np.concatenate([[0], np.maximum.accumulate(highest)[:-1]])
    if all(low > before for low, before in zip(lowest, so_far, strict=True)):
        return labels, cells
    offsets = np.concatenate([[0], np.cumsum(highest)[:-1]])
    through = np.where(labels > 0, labels + offsets[:, np.newaxis, np.newaxis], 0)
    if cells is not None and "t" in cells:
        cells = cells.assign(label=cells["label"] + offsets[cells["t"].to_numpy()])
    return through.astype(np.int32), cells


def _find_unstained(channels: tuple[str, ...], planes: list[Any]) -> set[int]:
    """Find channels without a stain: by name, or by a ground that is brighter than all others.

    Things in brightfield are darker and brighter than their ground alike; in fluorescence they are
    brighter alone. Channels that are still in their file are known by their names alone.
    """
    found = {i for i, name in enumerate(channels) if is_unstained(name)}
    if found or len(planes) == 1 or not all(isinstance(plane, np.ndarray) for plane in planes):
        return found
    levels = np.array([np.percentile(_some_of(plane), (0.5, 50, 99.5)) for plane in planes])
    low, ground, high = levels.T
    brightest = int(np.argmax(ground))
    is_apart = ground[brightest] > _MUCH_BRIGHTER * np.delete(ground, brightest).max()
    is_even = high[brightest] - ground[brightest] < 2 * (ground[brightest] - low[brightest])
    return {brightest} if is_apart and is_even else set()


def _colors(channels: tuple[str, ...], unstained: set[int]) -> list[str]:
    """One channel is grey; of several the nuclear one is blue, one without a stain grey."""
    if len(channels) == 1:
        return ["gray"]
    others = iter(_COLORS * len(channels))
    return [
        "gray" if i in unstained else "bop blue" if is_nuclear(name) else next(others)
        for i, name in enumerate(channels)
    ]


def _some_of(pixels: NDArray[Any]) -> NDArray[np.float64]:
    """Take pixels from all over an image; of one without any finite pixel, a 0."""
    step = max(1, pixels.size // _N_FOR_CONTRAST)
    some = pixels.ravel()[::step] if pixels.flags.contiguous else pixels.flat[::step]
    finite: NDArray[np.float64] = some[np.isfinite(some)].astype(float)
    return finite if finite.size else np.zeros(1)


def _contrast_limits(pixels: NDArray[Any]) -> tuple[float, float]:
    """Draw from the darkest pixel to one of the brightest: a few glaring ones hide nothing."""
    some = _some_of(pixels)
    low, high = float(some.min()), float(np.percentile(some, 99.9))
    return low, high if high > low else low + 1
