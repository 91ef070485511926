from __future__ import annotations

import pytest
import torch

from napari_seewhy.training.fitting.class_lesson import focus


def test_what_is_surely_right_weighs_nothing_and_what_is_surely_wrong_all():
    logits = torch.tensor([[20.0, -20.0], [-20.0, 20.0], [0.0, 0.0]])
    weights = focus(logits, torch.zeros(3, dtype=torch.int64), 2.0)
    torch.testing.assert_close(weights, torch.tensor([0.0, 1.0, 0.25]))


def test_mixed_targets_weigh_as_their_classes_do():
    logits = torch.tensor([[1.0, 2.0, 0.5]])
    one_class = focus(logits, torch.tensor([1]), 1.5)
    same = focus(logits, torch.tensor([[0.0, 1.0, 0.0]]), 1.5)
    torch.testing.assert_close(one_class, same)


@pytest.mark.parametrize("strength", [0.0])
def test_no_strength_weighs_all_alike(strength):
    weights = focus(torch.randn(5, 3), torch.tensor([0, 1, 2, 0, 1]), strength)
    torch.testing.assert_close(weights, torch.ones(5))
