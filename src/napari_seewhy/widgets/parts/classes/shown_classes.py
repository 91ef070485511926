"""The layer of classified cells in the viewer: put there, coloured, and joined to the labels."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from napari_seewhy.cells.classifying import UNDECIDED
from napari_seewhy.layers import (
    Grid,
    axes_of_layer,
    cells_from_features,
    classes_layer,
    join_classes,
    label_colors,
    labels_from_layer,
    name_of_image,
)
from napari_seewhy.widgets.parts.layers import put_layer, value_colors

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from napari_seewhy.cells.classifying import ClassifiedCells, ClassifyOptions
    from napari_seewhy.cells.labels import LabelledCells


@dataclass(frozen=True, slots=True, eq=False)
class ClassifyOrigin:
    """What the result needs of the layers it is made from, even if they are closed meanwhile.

    Attributes
    ----------
    job
        Image and labels that were classified.
    model
        File of the model.
    options
        How they were classified.
    image_name
        What the image is called.
    grid
        Where its pixels lie.
    known
        What the metadata of the result say.
    layer
        Of the labels; gone where it was closed.
    """

    job: LabelledCells
    model: Path
    options: ClassifyOptions
    image_name: str
    grid: Grid
    known: dict[str, Any]
    layer: weakref.ref[Any]

    @classmethod
    def of(cls, layer: Any, job: LabelledCells, options: ClassifyOptions, model: Path) -> Self:
        """Note where the classes of a labels layer come from, before they are asked for."""
        axes = axes_of_layer(layer) or "TYX"[-layer.ndim :]
        return cls(
            job=job,
            model=model,
            options=options,
            image_name=name_of_image(job.image) or layer.name,
            grid=Grid.of_layer(layer, axes),
            known={
                "source": job.image.source,
                "scene": job.image.scene,
                "parent": layer.name,
                "model": str(model),
                "options": options.model_dump(mode="json"),
                "assumed": list(job.image.assumed),
            },
            layer=weakref.ref(layer),
        )


class ShownClasses:
    """Classified cells in a viewer.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    origin
        What was classified.
    classified
        What came out.
    """

    def __init__(self, viewer: Any, origin: ClassifyOrigin, classified: ClassifiedCells) -> None:
        self._viewer = viewer
        self.origin = origin
        source: Any = origin.layer()
        is_there = source in viewer.layers
        measured = None
        if is_there and "label" in source.features:
            measured = cells_from_features(source.features)
        data = classes_layer(
            origin.job.labels,
            classified.table,
            image_name=origin.image_name,
            measured=measured,
            grid=origin.grid,
            known=origin.known,
        )
        self._layer = put_layer(viewer, data)
        self.features: pd.DataFrame = self._layer.features
        if is_there and np.array_equal(labels_from_layer(source), origin.job.labels):
            joined = join_classes(source.features, classified.table)
            if joined is not None:
                source.features = joined
                # Two coloured layers one above the other would show neither's colours.
                source.visible = False

    @property
    def is_gone(self) -> bool:
        """Whether both the classified labels and the layer of classes were closed."""
        there = self._viewer.layers
        return self.origin.layer() not in there and self._layer not in there

    @property
    def cells(self) -> pd.DataFrame:
        """One row per cell that has a class."""
        return self.features[self.features["class"].notna()]

    def color(self, decided: pd.Series[Any], *, by_confidence: bool) -> None:
        """Bring colours, and the column ``decided``, up to date; a closed layer stays closed.

        Parameters
        ----------
        decided
            The class of each row of `cells`, or "undecided".
        by_confidence
            Whether the colours say how sure the model is instead.
        """
        named = decided.reindex(self.features.index)
        self.features = self.features.assign(decided=named)
        if self._layer not in self._viewer.layers:
            return
        self._layer.features = self.features
        self._layer.colormap = (
            value_colors(self.features, "confidence")
            if by_confidence
            else label_colors(self.features, "decided", unknown=UNDECIDED)
        )
