"""Writer for napari: labels together with their table and their scale, which napari drops."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_seewhy.errors import FileError
from napari_seewhy.files import read_json, write_json
from napari_seewhy.images import write_labels
from napari_seewhy.layers import METADATA_KEY, Grid, cells_from_features
from napari_seewhy.napari_files.label_files import name_label_files
from napari_seewhy.record import make_record
from napari_seewhy.tables import write_table

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
VERB = "save labels"
_KEPT = ("role", "source", "scene", "channel", "options", "assumed")


def write_labels_with_table(path: str, data: Any, attributes: dict[str, Any]) -> list[str]:
    """Save a Labels layer: the labels, the table of its cells, and the record, beside each other.

    Parameters
    ----------
    path
        Where a person wants it, with or without the ending ``_labels.ome.tif``.
    data
        Labels ``(Y, X)`` or ``(T, Y, X)``; of a multiscale layer the largest is saved.
    attributes
        State of the layer, as napari gives it: ``scale``, ``translate``, ``units``, ``features``,
        ``metadata``.

    Returns
    -------
    list of str
        ``<stem>_labels.ome.tif``, ``<stem>_cells.csv`` and ``<stem>_record.json``.

    Raises
    ------
    FileError
        If a file cannot be written; none of the three is ever half written.
    DataError
        If the labels are no whole numbers from 0.
    """
    files = name_label_files(path)
    labels, grid = _flatten(data[0] if attributes.get("multiscale") else data, attributes)
    cells = _cells_of(labels, attributes)
    name = str(attributes.get("name", "labels"))
    write_labels(files.labels, labels, pixel_size_um=grid.pixel_size_um, name=name)
    write_table(files.cells, cells)
    known = attributes.get("metadata", {}).get(METADATA_KEY, {})
    record = make_record(
        VERB,
        {key: known[key] for key in _KEPT if key in known},
        [],
        n_cells=len(cells),
        layer={"name": name, **asdict(grid)},
        columns={str(name): _describe_type(column) for name, column in cells.items()},
        earlier=_earlier_records(files.record),
    )
    write_json(files.record, record)
    return [str(files.labels), str(files.cells), str(files.record)]


def _flatten(data: Any, attributes: dict[str, Any]) -> tuple[Any, Grid]:
    """Return labels and where they lie; one thick plane of a time series of stacks is let go."""
    ndim = len(data.shape)
    axes = "TZYX" if ndim == 4 else "TYX"[-ndim:]
    grid = Grid.of_attributes(attributes, axes)
    if ndim == 4 and data.shape[1] == 1:
        return data[:, 0], grid.keep("TYX")
    return data, grid


def _cells_of(labels: Any, attributes: dict[str, Any]) -> pd.DataFrame:
    """Table of the cells; the bare numbers where nothing was measured."""
    import pandas as pd

    features = attributes.get("features")
    if features is not None and len(features):
        return cells_from_features(features)
    numbers = np.unique(labels)
    return pd.DataFrame({"label": numbers[numbers > 0]})


def _describe_type(column: pd.Series[Any]) -> Any:
    """Say of which type a column is, which a CSV cannot."""
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        return {
            "categories": [str(category) for category in column.cat.categories],
            "ordered": bool(column.cat.ordered),
        }
    return str(column.dtype)


def _earlier_records(path: Path) -> list[Any]:
    """Keep what was recorded before these labels were saved: how they were made."""
    if not path.is_file():
        return []
    try:
        record = read_json(path)
    except FileError:
        return []
    if not isinstance(record, dict) or record.get("verb") != VERB:
        return [record]
    results = record.get("results")
    earlier = results.get("earlier") if isinstance(results, dict) else None
    return earlier if isinstance(earlier, list) else []
