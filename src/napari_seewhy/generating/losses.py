"""What the two networks try to lower: the hinge loss (equations 3 and 4 of Liu et al. 2021)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch.nn import functional

if TYPE_CHECKING:
    from torch import Tensor


def judge_loss(of_real: Tensor, of_drawn: Tensor) -> Tensor:
    """Return how wrong the judge is, one number; 0 where it is right and sure of every part.

    Parameters
    ----------
    of_real, of_drawn
        ``(N, 1, h, w)`` logits of real and of drawn pictures.
    """
    return functional.relu(1 - of_real).mean() + functional.relu(1 + of_drawn).mean()


def drawing_loss(of_drawn: Tensor) -> Tensor:
    """Return how little the judge takes drawn pictures for real, one number.

    Parameters
    ----------
    of_drawn
        ``(N, 1, h, w)`` logits of drawn pictures.
    """
    return -of_drawn.mean()
