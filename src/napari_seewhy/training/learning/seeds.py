"""Randomness that depends on the seed and the place in the training, never on what came before.

So a training that was killed continues exactly as it would have: there is no state to be kept.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Iterator


def derive_seed(*numbers: int) -> int:
    """Mix numbers, such as seed, epoch and batch, into one seed of 63 bits.

    Examples
    --------
    >>> derive_seed(0, 1) == derive_seed(0, 1), derive_seed(0, 1) == derive_seed(1, 0)
    (True, False)
    """
    return int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0] >> np.uint64(1))


@contextlib.contextmanager
def seeded(*numbers: int) -> Iterator[None]:
    """Run a block, such as dropout, with torch's generators seeded; put them back afterwards."""
    with torch.random.fork_rng():
        torch.manual_seed(derive_seed(*numbers))
        yield
