from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.layers import labels_layer
from napari_seewhy.widgets.parts.layers.viewer_layers import find_layer, put_layer, remove_layer
from napari_seewhy.widgets.tidy.tidied_layer import TidiedLayer

pytestmark = pytest.mark.widgets


def result(labels):
    """What a run hands over: nuclei found in the image layer "DNA"."""
    return labels_layer(labels, name="nuclei (field)", known={"parent": "DNA"})


def test_a_rerun_updates_the_same_layer_and_keeps_its_looks(viewer, tiny_labels):
    layer = put_layer(viewer, result(tiny_labels), contour=2)
    layer.opacity = 0.3
    again = put_layer(viewer, result(np.where(tiny_labels > 4, 0, tiny_labels)), contour=0)
    assert again is layer
    assert (layer.opacity, layer.contour, layer.data.max()) == (0.3, 2, 4)


@pytest.mark.parametrize("how", ["our button", "the brush of napari"])
def test_labels_corrected_by_hand_outlive_a_rerun(viewer, told, tiny_labels, how):
    corrected = put_layer(viewer, result(tiny_labels.copy()))
    if how == "our button":
        TidiedLayer(corrected).delete([2])
    else:
        corrected.fill((20, 60), 0)
    fresh = put_layer(viewer, result(tiny_labels))
    assert 2 not in corrected.data
    assert 2 in fresh.data
    assert [layer.name for layer in viewer.layers] == [
        "nuclei (field), corrected",
        "nuclei (field)",
    ]
    assert told == [
        "The labels that were corrected by hand are kept as 'nuclei (field), corrected'."
    ]
    assert find_layer(viewer, "nuclei", "DNA") is fresh


def test_only_what_was_not_corrected_is_removed(viewer, told, tiny_labels):
    put_layer(viewer, result(tiny_labels))
    remove_layer(viewer, "nuclei", "DNA")
    assert len(viewer.layers) == 0
    TidiedLayer(put_layer(viewer, result(tiny_labels))).merge([1, 2])
    remove_layer(viewer, "nuclei", "DNA")
    assert [layer.name for layer in viewer.layers] == ["nuclei (field), corrected"]
    assert len(told) == 1
