"""Every dock says what was assumed of the layers that are chosen, and how to change it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import tifffile
from napari.layers import Layer

from napari_seewhy.errors import DataError
from napari_seewhy.layers import Grid, image_from_layers, image_layers, labels_layer
from napari_seewhy.napari_files.label_layers import label_layers
from napari_seewhy.napari_files.session_layers import session_layers
from napari_seewhy.napari_files.sessions import write_session
from napari_seewhy.widgets.crop.widget import CropWidget
from napari_seewhy.widgets.measure.widget import MeasureWidget
from napari_seewhy.widgets.parts.layers import AssumedLine
from napari_seewhy.widgets.parts.layers.not_measured import (
    declare_not_measured,
    mark_not_measured,
)
from napari_seewhy.widgets.segment.widget import SegmentWidget
from napari_seewhy.widgets.stain.widget import StainWidget

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari import Viewer
    from numpy.typing import NDArray
    from qtpy.QtWidgets import QWidget

    from napari_seewhy.images import CellImage

pytestmark = pytest.mark.widgets

KINDS = (SegmentWidget, CropWidget, MeasureWidget, StainWidget)
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


@pytest.mark.parametrize("kind", KINDS)
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
    assert "25% of the image was not measured: a mask or its file declares so" in said
    assert "The size of a pixel is not known" in said
    assert said.count(SAID) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_dock_says_nothing_where_nothing_was_assumed(
    dock: Callable[[type[QWidget], str], QWidget],
    viewer: Viewer,
    kind: type[QWidget],
    tiny_image: CellImage,
    tiny_labels: NDArray[np.int32],
) -> None:
    show(viewer, tiny_image, tiny_labels)
    assert read_line(dock(kind, "Dock")) == ""


def test_labels_drawn_by_hand_say_what_was_not_measured_and_a_session_keeps_it(
    dock: Callable[[type[QWidget], str], QWidget],
    viewer: Viewer,
    tiny_image: CellImage,
    tiny_labels: NDArray[np.int32],
    tmp_path: Path,
) -> None:
    for data in image_layers(tiny_image):
        viewer.add_layer(Layer.create(*data))
    widget = dock(SegmentWidget, "Segment cells")
    images = list(viewer.layers)
    drawn = viewer.add_labels(np.zeros_like(tiny_labels), name="empty tile")
    drawn.data[:22] = 1
    viewer.layers.selection = {*images, drawn}
    mark_not_measured(viewer)
    assert "25% of the image was not measured: a mask or its file declares so" in read_line(widget)
    expected = np.arange(88)[:, None] >= np.full(tiny_labels.shape[1], 22)
    np.testing.assert_array_equal(image_from_layers(images).measured, expected)

    path = str(tmp_path / "a.seewhy")
    write_session(path, [layer.as_layer_data_tuple() for layer in viewer.layers])
    opened = [Layer.create(*data) for data in session_layers(Path(path))]
    np.testing.assert_array_equal(image_from_layers(opened[:1]).measured, expected)

    drawn.data[:] = 0
    mark_not_measured(viewer)
    assert read_line(widget) == ""
    assert image_from_layers(images).measured is None


def test_what_cannot_be_declared_is_refused(
    viewer: Viewer, tiny_image: CellImage, tiny_labels: NDArray[np.int32]
) -> None:
    show(viewer, tiny_image, tiny_labels)
    *images, labels = viewer.layers
    small = viewer.add_labels(np.ones((4, 4), int), name="small")
    whole = viewer.add_labels(np.ones_like(tiny_labels), name="whole")
    for layers, said in (
        ([labels], "0 images and 1 labels are selected"),
        ([images[0], small, whole], "1 images and 2 labels are selected"),
        ([images[0], small], r"and small \(4, 4\); draw in a labels layer of this image"),
        ([images[0], whole], "whole covers all of the image"),
    ):
        with pytest.raises(DataError, match=said):
            declare_not_measured(layers)
    assert "measured" not in images[0].metadata["napari-seewhy"]


def test_a_dock_says_what_may_surprise_of_the_labels(
    dock: Callable[[type[QWidget], str], QWidget],
    viewer: Viewer,
    tiny_image: CellImage,
    tiny_labels: NDArray[np.int32],
    tmp_path: Path,
) -> None:
    twice = np.where(tiny_labels == 2, 1, tiny_labels).astype(np.uint8)
    tifffile.imwrite(tmp_path / "a_labels.tif", twice)
    for data in (*image_layers(tiny_image), *label_layers(tmp_path / "a_labels.tif")):
        viewer.add_layer(Layer.create(*data))
    widget = dock(MeasureWidget, "Measure cells")
    assert "has the number 1 for 2 separate areas" in read_line(widget)
