from __future__ import annotations

from itertools import pairwise

import pytest
import torch

from napari_seewhy.errors import DataError
from napari_seewhy.generating.adversaries import draw_margins, drawing_loss, judge_loss
from napari_seewhy.generating.augment import Variation, apply_variation, draw_variation
from napari_seewhy.generating.discriminator import Discriminator, Part, measure_redrawing
from napari_seewhy.generating.generate_options import GeneratorOptions
from napari_seewhy.generating.ladder import list_sizes
from napari_seewhy.generating.picture_network import PictureNetwork, SkipExcitation

SIZES = [(16, 16), (20, 28), (64, 31), (112, 200)]


@pytest.mark.parametrize("size_px", SIZES)
def test_pictures_of_any_size_are_drawn_judged_and_drawn_again(size_px):
    torch.manual_seed(0)
    draws = PictureNetwork(3, size_px, width=4, n_noise=8)
    judges = Discriminator(3, size_px, width=4)
    drawn = draws(torch.randn(2, 8))
    assert drawn.shape == (2, 3, *size_px)
    assert drawn.abs().max() <= 1
    opinion = judges(drawn)
    assert opinion.logits.shape[:2] == (2, 1)
    part = Part((0.5, 1), (0, 0.5))
    loss = drawing_loss(opinion.logits) + measure_redrawing(judges, opinion, drawn, part)
    torch.autograd.backward(loss)
    weights = [value for network in (draws, judges) for value in network.parameters()]
    assert all(value.grad is not None for value in weights)


def test_every_size_is_half_of_the_next_rounded_up():
    for size_px in SIZES:
        sizes = list_sizes(*size_px)
        assert sizes[-1] == size_px
        assert 4 <= min(sizes[0]) < 8
        for small, large in pairwise(sizes):
            assert small == ((large[0] + 1) // 2, (large[1] + 1) // 2)


def test_too_small_pictures_are_refused():
    with pytest.raises(DataError, match="1 x 100 px"):
        PictureNetwork(3, (1, 100), width=4, n_noise=8)


def test_coarse_maps_weigh_fine_ones_map_by_map():
    torch.manual_seed(0)
    excite = SkipExcitation(2, 3)
    fine = torch.ones(2, 3, 8, 8)
    weighed = excite(torch.randn(2, 2, 5, 7), fine)
    assert torch.equal(weighed, weighed[:, :, :1, :1].expand(-1, -1, 8, 8))
    assert ((weighed > 0) & (weighed < 1)).all()
    assert len(weighed.unique()) == 6


def test_the_hinge_loss_is_nought_for_a_sure_and_right_judge():
    sure, undecided = torch.full((2, 1, 3, 3), 2.0), torch.zeros(2, 1, 3, 3)
    margins = torch.ones(2, 1, 3, 3)
    assert judge_loss(sure, margins) == 0
    assert judge_loss(undecided, margins) == 1
    assert judge_loss(-sure, margins) == 3
    assert drawing_loss(sure) == -2


def test_how_sure_the_judge_has_to_be_differs_from_answer_to_answer():
    logits = torch.zeros(50, 1, 3, 3)
    margins = draw_margins(logits, torch.Generator().manual_seed(0))
    assert margins.shape == logits.shape
    assert 0.8 <= margins.min() < 0.82
    assert 0.98 < margins.max() < 1
    assert 0.87 < judge_loss(logits, margins) < 0.93


def test_the_judge_sees_where_in_the_picture_something_lies():
    torch.manual_seed(0)
    judges = Discriminator(1, (64, 128), width=4).eval()
    pictures = torch.full((2, 1, 64, 128), -1.0)
    pictures[0, 0, 20:40, 36:44] = 1
    pictures[1, 0, 20:40, 68:76] = 1

    def differ() -> float:
        left, right = judges(pictures).logits.detach()
        # The same answer, 32 px further right, of maps that are 8 times as coarse.
        return float((left[..., 4:6] - right[..., 8:10]).abs().max())

    assert differ() > 1e-5
    judges.places.zero_()
    assert differ() < 1e-7


def test_pictures_are_drawn_again_at_half_their_resolution():
    judges = Discriminator(3, (64, 128), width=4)
    opinion = judges(torch.zeros(2, 3, 64, 128))
    assert judges.draw_whole(opinion.coarse).shape == (2, 3, 32, 64)
    assert judges.draw_part(opinion.fine).shape == (2, 3, 32, 64)


def test_a_part_is_the_same_place_of_picture_and_maps():
    picture = torch.zeros(1, 1, 20, 28)
    picture[..., 10:, :14] = 1
    maps = torch.nn.functional.avg_pool2d(picture, 2)
    below_left = Part((0.5, 1), (0, 0.5))
    assert below_left.cut(picture).shape == (1, 1, 10, 14)
    assert below_left.cut(picture).min() == below_left.cut(maps).min() == 1


def test_pictures_move_along_the_genome_alone():
    picture = torch.zeros(2, 1, 3, 6)
    picture[:, :, 1, 2] = 1
    moved = apply_variation(picture, Variation(torch.tensor([2, -1]), torch.tensor([0.0, 0.5])))
    assert moved[0, 0].nonzero().tolist() == [[1, 4]]
    assert (moved[1, 0] - 0.5).nonzero().tolist() == [[1, 1]]


def test_variation_stays_within_its_bounds_and_lets_gradients_through():
    options = GeneratorOptions(shift_share=0.1, brightness=0.2)
    generator = torch.Generator().manual_seed(0)
    drawn = draw_variation(500, 40, options, generator)
    assert drawn.shift_px.min() == -4
    assert drawn.shift_px.max() == 4
    assert 0.39 < drawn.brightness.abs().max() <= 0.4
    pictures = torch.rand(500, 2, 3, 40, requires_grad=True)
    torch.autograd.backward(apply_variation(pictures, drawn)[:, :, :, 4:-4].sum())
    assert pictures.grad is not None
    assert pictures.grad.sum() == 500 * 2 * 3 * 32


def test_nothing_is_varied_where_the_bounds_are_nought():
    options = GeneratorOptions(shift_share=0, brightness=0)
    pictures = torch.rand(3, 2, 4, 5)
    drawn = draw_variation(3, 5, options, torch.Generator())
    assert torch.equal(apply_variation(pictures, drawn), pictures)
