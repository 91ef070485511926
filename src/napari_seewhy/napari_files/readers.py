"""Readers for napari: microscope images, sample sets, sessions, and labels with their table.

Each `get_..._reader` looks only at the name of a file (and, for HDF5, at its first bytes), returns
None where the file is not its own, and never raises. What it returns does the reading and says in
one sentence what is wrong with a file.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from napari_seewhy.errors import SeewhyWarning
from napari_seewhy.inputs import IMAGE_SUFFIXES, is_zarr
from napari_seewhy.napari_files.label_files import is_label_file
from napari_seewhy.napari_files.sessions import SESSION, is_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_seewhy.layers import LayerData

Reader: TypeAlias = "Callable[[Any], list[LayerData]]"

_OUTLINES = (".geojson", ".zip")

MAX_SCENES = 4
"""Number of scenes of one file that are opened; more would bury the first under layers."""


def get_image_reader(path: Any) -> Reader | None:
    """Return a reader of microscope images, or None where `path` is none."""
    file = _as_file(path)
    if file is None or file.suffix.lower() not in IMAGE_SUFFIXES or is_label_file(file):
        is_folder = isinstance(path, str | Path) and is_zarr(Path(path))
        return read_image_layers if is_folder else None
    return read_image_layers


def get_samples_reader(path: Any) -> Reader | None:
    """Return a reader of sample sets, or None where `path` is none, as other HDF5 files are."""
    from napari_seewhy.napari_files.sample_layers import is_sample_file

    file = _as_file(path)
    if file is None or file.suffix.lower() not in (".h5", ".hdf5") or not is_sample_file(file):
        return None
    return read_sample_layers


def get_labels_reader(path: Any) -> Reader | None:
    """Return a reader of labels (``..._labels.ome.tif``), or None where `path` is none."""
    file = _as_file(path)
    return None if file is None or not is_label_file(file) else read_label_layers


def get_outlines_reader(path: Any) -> Reader | None:
    """Return a reader of outlines (QuPath's GeoJSON, ImageJ's ROI zip), or None for others."""
    file = _as_file(path)
    return None if file is None or file.suffix.lower() not in _OUTLINES else read_outline_layers


def get_session_reader(path: Any) -> Reader | None:
    """Return a reader of a session, given as its folder or its record, or None for others."""
    if not isinstance(path, (str, Path)):
        return None
    folder = Path(path).parent if Path(path).name == SESSION else Path(path)
    return read_session_layers if is_session(folder) else None


def read_image_layers(path: Any) -> list[LayerData]:
    """Open a microscope image: one layer per channel, with its name, colour and pixel size.

    Of a file with several scenes the first few are opened, and only the first one is shown.

    Raises
    ------
    FileError
        If the file is missing or damaged.
    MissingPackageError
        If reading this format needs an optional package.
    """
    from napari_seewhy.images import list_scenes, read_image
    from napari_seewhy.layers import image_layers

    scenes = list_scenes(path)
    opened = scenes[:MAX_SCENES]
    if len(scenes) > len(opened):
        rest = ", ".join(name or str(i) for i, name in enumerate(scenes) if i >= MAX_SCENES)
        warnings.warn(
            f"{Path(path).name} has {len(scenes)} scenes, of which the first {MAX_SCENES} are "
            f"opened. To work on the others ({rest}), name them to the command: "
            "seewhy segment --scene.",
            SeewhyWarning,
            stacklevel=2,
        )
    layers: list[LayerData] = []
    for i in range(len(opened)):
        for data, attributes, kind in image_layers(read_image(path, scene=i)):
            shown = {} if i == 0 else {"visible": False}
            layers.append((data, attributes | shown, kind))
    return layers


def read_sample_layers(path: Any) -> list[LayerData]:
    """Open a sample set as one stack per channel: the slider goes through the samples.

    All samples of a channel have the same contrast. What is known of them (target, group, origin)
    is in the layers' metadata.

    Raises
    ------
    FileError
        If the file is damaged.
    """
    from napari_seewhy.napari_files.sample_layers import sample_layers

    return sample_layers(Path(path))


def read_label_layers(path: Any) -> list[LayerData]:
    """Open labels, with the measurements and colours that stand in the table beside them.

    Raises
    ------
    FileError
        If the labels, the table or the record cannot be read.
    DataError
        If the file holds no whole numbers.
    """
    from napari_seewhy.napari_files.label_layers import label_layers

    return label_layers(Path(path))


def read_session_layers(path: Any) -> list[LayerData]:
    """Open everything that a session holds, as it was saved.

    Raises
    ------
    FileError
        If the folder holds no session.
    """
    from napari_seewhy.napari_files.session_layers import session_layers

    return session_layers(Path(path).parent if Path(path).name == SESSION else Path(path))


def read_outline_layers(path: Any) -> list[LayerData]:
    """Open outlines of cells as labels, as large as the image beside them.

    Raises
    ------
    FileError
        If the file cannot be read.
    DataError
        If it holds no outline.
    """
    from napari_seewhy.napari_files.foreign_labels import read_outlines

    return read_outlines(Path(path))


def _as_file(path: Any) -> Path | None:
    """Return `path` if it is one file; napari also hands over lists, to be stacked."""
    if not isinstance(path, (str, Path)):
        return None
    file = Path(path)
    return file if file.is_file() else None
