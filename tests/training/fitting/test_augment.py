from __future__ import annotations

import json
import math

import pytest
import torch

from napari_seewhy.training.fitting.augment import (
    AugmentParams,
    apply_augmentation,
    draw_augmentation,
)
from napari_seewhy.training.fitting.augment_options import AUGMENTATIONS, AugmentOptions


def still(n: int = 2, **changes) -> AugmentParams:
    """Parameters that change nothing but what is said."""
    values = {
        "angle": torch.zeros(n),
        "mirror": torch.ones(n, 2),
        "shift_px": torch.zeros(n, 2),
        "zoom": torch.ones(n, 2),
        "brightness": torch.ones(n),
        "noise": torch.zeros(n),
        "blur_px": torch.zeros(n),
        "noise_seed": 0,
    }
    return AugmentParams(**values | changes)


@pytest.fixture
def samples() -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.rand(2, 3, 8, 12, generator=generator)


@pytest.fixture
def cell() -> torch.Tensor:
    """One smooth cell a little off the centre, on a background of 5."""
    y, x = torch.meshgrid(torch.arange(31.0), torch.arange(31.0), indexing="ij")
    return (5 + 10 * torch.exp(-((y - 12) ** 2 + (x - 17) ** 2) / 18))[None, None]


def test_the_same_seed_draws_the_same():
    first, second = (
        draw_augmentation(5, AUGMENTATIONS["blocks"], torch.Generator().manual_seed(3)).to_json()
        for _ in range(2)
    )
    assert first == second
    other = draw_augmentation(5, AUGMENTATIONS["blocks"], torch.Generator().manual_seed(4))
    assert other.to_json() != first


def test_what_was_drawn_survives_json(samples):
    drawn = draw_augmentation(2, AUGMENTATIONS["blocks"], torch.Generator().manual_seed(1))
    read = AugmentParams.from_json(json.loads(json.dumps(drawn.to_json())))
    assert torch.equal(apply_augmentation(samples, drawn), apply_augmentation(samples, read))


def test_drawn_numbers_stay_within_their_bounds():
    options = AugmentOptions(
        rotate=True, flip=True, shift_px=3, scale=0.2, brightness=0.1, noise=0.3, blur_px=1
    )
    drawn = draw_augmentation(1000, options, torch.Generator().manual_seed(0))
    for values, low, high in (
        (drawn.angle, -math.pi, math.pi),
        (drawn.shift_px, -3, 3),
        (drawn.zoom, 0.8, 1.2),
        (drawn.brightness, 0.9, 1.1),
        (drawn.noise, 0, 0.3),
        (drawn.blur_px, 0, 1),
    ):
        span = high - low
        assert low <= values.min() < low + 0.05 * span
        assert high - 0.05 * span < values.max() <= high
    assert set(drawn.mirror.flatten().tolist()) == {-1.0, 1.0}


def test_no_augmentation_gives_the_very_samples_back(samples):
    drawn = draw_augmentation(2, AUGMENTATIONS["none"], torch.Generator().manual_seed(0))
    assert apply_augmentation(samples, drawn) is samples


def test_the_picture_of_a_gene_is_never_turned_or_mirrored():
    drawn = draw_augmentation(500, AUGMENTATIONS["gene"], torch.Generator().manual_seed(0))
    assert drawn.angle.abs().max() == 0
    assert drawn.mirror.min() == 1
    assert drawn.shift_px[:, 0].abs().max() == 0
    assert drawn.shift_px[:, 1].abs().max() > 0
    assert (drawn.zoom[:, 1] == 1).all()
    assert drawn.zoom[:, 0].std() > 0


def test_genes_of_a_normalised_strand_are_mirrored_left_and_right_alone():
    options = AUGMENTATIONS["gene-mirrored"]
    drawn = draw_augmentation(500, options, torch.Generator().manual_seed(0))
    assert drawn.mirror[:, 0].min() == 1
    assert drawn.mirror[:, 1].min() == -1


def test_a_vertical_scale_leaves_the_columns_where_they_are(cell):
    higher = apply_augmentation(cell, still(1, zoom=torch.tensor([[1.3, 1.0]])))
    stands_out, stood_out = (values[0, 0] - 5 for values in (higher, cell))
    assert stands_out.sum(0).argmax() == stood_out.sum(0).argmax()
    assert float(stands_out.sum()) == pytest.approx(1.3 * float(stood_out.sum()), rel=0.03)


def test_mirrors_are_exact(samples):
    mirror = torch.tensor([[-1.0, 1.0], [1.0, -1.0]])
    moved = apply_augmentation(samples, still(mirror=mirror))
    torch.testing.assert_close(moved[0], samples[0].flip(-2))
    torch.testing.assert_close(moved[1], samples[1].flip(-1))


def test_whole_shifts_move_each_sample_down_and_right_by_its_own_pixels(samples):
    moved = apply_augmentation(samples, still(shift_px=torch.tensor([[2.0, 0.0], [0.0, 3.0]])))
    torch.testing.assert_close(moved[0, :, 2:], samples[0, :, :-2])
    torch.testing.assert_close(moved[1, :, :, 3:], samples[1, :, :, :-3])


def test_a_quarter_turn_of_a_square_is_exact_and_corners_are_never_empty(samples):
    square = samples[..., :8] + 1
    turned = apply_augmentation(square, still(angle=torch.full((2,), math.pi / 2)))
    torch.testing.assert_close(turned, square.rot90(1, (-2, -1)))
    slanted = apply_augmentation(square, still(angle=torch.full((2,), 0.6)))
    assert slanted.min() >= square.min() - 1e-5


def test_a_half_turn_of_an_oblong_sample_is_exact(samples):
    turned = apply_augmentation(samples, still(angle=torch.full((2,), math.pi)))
    torch.testing.assert_close(turned, samples.flip(-1, -2), atol=1e-5, rtol=0)


def test_turning_keeps_shapes_in_an_oblong_sample():
    """A bar of 9 px stays 9 px long when it is turned from lying to standing."""
    oblong = torch.zeros(1, 1, 21, 41)
    oblong[0, 0, 10, 16:25] = 1
    turned = apply_augmentation(oblong, still(1, angle=torch.tensor([math.pi / 2])))
    assert (turned[0, 0].sum(1) > 0.5).sum() == 9
    assert (turned[0, 0].sum(0) > 0.5).sum() == 1


@pytest.mark.parametrize("change", ["angle", "mirror", "shift_px", "blur_px"])
def test_integrated_intensity_is_kept(cell, change):
    value = {
        "angle": torch.tensor([0.7]),
        "mirror": torch.tensor([[-1.0, 1.0]]),
        "shift_px": torch.tensor([[1.3, -0.8]]),
        "blur_px": torch.tensor([1.5]),
    }[change]
    varied = apply_augmentation(cell, still(1, **{change: value}))
    assert not torch.equal(varied, cell)
    assert float((varied - 5).sum()) == pytest.approx(float((cell - 5).sum()), rel=0.01)


def test_brightness_multiplies_what_stands_out_and_leaves_the_background(cell):
    brighter = apply_augmentation(cell, still(1, brightness=torch.tensor([1.2])))
    torch.testing.assert_close(brighter - 5, 1.2 * (cell - 5))


def test_zoom_makes_objects_larger(cell):
    larger = apply_augmentation(cell, still(1, zoom=torch.tensor([[1.3, 1.3]])))
    assert float((larger - 5).sum()) == pytest.approx(1.3**2 * float((cell - 5).sum()), rel=0.03)


def test_noise_has_the_drawn_spread_in_each_sample():
    flat = torch.zeros(2, 2, 64, 64)
    noisy = apply_augmentation(flat, still(noise=torch.tensor([0.5, 2.0]), noise_seed=7))
    torch.testing.assert_close(noisy.std((1, 2, 3)), torch.tensor([0.5, 2.0]), rtol=0.05, atol=0)
    again = apply_augmentation(flat, still(noise=torch.tensor([0.5, 2.0]), noise_seed=7))
    assert torch.equal(noisy, again)


def test_each_sample_is_blurred_by_its_own_width(cell):
    both = cell.repeat(2, 2, 1, 1)
    blurred = apply_augmentation(both, still(blur_px=torch.tensor([0.0, 2.0])))
    torch.testing.assert_close(blurred[0], both[0])
    peak, flattened = float(cell.max() - 5), float(blurred[1, 0].max() - 5)
    # A Gaussian of variance 9 blurred with one of variance 4 has variance 13.
    assert flattened == pytest.approx(peak * 9 / 13, rel=0.02)
