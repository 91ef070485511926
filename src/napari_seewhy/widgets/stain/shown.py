"""The layers of a virtually stained image in the viewer, and what follows the threshold."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from napari_seewhy.blocks.judging import StainCounter, StainFigures
from napari_seewhy.layers import (
    BLOCK,
    DIFFERENCE,
    FLUORESCENCE,
    METADATA_KEY,
    POSITIVE,
    Grid,
    StainPlace,
    block_heatmap_layer,
    difference_layer,
    fluorescence_layer,
    heatmap_role,
    name_of_image,
    positive_layer,
    probability_layer,
    stain_layer,
)
from napari_seewhy.widgets.parts.layers import remove_layer, show_lines
from napari_seewhy.widgets.parts.marker import put_beside
from napari_seewhy.widgets.stain.compare import ComparedLayers

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from napari_seewhy.blocks.marking import MarkerBlocks
    from napari_seewhy.blocks.staining import ApplyStainOptions, ExplainedBlock, MarkedStain
    from napari_seewhy.images import CellImage
    from napari_seewhy.layers import LayerData
    from napari_seewhy.widgets.parts.marker import FieldLayers

_COLOR = "green"
_DULL = ("gray", "gray_r")


@dataclass(frozen=True, slots=True, eq=False)
class StainOrigin:
    """What the result needs of the layers it is made from, even if they are closed meanwhile.

    Attributes
    ----------
    image
        What was stained.
    name, parent
        Name of the image, and of its layer.
    grid
        Of its flat frames.
    layer
        Of the image; gone where it was closed.
    color
        Of the virtual stain: that of the real marker, so that both look alike.
    model
        File of the model.
    options
        How it was stained.
    """

    image: CellImage
    name: str
    parent: str
    grid: Grid
    layer: weakref.ref[Any]
    color: str
    model: Path
    options: ApplyStainOptions

    @classmethod
    def of(cls, fields: FieldLayers, model: Path, options: ApplyStainOptions) -> Self:
        """Remember what is chosen.

        Raises
        ------
        DataError
            If the axes of the image are not known.
        """
        image, layer = fields.image(), fields.chosen()
        n_planes = image.pixels.shape[image.axes.index("Z")] if "Z" in image.axes else 1
        return cls(
            image=image,
            name=name_of_image(image) or layer.name,
            parent=layer.name,
            grid=Grid.of_layer(layer, fields.axes).for_labels(n_planes),
            layer=weakref.ref(layer),
            color=_find_color(fields.marker_layer),
            model=model,
            options=options,
        )


class ShownStain:
    """A virtual stain in a viewer.

    Parameters
    ----------
    viewer
        The viewer itself: `plain_viewer(napari_viewer)`.
    origin
        What was stained.
    result
        What came out.

    Attributes
    ----------
    figures
        At the cut that was asked for last; None before.
    """

    def __init__(self, viewer: Any, origin: StainOrigin, result: MarkedStain) -> None:
        self._viewer = viewer
        self.origin = origin
        self.result = result
        self.figures: StainFigures | None = None
        self._counter = StainCounter(result, None)
        stained = self.stained = result.stained
        self._is_series = origin.image.n_frames > 1 or "T" in origin.image.axes
        zoom = tuple(
            edge / seen for edge, seen in zip(stained.shape_yx, stained.seen_px, strict=True)
        )
        known = {
            "source": origin.image.source,
            "scene": origin.image.scene,
            "parent": origin.parent,
            "model": str(origin.model),
            "assumed": list(origin.image.assumed),
        }
        self.place = StainPlace(origin.name, origin.grid, stained.grid, known, (zoom[0], zoom[1]))
        self._difference: Any = None
        self._block_name = f"{origin.name} explained block"
        remove_layer(viewer, heatmap_role(BLOCK), origin.parent)
        if stained.fluorescence is None:
            remove_layer(viewer, FLUORESCENCE, origin.parent)
        else:
            self._put(fluorescence_layer(self._fit(stained.fluorescence), self.place))
        self.probability = self._put(probability_layer(self._fit(stained.probability), self.place))
        self._stain = self._put(
            stain_layer(self._fit(stained.probability), self.place, origin.color)
        )
        self._positive = self._put(positive_layer(self._fit(stained.positive), self.place))
        show_lines(viewer, self.probability, self._block_name, [])

    @property
    def is_gone(self) -> bool:
        """Whether both the stained image and all layers of the result were closed."""
        layers = (self.origin.layer(), self.probability, self._stain, self._positive)
        return not any(layer in self._viewer.layers for layer in layers)

    def compare_with(self, marker: Any | None) -> ComparedLayers | None:
        """Return the layers to be compared, None where image or virtual stain were closed."""
        layer, there = self.origin.layer(), self._viewer.layers
        if layer not in there or self._stain not in there:
            return None
        difference = self._difference if self._difference in there else None
        return ComparedLayers(layer, marker, self._stain, difference)

    def set_cut(self, cut: float) -> None:
        """Call the blocks positive from another probability on; a closed layer stays closed."""
        if self._positive in self._viewer.layers:
            positive = self._fit(self.stained.probability >= cut)
            data, _, _ = positive_layer(positive, self.place)
            # In place: a new array has napari measure and slice all its layers again.
            self._positive.data[...] = data
            self._positive.refresh(extent=False, thumbnail=False)
            known = self._positive.metadata[METADATA_KEY] | {"cut": cut, "role": POSITIVE}
            self._positive.metadata = self._positive.metadata | {METADATA_KEY: known}

    def count(self, cut: float, measured: MarkerBlocks | None) -> StainFigures:
        """Count the blocks from another probability on, beside those by the marker."""
        if measured is not self._counter.measured:
            self._counter = StainCounter(self.result, measured)
            self._show_difference(measured)
        self.figures = self._counter.at(cut)
        return self.figures

    def _show_difference(self, measured: MarkerBlocks | None) -> None:
        """Bring the layer of differences to the real marker up to date; None takes it away."""
        if measured is None:
            remove_layer(self._viewer, DIFFERENCE, self.origin.parent)
            self._difference = None
            return
        area = measured.area.reshape(self.stained.probability.shape)
        data = difference_layer(self._fit(self.stained.probability), self._fit(area), self.place)
        is_new = self._difference not in self._viewer.layers
        self._difference = self._put(data)
        if is_new:
            self._difference.visible = False

    def show_heatmap(self, found: ExplainedBlock) -> None:
        """Lay the heatmap of a block over the image, and frame the block.

        The virtual stain steps back, or it would outshine the heatmap.
        """
        heatmap = self._put(block_heatmap_layer(found.heatmap, found.top_left, self.place))
        for layer in (self._stain, self._positive):
            if layer in self._viewer.layers:
                layer.visible = False
        grid, place = self.place.blocks, np.array([found.place.row, found.place.column])
        corner = place * grid.stride_px - found.top_left - 0.5
        around = np.array([(0, 0), (0, 1), (1, 1), (1, 0), (0, 0)]) * grid.block_px
        show_lines(self._viewer, heatmap, self._block_name, [corner + around])

    def find_block_layer(self) -> Any | None:
        """Return a layer with one pixel per block that is still there."""
        for layer in (self.probability, self._positive, self._stain):
            if layer in self._viewer.layers:
                return layer
        return None

    def _fit(self, frames: NDArray[Any]) -> NDArray[Any]:
        """Take the time axis away where the image has none."""
        return frames if self._is_series else frames[0]

    def _put(self, data: LayerData) -> Any:
        return put_beside(self._viewer, data)


def _find_color(marker: Any | None) -> str:
    name = "" if marker is None else str(marker.colormap.name)
    return name if name and name not in _DULL else _COLOR
