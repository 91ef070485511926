"""What File > Open Sample opens: fields of cells, one of them with its truth, and dishes.

The functions are named in the manifest; each returns a list of napari layer tuples.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_seewhy.sample_data.folder import sample_folder

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from napari_seewhy.layers import LayerData

PHASES = ("G1", "S", "G2", "M")
"""Phases of the cell cycle in the truth of the fields, in the order a cell runs through them."""

DISH, SERIES = "dishes/dish_001_day_14.ome.tif", "series/dish_series.ome.tif"
"""The dish and the time series that are opened, in the sample folder."""

_COLORMAPS = ("gray", "green")
"""Of phase contrast and of the marker, as microscopes show them."""


def open_simulated_field() -> list[LayerData]:
    """Open a field of cells as a 20x objective shows it: four channels, some nuclei touching.

    Raises
    ------
    FileError
        If the sample files are not there.
    """
    return _open_channels("field_typical")


def open_crowded_field() -> list[LayerData]:
    """Open a field with many cells, nuclei pressed together and many mitoses.

    Raises
    ------
    FileError
        If the sample files are not there.
    """
    return _open_channels("field_crowded")


def open_dim_field() -> list[LayerData]:
    """Open a field with little light, much haze and dark corners.

    Raises
    ------
    FileError
        If the sample files are not there.
    """
    return _open_channels("field_dim")


def open_field_with_truth() -> list[LayerData]:
    """Open the typical field with its true nuclei and cells, and the phase of each as a feature.

    Raises
    ------
    FileError
        If the sample files are not there.
    """
    from napari_seewhy.images import read_image, read_labels
    from napari_seewhy.layers import Grid, image_layers, labels_layer

    name = "field_typical"
    image = read_image(sample_folder() / f"{name}.ome.tif")
    truth = sample_folder() / "truth"
    table = _read_truth(truth / f"{name}_cells.csv")
    grid = Grid.of_image(image).for_labels()
    layers: list[LayerData] = image_layers(image)
    for role, file in (("cells", "cell_labels"), ("nuclei", "labels")):
        labels = read_labels(truth / f"{name}_{file}.ome.tif").labels
        layers.append(
            labels_layer(labels, table, name=f"true {role} ({name})", role=role, grid=grid)
        )
    return layers


def open_dish() -> list[LayerData]:
    """Open a place of a differentiating dish: phase contrast and the marker of cardiomyocytes.

    Raises
    ------
    FileError
        If the sample files are not there.
    """
    return _open_dish(DISH)


def open_dish_series() -> list[LayerData]:
    """Open one place of a dish on eight days, while cells become cardiomyocytes.

    Raises
    ------
    FileError
        If the sample files are not there.
    """
    return _open_dish(SERIES)


def _open_dish(file: str) -> list[LayerData]:
    from napari_seewhy.images import read_image
    from napari_seewhy.layers import image_layers

    layers = image_layers(read_image(sample_folder() / file))
    return [
        (pixels, attributes | {"colormap": colormap}, kind)
        for (pixels, attributes, kind), colormap in zip(layers, _COLORMAPS, strict=True)
    ]


def _open_channels(name: str) -> list[LayerData]:
    from napari_seewhy.images import read_image
    from napari_seewhy.layers import image_layers

    return image_layers(read_image(sample_folder() / f"{name}.ome.tif"))


def _read_truth(path: Path) -> pd.DataFrame:
    import pandas as pd

    truth = pd.read_csv(path)
    truth["phase"] = pd.Categorical(truth["phase"], PHASES)
    return truth
