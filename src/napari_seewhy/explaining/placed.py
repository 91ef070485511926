"""Whether a layer keeps the places of a sample where its shape says, tested by spots of noise."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

import torch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import nn

    from napari_seewhy.explaining.layers import Grid

_CENTERS = (
    *((1, 7), (1, 11), (3, 1), (3, 9), (5, 3), (5, 11)),
    *((7, 1), (7, 5), (9, 3), (9, 7), (11, 5), (11, 9)),
)
"""Where the spots lie, y and x in twelfths of the edges: none where rows and columns are alike."""

_SPOT_SHARE = 1 / 8
"""Width of a spot, as a share of the edge."""

_CONTRAST = 3.0
"""Spread of the noise in a spot, in spreads of the training samples."""

_NEAR = 1.0
"""Squares from the edge of a spot within which its answer is at its place."""

_SHARP = 0.75
"""Share of all answers of a square from which on it answers to one spot, and so knows a place."""

_MOST_FAR = 1
"""Spots of a right grid that may be answered sharply elsewhere. Trained maps have more at times."""

_CLEARLY = 4
"""Spots by which another grid must be better than a likelier one."""

_N_SHUFFLES = 999
_RARELY = 0.01
"""Share of shuffled places that may fit the answers as well as the places where spots lie."""


class Placed(NamedTuple):
    """A grid whose places were tested, and whether the test could decide."""

    grid: Grid
    is_sure: bool


# A network is tested once for each layer and size: the order of its places is not learned.
_tested: WeakKeyDictionary[nn.Module, dict[tuple[object, ...], Placed | None]] = WeakKeyDictionary()


def find_placed(
    network: nn.Module, layer: str, grids: Sequence[Grid], samples: torch.Tensor
) -> Placed | None:
    """Find the grid in which spots of noise are answered where they lie.

    Each spot is put by itself into one and the same sample of noise, always the same, so that the
    network alone decides, whatever is explained. A square's answer is how much its output changes,
    compared with what all spots together change in it: some squares of a transformer change with
    everything. The grid is wrong where several spots are answered far from where they lie, by
    squares that answer to hardly any other spot.

    Parameters
    ----------
    network
        In the mode for prediction.
    layer
        Name of one of its modules.
    grids
        How its output may lie over a sample, the likeliest first.
    samples
        Samples ``(N, C, H, W)`` as the network takes them, for their shape.

    Returns
    -------
    Placed or None
        The likeliest grid, or another that is clearly better, and whether it is right for sure;
        None where that is wrong too.
    """
    tested = _tested.setdefault(network, {})
    key = (layer, tuple(grids), tuple(samples.shape[1:]))
    if key not in tested:
        tested[key] = _test(network, layer, grids, samples)
    return tested[key]


def _test(
    network: nn.Module, layer: str, grids: Sequence[Grid], samples: torch.Tensor
) -> Placed | None:
    noise = torch.randn(samples[:1].shape, generator=torch.Generator().manual_seed(0)).to(samples)
    spotted, centers = _draw_spots(noise)
    output = _listen(network, layer, torch.cat([noise, spotted]))
    best: _Answers | None = None
    for grid in grids:
        seen = grid.apply(output).float()
        found = _read_answers(grid, (seen[1:] - seen[:1]).square().sum(1), centers)
        if best is None or found.is_better(best):
            best = found
    if best is None or best.n_far > _MOST_FAR:
        return None
    return Placed(best.grid, best.is_sure)


def _draw_spots(sample: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the sample with each spot by itself, and their centres ``(S, 2)``, 0..1."""
    height, width = sample.shape[2:]
    centers = torch.tensor(_CENTERS) / 12
    spotted = sample.repeat(len(centers), 1, 1, 1)
    generator = torch.Generator().manual_seed(1)
    for one, (y, x) in zip(spotted, centers.tolist(), strict=True):
        rows, columns = _stretch(y, height), _stretch(x, width)
        place = one[:, rows, columns]
        noise = torch.randn(place.shape, generator=generator).to(place)
        one[:, rows, columns] = place + _CONTRAST * noise
    return spotted, centers


def _stretch(center: float, edge: int) -> slice:
    """Return the pixels along one edge that a spot covers."""
    width = max(1, round(edge * _SPOT_SHARE))
    first = round(center * edge - width / 2)
    return slice(max(0, first), first + width)


def _listen(network: nn.Module, layer: str, samples: torch.Tensor) -> torch.Tensor:
    """Return what a layer gives for samples."""
    given: list[torch.Tensor] = []

    def listen(_module: nn.Module, _inputs: object, output: torch.Tensor) -> None:
        given.append(output)

    handle = network.get_submodule(layer).register_forward_hook(listen)
    try:
        with torch.no_grad():
            network(samples)
    finally:
        handle.remove()
    return given[-1]


class _Answers(NamedTuple):
    """How a grid fits the answers to spots: spots answered where they lie, and far away for sure.

    Whether answers near the spots are stronger than those near shuffled places is `is_sure`.
    """

    grid: Grid
    n_near: int
    n_far: int
    is_sure: bool

    def is_better(self, likelier: _Answers) -> bool:
        """Whether this grid is to be taken instead of a likelier one."""
        is_clear = self.n_near >= likelier.n_near + _CLEARLY
        return is_clear or (
            self.is_sure and not likelier.is_sure and self.n_near >= likelier.n_near
        )


def _read_answers(grid: Grid, change: torch.Tensor, centers: torch.Tensor) -> _Answers:
    """Say how a grid fits how much its squares change with each spot.

    Parameters
    ----------
    grid
        The grid.
    change
        ``(S, h, w)``: how much the squares change with each spot.
    centers
        ``(S, 2)`` where the spots lie, as shares of the edges.
    """
    n, height, width = change.shape
    usual = change.mean(0)
    relative = change / (usual + 0.1 * usual.mean() + 1e-30)
    strength, place = relative.flatten(1).max(1)
    reach = _NEAR + 0.5 * _SPOT_SHARE * max(height, width)
    sides = torch.tensor([height, width])
    squares = torch.cartesian_prod(torch.arange(height), torch.arange(width)) + 0.5
    # (S, h * w): which squares are near each place of a spot.
    is_by = (squares[None] - (centers * sides)[:, None]).abs().amax(2) <= reach
    is_near = is_by[torch.arange(n), place]
    # A layer that sees all at once answers every spot everywhere, which tells nothing.
    is_far = ~is_near & (strength >= _SHARP * n)
    # (S, S): how strongly each spot is answered near each place.
    answered = relative.flatten(1) @ (is_by / is_by.sum(1, keepdim=True)).float().T
    generator = torch.Generator().manual_seed(2)
    shuffled = torch.stack([torch.randperm(n, generator=generator) for _ in range(_N_SHUFFLES)])
    fits = answered[torch.arange(n), shuffled].sum(1) >= answered.trace()
    is_sure = float(fits.float().mean()) < _RARELY and bool(change.any())
    return _Answers(grid, int(is_near.sum()), int(is_far.sum()), is_sure)
