"""Every dock says what was assumed of the layers that are chosen, and how to change it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from napari.layers import Layer

from napari_seewhy.layers import Grid, image_layers, labels_layer
from napari_seewhy.widgets.crop.widget import CropWidget
from napari_seewhy.widgets.measure.widget import MeasureWidget
from napari_seewhy.widgets.parts.layers import AssumedLine
from napari_seewhy.widgets.segment.widget import SegmentWidget
from napari_seewhy.widgets.stain.widget import StainWidget

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari import Viewer
    from numpy.typing import NDArray
    from qtpy.QtWidgets import QWidget

    from napari_seewhy.images import CellImage

pytestmark = pytest.mark.widgets

SAID = "Its pixels are no squares; save it as OME-TIFF."


def read_line(widget: QWidget) -> str:
    """Return what the dock says was assumed, "" where it says nothing."""
    lines = [line for line in widget.findChildren(AssumedLine) if not line.isHidden()]
    return " ".join(line.text() for line in lines)


def show(viewer: Viewer, image: CellImage, labels: NDArray[np.int32]) -> None:
    for data in image_layers(image):
        viewer.add_layer(Layer.create(*data))
    grid = Grid.of_image(image).for_labels()
    viewer.add_layer(Layer.create(*labels_layer(labels, name="nuclei", grid=grid)))


@pytest.mark.parametrize("kind", [SegmentWidget, CropWidget, MeasureWidget, StainWidget])
def test_a_dock_says_what_was_assumed_and_what_is_not_known(
    dock: Callable[[type[QWidget], str], QWidget],
    viewer: Viewer,
    kind: type[QWidget],
    tiny_image: CellImage,
    tiny_labels: NDArray[np.int32],
) -> None:
    measured = np.ones(tiny_labels.shape, bool)
    measured[:22] = False
    strange = replace(tiny_image, pixel_size_um=None, assumed=(SAID,), measured=measured)
    show(viewer, strange, tiny_labels)
    said = read_line(dock(kind, "Dock"))
    assert said.startswith(SAID)
    assert "25% of the image was not measured: its file declares it" in said
    assert "The size of a pixel is not known" in said
    assert said.count(SAID) == 1


@pytest.mark.parametrize("kind", [SegmentWidget, CropWidget, MeasureWidget, StainWidget])
def test_a_dock_says_nothing_where_nothing_was_assumed(
    dock: Callable[[type[QWidget], str], QWidget],
    viewer: Viewer,
    kind: type[QWidget],
    tiny_image: CellImage,
    tiny_labels: NDArray[np.int32],
) -> None:
    show(viewer, tiny_image, tiny_labels)
    assert read_line(dock(kind, "Dock")) == ""
