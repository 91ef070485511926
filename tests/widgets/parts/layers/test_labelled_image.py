"""What the core gets of the chosen layers."""

from __future__ import annotations

import numpy as np
import pytest
from napari.layers import Image, Labels

from napari_seewhy.errors import DataError
from napari_seewhy.widgets.parts.layers.labelled_image import read_layers


def test_an_image_and_its_labels_come_out_of_their_layers(tiny_image, tiny_labels):
    read = read_layers([Image(tiny_image.pixels[0], name="DNA")], Labels(tiny_labels))
    np.testing.assert_array_equal(read.labels, tiny_labels)
    np.testing.assert_array_equal(read.image.pixels, tiny_image.pixels[:1])


def test_a_mask_is_not_taken_for_the_labels_of_one_object(tiny_image, tiny_labels):
    mask = Labels((tiny_labels > 0).astype(np.uint8) * 255, name="threshold")
    with pytest.raises(DataError, match="layer 'threshold' has only the number 255 for 5 separate"):
        read_layers([Image(tiny_image.pixels[0])], mask)
