"""What File > Open Sample gives: fields of cells as layers, one of them with the truth.

The functions are named in the manifest; each returns a list of napari layer tuples.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from napari_seewhy.sample_data.folder import sample_folder

if TYPE_CHECKING:
    import pandas as pd

    LayerData: TypeAlias = tuple[Any, dict[str, Any], str]


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
    from napari_seewhy.layers import labels_layer

    name = "field_typical"
    image = read_image(sample_folder() / f"{name}.ome.tif")
    stem = str(sample_folder() / "truth" / name)
    table = _read_truth(f"{stem}_cells.csv")
    nuclei, _ = read_labels(f"{stem}_labels.ome.tif")
    cells, _ = read_labels(f"{stem}_cell_labels.ome.tif")
    return [
        *_open_channels(name),
        labels_layer(cells, table, image, role="cells"),
        labels_layer(nuclei, table, image, role="nuclei"),
    ]


def _open_channels(name: str) -> list[LayerData]:
    from napari_seewhy.images import read_image
    from napari_seewhy.layers import image_layers

    layers: list[LayerData] = image_layers(read_image(sample_folder() / f"{name}.ome.tif"))
    return layers


def _read_truth(path: str) -> pd.DataFrame:
    import pandas as pd

    from napari_seewhy.sample_data.phases import PHASES

    truth = pd.read_csv(path)
    truth["phase"] = pd.Categorical(truth["phase"], PHASES)
    return truth
