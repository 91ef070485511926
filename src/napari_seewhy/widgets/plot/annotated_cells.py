"""The classes that a person gives to cells, and those that follow from them, in their layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import ref

import numpy as np
import pandas as pd

from napari_seewhy.cells.classifying import ANNOTATION
from napari_seewhy.errors import DataError, OptionError
from napari_seewhy.layers import TRANSPARENT, UNKNOWN, class_colors, join_classes
from napari_seewhy.widgets.parts.layers import original_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from napari_seewhy.widgets.plot.plotted_cells import PlottedCells

_PROPOSED = 0.5
"""Opacity of a class that was proposed, beside 1 of one that a person gave."""

_UNNAMED = 0.35


class _Before(NamedTuple):
    layer: Callable[[], Any]
    annotation: Any


class AnnotatedCells:
    """Writes classes into the tables of the layers, and colours their cells.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    cells
        The cells that are looked at.
    """

    def __init__(self, viewer: Any, cells: PlottedCells) -> None:
        self._viewer = viewer
        self._added: list[str] = []
        self._before: list[list[_Before]] = []
        self.cells = cells

    @property
    def classes(self) -> list[str]:
        """The classes in the order of their keys: those given or added, else a model's."""
        table = self.cells.table
        given = _categories(table, ANNOTATION)
        known = given or _categories(table, "predicted_class") or _categories(table, "class")
        return list(dict.fromkeys([*known, *self._added]))

    @property
    def counts(self) -> dict[str, int]:
        """How many cells a person gave each class."""
        given = self.cells.table.get(ANNOTATION, pd.Series(dtype=object))
        n = given.astype(object).value_counts()
        return {name: int(n.get(name, 0)) for name in self.classes}

    @property
    def can_undo(self) -> bool:
        """Whether there is an answer that can be taken back."""
        return bool(self._before)

    def add_class(self, name: str) -> None:
        """Add a class that cells may be of.

        Raises
        ------
        OptionError
            If there is one of this name.
        """
        if name in self.classes:
            raise OptionError(f"There is a class {name} already; choose another name.")
        self._added.append(name)

    def annotate(self, is_chosen: NDArray[np.bool_], name: str | None) -> None:
        """Give the chosen cells a class, None for no class.

        Raises
        ------
        DataError
            If no cell is chosen.
        """
        if not is_chosen.any():
            raise DataError("No cell is picked: click one in the image, or drag round points.")
        classes, cells, before = self.classes, self.cells, []
        for i, layer in enumerate(cells.layers):
            here = cells.place == i
            if not is_chosen[here].any():
                continue
            given = layer.features.get(ANNOTATION)
            before.append(_Before(ref(layer), given))
            values = np.full(len(layer.features), None, object)
            if given is not None:
                values[:] = given.astype(object).where(given.notna(), None)
            is_cell = (layer.features["label"] > 0).to_numpy()
            values[np.flatnonzero(is_cell)[is_chosen[here]]] = name
            self._write(layer, pd.Categorical(values, classes))
        self._before.append(before)

    def undo(self) -> None:
        """Take the last answer back; nothing where there is none, or its cells were changed."""
        for layer, annotation in self._before.pop() if self._before else []:
            there = layer()
            if there is None or there not in self._viewer.layers:
                continue
            if annotation is None:
                there.features = there.features.drop(columns=ANNOTATION, errors="ignore")
            elif len(annotation) == len(there.features):
                self._write(there, annotation.array)

    def propose(self, layers: tuple[Any, ...], place: NDArray[Any], table: pd.DataFrame) -> None:
        """Write what follows for every cell into the tables of their layers.

        Parameters
        ----------
        layers, place
            Of the cells that were asked about.
        table
            ``class``, ``p_<class>`` and ``confidence`` of each, in their order.

        Raises
        ------
        DataError
            If a number stands for several cells of a layer.
        """
        for i, layer in enumerate(layers):
            if layer not in self._viewer.layers:
                continue
            joined = join_classes(layer.features, table[place == i])
            if joined is None:
                raise DataError(
                    f"A number means several cells in {layer.name!r}; measure it again."
                )
            layer.features = joined

    def color(self) -> None:
        """Colour the cells by the class given, else by the one proposed, else grey."""
        for layer in self.cells.layers:
            if layer not in self._viewer.layers:
                continue
            features = layer.features
            colors = _mix(features, self.classes)
            for other in self._viewer.layers:
                if other is layer or original_of(self._viewer, other) is layer:
                    other.colormap = colors

    def _write(self, layer: Any, annotation: Any) -> None:
        layer.features = layer.features.assign(**{ANNOTATION: annotation})


def _categories(table: pd.DataFrame, column: str) -> list[str]:
    values = table.get(column)
    if values is None or not isinstance(values.dtype, pd.CategoricalDtype):
        return []
    return [str(name) for name in values.cat.categories]


def _mix(features: pd.DataFrame, classes: list[str]) -> dict[int | None, tuple[float, ...]]:
    """Colour of each label: opaque where a person gave the class, fainter where it follows."""
    palette = {name: color[:3] for name, color in class_colors(classes).items()}
    said = features.get("predicted_class", features.get("class"))
    given = features.get(ANNOTATION)
    empty = pd.Series(None, index=features.index, dtype=object)
    said, given = (empty if one is None else one.astype(object) for one in (said, given))
    colors: dict[int | None, tuple[float, ...]] = {}
    for label, named, proposed in zip(features["label"], given, said, strict=True):
        if named in palette:
            colors[int(label)] = (*palette[named], 1.0)
        elif proposed in palette:
            colors[int(label)] = (*palette[proposed], _PROPOSED)
        else:
            colors[int(label)] = (*UNKNOWN[:3], _UNNAMED)
    return colors | {0: TRANSPARENT, None: TRANSPARENT}
