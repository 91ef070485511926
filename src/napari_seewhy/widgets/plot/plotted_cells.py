"""The cells of several layers in one table, each known by its image, time point and label."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

from napari_seewhy.images import CellImage
from napari_seewhy.layers import METADATA_KEY, cells_from_features, name_of_image
from napari_seewhy.widgets.parts.layers import is_labels
from napari_seewhy.widgets.parts.pictures import plottable_columns

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from napari_seewhy.widgets.parts.viewer import CellKey

_MOST_CLASSES = 20
"""A column of text with more values than these says no class."""


def has_cells(layer: Any) -> bool:
    """Whether a layer has a table of measured cells."""
    return (
        is_labels(layer) and "label" in layer.features and bool(plottable_columns(layer.features))
    )


def image_of(layer: Any) -> str:
    """Name of the image that the cells of a layer are in; without one, the name of the layer."""
    known = layer.metadata.get(METADATA_KEY, {})
    pixels = np.zeros((1, 1, 1), np.uint8)
    source, scene = str(known.get("source") or ""), str(known.get("scene") or "")
    return name_of_image(CellImage(pixels, "CYX", ("",), source=source, scene=scene)) or layer.name


@dataclass(frozen=True, eq=False)
class PlottedCells:
    """Cells of several layers.

    Attributes
    ----------
    table
        The tables of the layers one below the other, with ``image`` first; columns that a layer
        does not have are empty there.
    layers
        Where they come from.
    place
        ``(N,)`` the place in `layers` of each cell.
    """

    table: pd.DataFrame
    layers: tuple[Any, ...]
    place: NDArray[np.intp]

    @classmethod
    def of_layers(cls, layers: Sequence[Any]) -> Self:
        """Join the tables of layers; the layer's name distinguishes images of equal name."""
        tables, names = [], set()
        for layer in layers:
            cells = cells_from_features(layer.features)
            name = image_of(layer)
            name = layer.name if name in names else name
            names.add(name)
            cells = cells.drop(columns="image", errors="ignore")
            cells.insert(0, "image", name)
            tables.append(cells)
        if not tables:
            return cls(pd.DataFrame({"image": [], "label": []}), (), np.zeros(0, np.intp))
        place = np.repeat(np.arange(len(tables)), [len(table) for table in tables])
        filled = [table for table in tables if len(table)] or tables[:1]
        return cls(_join(filled), tuple(layers), place)

    def __len__(self) -> int:
        return len(self.table)

    @property
    def numbers(self) -> list[str]:
        """Columns that can be drawn along an axis."""
        time = ["t"] if "t" in self.table else []
        return plottable_columns(self.table) + time

    @cached_property
    def classes(self) -> list[str]:
        """Columns with the class of each cell: few different words, or yes and no."""
        words = self.table.select_dtypes(exclude="number").columns
        counts = {str(name): self.table[name].nunique() for name in words}
        found = [name for name, count in counts.items() if 1 < count <= _MOST_CLASSES]
        # What was measured, such as whether a cell touches the border, is seldom the question.
        return sorted(found, key=lambda name: (not _says_class(name), _is_flag(self.table[name])))

    @cached_property
    def t(self) -> NDArray[np.int64]:
        """``(N,)`` time points, 0 without a time axis."""
        if "t" not in self.table:
            return np.zeros(len(self), np.int64)
        return self.table["t"].fillna(0).to_numpy(np.int64)

    @cached_property
    def label(self) -> NDArray[np.int64]:
        """``(N,)`` labels."""
        return self.table["label"].to_numpy(np.int64)

    def values(self, name: str) -> NDArray[np.float64]:
        """``(N,)`` numbers of a column; NaN where a cell has none, or there is no such column."""
        if name not in self.table:
            return np.full(len(self), np.nan)
        return self.table[name].to_numpy(float, na_value=np.nan)

    def keys(self, rows: Any) -> list[CellKey]:
        """Name some of the cells by image, time point and label."""
        image = self.table["image"].to_numpy(object)[rows].tolist()
        return list(zip(image, self.t[rows].tolist(), self.label[rows].tolist(), strict=True))

    def find(self, keys: Collection[CellKey]) -> NDArray[np.bool_]:
        """Find for each cell whether its key is among these."""
        if not keys:
            return np.zeros(len(self), bool)
        wanted = frozenset(keys)
        return np.fromiter((key in wanted for key in self.keys(slice(None))), bool, len(self))

    @cached_property
    def by_frame(self) -> NDArray[np.bool_]:
        """Of each layer, whether a number is in several frames."""
        return np.array(
            [pd.Index(self.label[self.place == i]).has_duplicates for i in range(len(self.layers))]
        )

    def say_hidden(self, names: tuple[str, str], is_log: tuple[bool, bool]) -> str:
        """Say how many cells cannot be drawn along these axes, and why; "" where all can."""
        reasons = []
        is_hidden = np.zeros(len(self), bool)
        for name, log in zip(names, is_log, strict=True):
            values = self.values(name)
            is_missing = ~np.isfinite(values)
            is_low = log & ~is_missing & (values <= 0)
            for which, reason in (
                (is_missing, f"without a value of {name}"),
                (is_low, f"with {name} of 0 or less on a logarithmic axis"),
            ):
                if which.any():
                    reasons.append(f"{which.sum():,} {reason}")
            is_hidden |= is_missing | is_low
        return f"{is_hidden.sum():,} are hidden: {', '.join(reasons)}." if reasons else ""

    def row_of(self, layer: Any, label: int, t: int) -> int | None:
        """Find the row of a cell of a layer, None where its table does not have it."""
        place = next((i for i, other in enumerate(self.layers) if other is layer), -1)
        rows = np.flatnonzero((self.place == place) & (self.label == label))
        # A number that stays the same through time has one row in every frame.
        in_frame = rows[self.t[rows] == t] if len(rows) > 1 else rows
        return int(in_frame[0]) if len(in_frame) else None


def _join(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Put tables below each other; classes of any of them stay classes, in the order they come."""
    joined = pd.concat(tables, ignore_index=True)
    for name in joined.columns:
        parts = [table[name] for table in tables if name in table]
        if all(isinstance(part.dtype, pd.CategoricalDtype) for part in parts):
            known = dict.fromkeys(c for part in parts for c in part.cat.categories)
            joined[name] = pd.Categorical(joined[name], list(known))
    return joined


def _says_class(name: str) -> bool:
    return name in ("class", "predicted_class")


def _is_flag(column: Any) -> bool:
    return bool(set(column.dropna().unique()) <= {True, False})
