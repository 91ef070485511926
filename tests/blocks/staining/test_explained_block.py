from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from napari_seewhy.blocks.staining.explained_block import BlockPlace, explain_block_steps
from napari_seewhy.blocks.staining.options import ApplyStainOptions
from napari_seewhy.blocks.staining.stain import stain_image
from napari_seewhy.errors import DataError
from napari_seewhy.progress import finish

EXACT = ApplyStainOptions(device="cpu", precision="fp32")


def test_a_block_of_a_frame_is_explained_as_it_was_stained(stain_file, dish) -> None:
    frames = np.stack([dish(20).pixels, dish(23).pixels])
    series = replace(dish(20), pixels=frames, axes="TCYX")
    place = BlockPlace(frame=1, row=3, column=4)
    found = finish(explain_block_steps(series, stain_file, EXACT, place))
    stained = stain_image(series, stain_file, EXACT)
    assert found.probability == pytest.approx(stained.probability[place], abs=1e-3)
    top, left = found.top_left
    height, width = found.heatmap.shape
    assert top <= 3 * 16
    assert left <= 4 * 16
    assert top + height >= 4 * 16
    assert left + width >= 5 * 16
    assert 0 <= found.heatmap.min() <= found.heatmap.max() <= 1
    said = found.describe()
    assert said.startswith("Block in row 3, column 4 in frame 1: positive with ")


def test_a_field_of_another_pixel_size_is_explained_as_the_network_saw_it(stain_file, dish) -> None:
    image = dish(21)
    pixels = image.pixels.repeat(2, 1).repeat(2, 2)
    larger = replace(image, pixels=pixels, pixel_size_um=0.325)
    options = EXACT.change(rescale=True)
    place = BlockPlace(0, 7, 9)
    found = finish(explain_block_steps(larger, stain_file, options, place))
    stained = stain_image(larger, stain_file, options)
    assert found.probability == pytest.approx(stained.probability[place], abs=1e-3)
    top, left = found.top_left
    assert top + found.heatmap.shape[0] <= 128
    assert left + found.heatmap.shape[1] <= 160


def test_a_block_that_is_not_there_is_refused(stain_file, dish) -> None:
    with pytest.raises(DataError, match="8 x 10 blocks, and block 8, 0 is asked for"):
        finish(explain_block_steps(dish(21), stain_file, EXACT, BlockPlace(0, 8, 0)))
