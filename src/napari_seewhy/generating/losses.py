"""What the two networks try to lower: the hinge loss (equations 3 and 4 of Liu et al. 2021).

How sure the judge has to be is drawn anew for every answer, from 0.8 to 1, as in the program of
the paper; the paper itself has 1 everywhere.
"""

from __future__ import annotations

import torch
from torch.nn import functional

_LEAST_SURE = 0.8
"""Least that an answer has to be away from 0 on the right side."""


def draw_margins(logits: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Draw how sure each answer has to be.

    Parameters
    ----------
    logits
        ``(N, 1, h, w)`` answers.
    generator
        Source of randomness; on the CPU, so that every device gets the same.

    Returns
    -------
    torch.Tensor, shape ``(N, 1, h, w)``
        From 0.8 to 1, on the device of the answers.
    """
    shares = torch.rand(logits.shape, generator=generator).to(logits.device)
    return _LEAST_SURE + (1 - _LEAST_SURE) * shares


def judge_loss(right: torch.Tensor, margins: torch.Tensor) -> torch.Tensor:
    """Return how wrong the judge is, one number; 0 where it is right and sure of every part.

    Parameters
    ----------
    right
        ``(N, 1, h, w)`` how sure it is of what is right: its logits of real pictures, or minus
        those of drawn ones.
    margins
        ``(N, 1, h, w)`` how sure it has to be, from `draw_margins`.
    """
    return functional.relu(margins - right).mean()


def drawing_loss(of_drawn: torch.Tensor) -> torch.Tensor:
    """Return how little the judge takes drawn pictures for real, one number.

    Parameters
    ----------
    of_drawn
        ``(N, 1, h, w)`` logits of drawn pictures.
    """
    return -of_drawn.mean()
