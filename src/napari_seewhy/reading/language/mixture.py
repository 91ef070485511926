"""`Mixture`: counted contexts of 14 lengths, mixed by how much each has seen and how sure it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from napari_seewhy.progress import Step
from napari_seewhy.reading.language.counts import ORDERS, Contexts, both_strands
from napari_seewhy.training.learning import derive_seed, seeded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.progress import Task
    from napari_seewhy.reading.language.counts import Counts

_WIDTH = 64
_N_LEARNED, _N_EPOCHS, _BATCH, _RATE = 600_000, 4, 2048, 3e-3
_AT_ONCE = 1 << 18
_SURE_BP = 12
"""Contexts of this length are rare by chance, so few counts of them say much."""


class Mixture(nn.Module):
    """A geometric mixture of Markov chains of rising order.

    Each order is smoothed towards the one below by a learned number of counts; a small network
    says how much each order weighs. The strongest cheap baseline for DNA, as in GeCo
    (Pratas et al., 2016, doi:10.1109/DCC.2016.60).
    """

    def __init__(self) -> None:
        super().__init__()
        smoothing = [16.0 if n < _SURE_BP else 1.0 for n in ORDERS]
        self.smoothing = nn.Parameter(torch.tensor(smoothing).log())
        last = nn.Linear(_WIDTH, len(ORDERS))
        self.gate = nn.Sequential(nn.Linear(2 * len(ORDERS), _WIDTH), nn.ReLU(), last)
        with torch.no_grad():
            last.weight.mul_(0.1)
            last.bias.fill_(1 / len(ORDERS))

    def forward(self, counts: torch.Tensor) -> torch.Tensor:
        """Return log probabilities ``(n, 4)`` of counts ``(n, n_orders, 4)``."""
        total = counts.sum(2)
        share = torch.full_like(counts[:, 0], 0.25)
        shares = []
        for i, smoothing in enumerate(self.smoothing.exp()):
            share = (counts[:, i] + smoothing * share) / (total[:, i, None] + smoothing)
            shares.append(share)
        logs = torch.stack(shares, 1).log()
        weights = self.gate(torch.cat([torch.log1p(total), logs.amax(2)], 1))
        mixed: torch.Tensor = (weights[..., None] * logs).sum(1).log_softmax(1)
        return mixed


def ask_mixture(
    mixture: Mixture,
    counts: Counts,
    keys: NDArray[np.uint64],
    known: NDArray[np.int8],
    own: NDArray[np.uint8] | None = None,
) -> torch.Tensor:
    """Return log probabilities ``(n, 4)`` of what follows contexts ``(n,)``; see `Counts`."""
    said = torch.empty(len(keys), 4)
    for first in range(0, len(keys), _AT_ONCE):
        part = slice(first, first + _AT_ONCE)
        with torch.inference_mode():
            found = counts.count(keys[part], known[part], None if own is None else own[part])
            said[part] = mixture(torch.from_numpy(found).float())
    return said


def learn_mixture_steps(counts: Counts, codes: NDArray[np.uint8], seed: int) -> Task[Mixture]:
    """Learn how orders are smoothed and weighed, on the training letters themselves.

    A position is left out of its own counts, so that it is read as one that was never seen.
    """
    both = both_strands(codes)
    contexts = Contexts(both)
    places = np.flatnonzero(counts.is_counted)
    generator = np.random.default_rng([seed, 1])
    if len(places) > _N_LEARNED:
        places = generator.choice(places, _N_LEARNED, replace=False)
    yield Step(0, 0, "Counting contexts")
    found = _count_others(counts, contexts, both, places)
    letters = torch.from_numpy(both[places].astype(np.int64))
    with seeded(derive_seed(seed, 0)):
        mixture = Mixture()
    optimizer = torch.optim.Adam(mixture.parameters(), _RATE)
    n_steps = _N_EPOCHS * -(-len(places) // _BATCH)
    falling = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, n_steps)
    for epoch in range(_N_EPOCHS):
        yield Step(epoch, _N_EPOCHS, "Learning how contexts are weighed")
        order = generator.permutation(len(places))
        for first in range(0, len(order), _BATCH):
            chosen = order[first : first + _BATCH]
            said = mixture(torch.from_numpy(found[chosen]).float())
            loss = nn.functional.nll_loss(said, letters[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            falling.step()
    return mixture.eval()


def ask_itself_steps(
    mixture: Mixture, counts: Counts, codes: NDArray[np.uint8]
) -> Task[NDArray[np.float16]]:
    """Return log probabilities of the training letters, each left out of its own counts.

    Returns
    -------
    ndarray, shape ``(2 n + 1, 4)``
        Of both strands, as `both_strands` lays them.
    """
    both = both_strands(codes)
    contexts = Contexts(both)
    said = np.empty((len(both), 4), np.float16)
    for first in range(0, len(both), _AT_ONCE):
        yield Step(first, len(both), "Reading the training letters with the mixture")
        places = np.arange(first, min(first + _AT_ONCE, len(both)))
        found = _count_others(counts, contexts, both, places)
        with torch.inference_mode():
            said[places] = mixture(torch.from_numpy(found).float()).numpy()
    return said


def _count_others(
    counts: Counts, contexts: Contexts, both: NDArray[np.uint8], places: NDArray[np.int64]
) -> NDArray[np.int32]:
    found = counts.count(contexts.keys[places], contexts.known[places])
    own = counts.is_counted[places]
    found[own, :, both[places[own]]] -= 1
    return found
