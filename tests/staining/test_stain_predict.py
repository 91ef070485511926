import dask.array
import numpy as np
import pytest
import torch

from napari_seewhy.errors import DataError, OptionError, TaskError
from napari_seewhy.models.running.devices import Runtime
from napari_seewhy.staining import predict
from napari_seewhy.staining.block_scores import judge_blocks
from napari_seewhy.staining.card import load_stain
from napari_seewhy.staining.explained_block import explain_block
from napari_seewhy.staining.grid import BlockGrid, positive_area
from napari_seewhy.staining.predict import stain_pixels


@pytest.fixture(scope="module")
def model(model_file):
    return load_stain(model_file)


def test_blocks_of_an_unseen_field_are_told_apart_and_so_is_their_fluorescence(model, make_field):
    field = make_field(7)
    stained = stain_pixels(model, field.phase)
    truth = positive_area(field.positive, stained.grid) >= 0.25
    assert stained.probability.shape == (16, 12)
    assert judge_blocks(stained.probability, truth).accuracy > 0.95
    levels = [stained.fluorescence[field.positive == side].mean() for side in (False, True)]
    assert levels[1] - levels[0] > 50
    assert stained.fluorescence.shape == field.shape_px


def test_the_map_moves_with_the_field_and_changes_nothing_else(model, make_field):
    # Rolled, so that the levels stay, and only what is near the border can differ.
    phase = make_field(3, shape_px=(640, 640)).phase
    stride = 16
    still = stain_pixels(model, phase, stride_px=stride).probability
    moved = stain_pixels(model, np.roll(phase, (stride, stride), (1, 2)), stride_px=stride)
    edge = -(-model.network.reach_px // stride) + 2
    inner = slice(edge, -edge)
    assert still[inner, inner].size > 25
    difference = moved.probability[1:, 1:][inner, inner] - still[:-1, :-1][inner, inner]
    assert np.abs(difference).max() < 1e-3


def test_tiles_give_the_same_map_as_the_whole_field(model, make_field, monkeypatch):
    phase = make_field(4, shape_px=(500, 333)).phase
    whole = stain_pixels(model, phase, stride_px=8)
    monkeypatch.setattr(predict, "TILE_PX", 64)
    tiled = stain_pixels(model, dask.array.from_array(phase, chunks=(1, 100, 100)), stride_px=8)
    np.testing.assert_allclose(tiled.probability, whole.probability, atol=1e-4)
    np.testing.assert_allclose(tiled.fluorescence, whole.fluorescence, atol=0.1)


def test_a_stride_of_no_whole_cells_gives_the_same_at_shared_blocks(model, make_field):
    phase = make_field(5, shape_px=(96, 96)).phase
    fine = stain_pixels(model, phase, stride_px=12)
    coarse = stain_pixels(model, phase, stride_px=8)
    assert fine.probability.shape == (7, 7)
    np.testing.assert_allclose(fine.probability[::2, ::2], coarse.probability[::3, ::3], atol=1e-4)


def test_bf16_says_nearly_the_same(model, make_field):
    phase = make_field(6).phase
    exact = stain_pixels(model, phase).probability
    fast = stain_pixels(model, phase, runtime=Runtime("cpu", use_bf16=True)).probability
    assert np.abs(exact - fast).max() < 0.1


def test_where_memory_is_short_the_tiles_get_smaller_until_there_is_none(
    model, make_field, monkeypatch
):
    def refuse(*_):
        raise torch.OutOfMemoryError("out of memory")

    monkeypatch.setattr(predict, "_look", refuse)
    with pytest.raises(TaskError, match="not enough memory"):
        stain_pixels(model, make_field(0).phase)


def test_a_field_that_does_not_fit_is_refused(model, make_field):
    phase = make_field(0).phase
    with pytest.raises(DataError, match="takes 1 channels"):
        stain_pixels(model, np.concatenate([phase, phase]))
    with pytest.raises(DataError, match="smaller than a block"):
        stain_pixels(model, phase[:, :10])
    with pytest.raises(OptionError, match="stride"):
        stain_pixels(model, phase, stride_px=17)


def test_a_heatmap_shows_the_surroundings_of_its_block(model, make_field):
    phase = make_field(8, shape_px=(400, 400)).phase
    grid = BlockGrid(16, 16)
    said = stain_pixels(model, phase).probability
    found = explain_block(model, phase, 12, 13, grid)
    # The block lies right of the edge: what speaks for positive is there, and near.
    edge = 200 - found.left
    assert found.heatmap.max() == 1
    assert found.heatmap[:, edge:].sum() > 2 * found.heatmap[:, :edge].sum()
    near = found.heatmap[192 - found.top - 32 :, 208 - found.left - 32 :][:80, :80]
    assert near.sum() > 0.3 * found.heatmap.sum()
    assert found.probability == pytest.approx(said[12, 13], abs=0.02)
    assert (found.top, found.left) == tuple(
        max(0, place * 16 - model.network.reach_px) for place in (12, 13)
    )
    with pytest.raises(DataError, match="25 x 25 blocks"):
        explain_block(model, phase, 25, 0, grid)


def test_blocks_that_the_file_declares_as_empty_have_no_probability(model, make_field):
    phase = make_field(8, shape_px=(128, 128)).phase
    declared = np.ones((128, 128), bool)
    declared[32:64, 16:80] = False
    stained = stain_pixels(model, phase, declared=declared)
    expected = np.zeros(stained.probability.shape, bool)
    expected[2:4, 1:5] = True
    np.testing.assert_array_equal(np.isnan(stained.probability), expected)


def test_blocks_that_were_not_measured_have_no_probability_and_hardly_change_others(
    model, make_field
):
    phase = make_field(8, shape_px=(128, 128)).phase
    alone = stain_pixels(model, phase)
    framed = np.pad(phase, ((0, 0), (0, 96), (0, 160)))
    stained = stain_pixels(model, framed)
    difference = stained.probability[:8, :8] - alone.probability
    # The edge is carried on there, and filled with zeros by the network here.
    assert np.abs(difference).max() < 0.2
    assert np.abs(difference.mean()) < 0.02
    assert np.isnan(stained.probability).sum() == stained.probability.size - 64
