import numpy as np
import pytest
import torch

from napari_seewhy.errors import DataError
from napari_seewhy.staining.grid import BlockGrid, positive_area
from napari_seewhy.staining.scaled_field import measure_levels, scale_field
from napari_seewhy.staining.windows import Place, WindowDrawer, cut_windows, make_targets, vary


def to_planes(positive, known):
    return torch.from_numpy(np.stack([positive, known]).astype(np.float32))[None]


def test_the_target_of_a_block_is_whether_enough_of_it_is_positive():
    positive = np.random.default_rng(0).random((64, 80)) < 0.25
    target = make_targets(to_planes(positive, np.ones((64, 80))), 32, 0.25)[0, 0].numpy()
    wanted = positive_area(positive, BlockGrid(32, 8)) >= 0.25
    assert (target[:5, :7] == wanted).all()
    assert np.isnan(target[5:]).all()
    assert np.isnan(target[:, 7:]).all()


def test_an_unknown_pixel_makes_every_block_over_it_unknown():
    known = np.ones((64, 64))
    known[40, 3] = 0
    target = make_targets(to_planes(np.ones((64, 64)), known), 16, 0.25)[0, 0]
    assert target[4:6, 0].isnan().all()
    assert not target[:4, :7].isnan().any()


def test_a_turned_window_turns_its_mask_with_it(make_field):
    field = scale_field(make_field(0), None)
    place = Place(0, 8, 40, n_turns=1, is_mirrored=True)
    plain = cut_windows([field], [Place(0, 8, 40)], 64)[0]
    turned = cut_windows([field], [place], 64)[0]
    assert torch.equal(turned.rot90(-1, (1, 2)).flip(2), plain)


def test_windows_come_from_everywhere_or_more_often_from_positives(make_field):
    field = scale_field(make_field(0, shape_px=(256, 256)), None)
    field.planes[1] = 0
    field.planes[1, 200:210, 200:210] = 1
    generator = np.random.default_rng(0)

    def share(*, prefer_positives):
        drawer = WindowDrawer([field], 64, prefer_positives=prefer_positives, turn=False)
        windows = cut_windows([field], drawer.draw(200, generator), 64)
        return float((windows[:, 1].amax((1, 2)) > 0).float().mean())

    assert share(prefer_positives=False) < 0.25
    assert share(prefer_positives=True) > 0.45


def test_varying_changes_every_window_in_its_own_way_and_the_seed_decides():
    pixels = torch.randn(3, 2, 32, 32, generator=torch.Generator().manual_seed(0))
    assert torch.equal(vary(pixels, 1), vary(pixels, 1))
    changes = (vary(pixels, 1) - pixels).std((1, 2, 3))
    assert len(set(changes.tolist())) == 3


def test_levels_are_mean_and_spread_of_the_whole_field():
    pixels = np.random.default_rng(0).normal(500, 7, (2, 300, 200)).astype(np.float32)
    levels = measure_levels(pixels)
    np.testing.assert_allclose(levels.middle, pixels.mean((1, 2)), rtol=1e-5)
    np.testing.assert_allclose(levels.unit, pixels.std((1, 2)), rtol=1e-4)


@pytest.mark.parametrize(("value", "said"), [(np.nan, "NaN"), (3.0, "same everywhere")])
def test_a_field_in_which_nothing_can_be_seen_is_refused(value, said):
    with pytest.raises(DataError, match=said):
        measure_levels(np.full((1, 32, 32), value))
