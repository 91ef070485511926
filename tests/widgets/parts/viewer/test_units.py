"""Layers with and without a pixel size in one window: one unit, and no size that nobody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from napari.layers import Layer

from napari_seewhy.images import CellImage
from napari_seewhy.layers import Grid, image_layers, labels_layer
from napari_seewhy.widgets.parts.layers import put_layer
from napari_seewhy.widgets.parts.tasks.state import state_of

if TYPE_CHECKING:
    from napari import Viewer
    from napari.layers import Image

pytestmark = pytest.mark.widgets

SIZED = CellImage(np.zeros((1, 8, 9)), "CYX", ("DNA",), 0.5)
BARE = CellImage(np.zeros((1, 8, 9)), "CYX", ("DNA",))


def add(viewer: Viewer, image: CellImage) -> Image:
    return viewer.add_layer(Layer.create(*image_layers(image)[0]))


def size_of(layer: Layer) -> float | None:
    return Grid.of_layer(layer, "TZYX"[-layer.ndim :]).pixel_size_um


@pytest.mark.parametrize("is_bare_first", [True, False])
def test_an_image_without_a_size_has_the_unit_of_others_and_still_no_size(
    viewer: Viewer, is_bare_first: bool
) -> None:
    state_of(viewer)
    images = (BARE, SIZED) if is_bare_first else (SIZED, BARE)
    layers = [add(viewer, image) for image in images]
    bare, sized = layers if is_bare_first else layers[::-1]
    assert viewer.layers.extent.units is not None
    assert (size_of(bare), size_of(sized)) == (None, 0.5)
    viewer.layers.remove(sized)
    assert [str(unit) for unit in bare.units] == ["pixel", "pixel"]


def test_time_above_depth_and_labels_that_come_again_agree_too(
    viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    state_of(viewer)
    series = add(viewer, CellImage(np.zeros((3, 1, 8, 9)), "TCYX", ("DNA",), 0.5))
    stack = add(viewer, CellImage(np.zeros((1, 3, 8, 9)), "CZYX", ("DNA",), 0.5, z_step_um=2))
    warned: list[str] = []
    monkeypatch.setattr("napari._vispy.canvas.show_warning", warned.append)
    for _ in range(2):
        nuclei = labels_layer(np.eye(8, 9, dtype=np.int32), name="nuclei", known={"parent": "DNA"})
        put_layer(viewer, nuclei)
    assert warned == []
    assert viewer.layers.extent.units is not None
    assert [size_of(layer) for layer in viewer.layers] == [0.5, 0.5, None]
    assert Grid.of_layer(series, "TYX").units[0] == "pixel"
    assert Grid.of_layer(stack, "ZYX").z_step_um == 2
