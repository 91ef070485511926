"""Labels with their table as a layer: measurements, colours and scale as they were saved."""

from __future__ import annotations

import warnings
from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from napari_seewhy.errors import DataError, FileError, SeewhyWarning
from napari_seewhy.files import check_readable, explain_os_error
from napari_seewhy.images import check_no_mask, explain_scattered, read_labels
from napari_seewhy.layers import Grid, LayerData, label_colors, labels_layer
from napari_seewhy.napari_files.label_files import LabelFiles, name_label_files
from napari_seewhy.record import read_record
from napari_seewhy.tables import restore_text

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

CLASS = "class"
"""Column with the class of each cell; labels are coloured by it."""

_TEXT = ("object", "str", "string")


class _SavedLayer(BaseModel):
    name: str = ""
    axes: str = ""
    scale: list[float] = []
    translate: list[float] = []
    units: list[str] = []
    affine: list[list[float]] | None = None


class _Categories(BaseModel):
    categories: list[str]
    ordered: bool


class _SavedResults(BaseModel):
    layer: _SavedLayer = _SavedLayer()
    columns: dict[str, str | _Categories] = {}


class _SavedRecord(BaseModel):
    results: _SavedResults = _SavedResults()


def label_layers(path: Path) -> list[LayerData]:
    """Return the Labels layer of a file of labels, with its table where there is one.

    Scale and types of columns come from the record, where `write_labels_with_table` wrote it.

    Raises
    ------
    FileError
        If the labels, the table or the record cannot be read.
    DataError
        If the file holds no labels.
    """
    files = name_label_files(path)
    # A mask or a map of classes may be looked at; who needs one number per object asks for that.
    labels, pixel_size_um = read_labels(path, is_mask=True)
    results = _read_results(files)
    saved = results.get("layer", {})
    cells = read_cells(files.cells, results.get("columns")) if files.cells.is_file() else None
    said = _explain(labels, path)
    as_layer = partial(
        labels_layer,
        name=str(saved.get("name") or f"{files.role} ({files.stem})"),
        role=files.role,
        grid=_saved_grid(saved, labels.ndim) or _plain_grid(pixel_size_um, labels),
        known={"source": str(path)} | ({"assumed": said} if said else {}),
    )
    try:
        data, attributes, kind = as_layer(labels, cells)
    except DataError as error:
        warnings.warn(
            f"{files.cells.name} does not belong to {path.name}, which is opened without it: "
            f"{error}",
            SeewhyWarning,
            stacklevel=2,
        )
        data, attributes, kind = as_layer(labels)
    if CLASS in attributes["features"]:
        attributes["colormap"] = label_colors(attributes["features"], CLASS)
    return [(data, attributes, kind)]


def _explain(labels: NDArray[np.int32], path: Path) -> tuple[str, ...]:
    """Say what may surprise of labels; a mask is refused where one number per object is needed."""
    try:
        check_no_mask(labels, str(path))
    except DataError:
        return ()
    return explain_scattered(labels, str(path))


def _read_results(files: LabelFiles) -> dict[str, Any]:
    if not files.record.is_file():
        return {}
    return read_record(files.record, _SavedRecord).results.model_dump()


def _plain_grid(pixel_size_um: float | None, labels: NDArray[np.int32]) -> Grid:
    return Grid.of_pixel_size(pixel_size_um, "TYX"[-labels.ndim :])


def _saved_grid(saved: dict[str, Any], ndim: int) -> Grid | None:
    """Place of the layer that was saved; None where the record does not have it."""
    places = [saved.get(name, ()) for name in ("axes", "scale", "translate", "units")]
    if any(len(place) != ndim for place in places):
        return None
    axes, scale, translate, units = places
    affine = saved.get("affine")
    placed = affine and tuple(map(tuple, affine))
    return Grid(str(axes), tuple(scale), tuple(translate), tuple(units), placed)


def read_cells(path: Path, columns: dict[str, Any] | None = None) -> pd.DataFrame:
    """Read a table of cells as it was written.

    Parameters
    ----------
    path
        CSV with a column ``label``.
    columns
        Type of each column, as the record has it: text such as "01" stays text, and categories
        keep their order. Columns it does not name are read for what they look like.

    Raises
    ------
    FileError
        If the file cannot be read, is no CSV or has no column ``label``.
    """
    import pandas as pd

    check_readable(path)
    types = columns or {}
    is_text = [name for name, kind in types.items() if isinstance(kind, dict) or kind in _TEXT]
    try:
        cells = pd.read_csv(
            path,
            encoding="utf-8-sig",
            dtype=dict.fromkeys(is_text, object),
            # "NA" and "None" may be names of classes.
            keep_default_na=False,
            na_values=["", "nan", "NaN"],
        )
    except OSError as error:
        raise FileError(explain_os_error(error, path, "read")) from error
    except (ValueError, UnicodeDecodeError) as error:
        raise FileError(f"{path} is no table that can be read; save it as CSV, UTF-8.") from error
    cells = restore_text(cells)
    if "label" not in cells:
        raise FileError(f"{path} has no column label; choose the table of these labels.")
    for name, kind in types.items():
        if isinstance(kind, dict) and name in cells:
            categories = list(dict.fromkeys(kind["categories"]))
            cells[name] = pd.Categorical(cells[name], categories, kind["ordered"])
    if CLASS in cells and CLASS not in types:
        cells[CLASS] = pd.Categorical(cells[CLASS].astype(object))
    return cells
