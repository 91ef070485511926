"""What every base is worth: in-silico mutagenesis that recomputes only what can have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch.nn import functional

from napari_seewhy.errors import DataError
from napari_seewhy.genome import UNKNOWN_BASE, to_one_hot
from napari_seewhy.progress import Step, blocking
from napari_seewhy.reading.network import POOL_BP, FarBlock, WordNetwork
from napari_seewhy.reading.predict import check_stretch, predict_coverage
from napari_seewhy.reading.word_ridge import WORD_BP
from napari_seewhy.reading.words import FILTER_BP

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.models.running import Runtime
    from napari_seewhy.progress import Task
    from napari_seewhy.reading.card import CoverageModel

_HALF = FILTER_BP // 2
_AT_ONCE = 32
"""Changes that are recomputed together: with more, a processor's cache is too small."""

_NEAR_POOLS = 5
"""Pools to both sides that the first layer behind the words sees."""


class Change(NamedTuple):
    """Bins that variants can have changed.

    Attributes
    ----------
    first
        Number of the first bin.
    said
        ``(n, n_tracks, n_changed)`` log of their coverage.
    """

    first: int
    said: torch.Tensor


def mutate_steps(
    model: CoverageModel, codes: NDArray[np.uint8], start: int, end: int, runtime: Runtime
) -> Task[NDArray[np.float32]]:
    """Change every base of a stretch to every letter, and predict what each change does.

    Parameters
    ----------
    model
        Its network on the device of `runtime`.
    codes
        ``(L,)`` the whole window.
    start, end
        The bases to change, numbers in the window.
    runtime
        Where it runs.

    Returns
    -------
    ndarray, shape ``(n_tracks, 4, end - start)``
        Coverage summed over the window, with the change minus without; 0 for the letter that is
        there, and where the base is not known.

    Raises
    ------
    DataError
        If the window cannot be read, or the stretch lies outside it.
    """
    check_stretch(model, len(codes))
    if not 0 <= start < end <= len(codes):
        raise DataError(
            f"The bases {start:,} to {end:,} lie outside the window of {len(codes):,} bp."
        )
    effects = np.zeros((len(model.card.tracks), 4, end - start), np.float32)
    local = LocalReader(model, codes, runtime) if _reads_words(model) else None
    first = start
    while first < end:
        stop = min(end, (first // POOL_BP + 1) * POOL_BP)
        yield Step(first - start, end - start, "Changing bases")
        at = [
            (position, letter)
            for position in range(first, stop)
            for letter in range(4)
            if codes[position] not in (letter, UNKNOWN_BASE)
        ]
        if at:
            found = local.sum_changes(at) if local else _ask_whole(model, codes, at, runtime)
            for (position, letter), effect in zip(at, found, strict=True):
                effects[:, letter, position - start] = effect
        first = stop
    return effects


mutate = blocking(mutate_steps)


def weigh_bases(
    model: CoverageModel, codes: NDArray[np.uint8], runtime: Runtime
) -> NDArray[np.float32]:
    """Return gradient times input: a fast estimate of what each base is worth to each track.

    Returns
    -------
    ndarray, shape ``(n_tracks, L)``
        Of the coverage summed over the window.
    """
    check_stretch(model, len(codes))
    letters = runtime.place(torch.from_numpy(to_one_hot(codes[None])))
    letters.requires_grad_()
    sums = model.network(letters).exp().sum(2)[0]
    rows = []
    for track in range(len(sums)):
        (slope,) = torch.autograd.grad(sums[track], letters, retain_graph=track + 1 < len(sums))
        rows.append((slope * letters).sum(1)[0].detach().cpu().numpy())
    return np.stack(rows)


def _reads_words(model: CoverageModel) -> bool:
    return isinstance(model.network, WordNetwork)


def _ask_whole(
    model: CoverageModel, codes: NDArray[np.uint8], at: list[tuple[int, int]], runtime: Runtime
) -> list[NDArray[np.float32]]:
    """Ask a network that cannot be recomputed in parts about the whole window for each change."""
    before = predict_coverage(model, codes, runtime).sum(1)
    found = []
    for position, letter in at:
        changed = codes.copy()
        changed[position] = letter
        found.append(predict_coverage(model, changed, runtime).sum(1) - before)
    return found


class LocalReader:
    """A window that was read once, and what changes of it do.

    A change alters the words in three pools of 32 bases, these a few bins, and each layer that
    looks far widens the altered stretch by its step. Everything else is kept from the window.

    Parameters
    ----------
    model
        A model that reads words.
    codes
        ``(L,)`` the window.
    runtime
        Where it runs.
    """

    def __init__(self, model: CoverageModel, codes: NDArray[np.uint8], runtime: Runtime) -> None:
        if not isinstance(model.network, WordNetwork):
            raise TypeError("only a network that reads words can be recomputed in parts")
        self._stem, self._tail = model.network.stem, model.network.tail
        self._blocks = [block for block in self._tail.far if isinstance(block, FarBlock)]
        self._composition = model.network.composition
        self._runtime = runtime
        margin = POOL_BP + _HALF
        self._padded = np.pad(codes, (margin, margin + 1), constant_values=UNKNOWN_BASE)
        with torch.inference_mode():
            letters = runtime.place(torch.from_numpy(to_one_hot(codes[None])))
            scaled = self._tail.scale(self._stem(letters))
            self._n_pools = scaled.shape[2]
            self._scaled = functional.pad(scaled, (_NEAR_POOLS, _NEAR_POOLS))
            x = self._tail.look_near(self._scaled)
            self._folded = [_fold(block) for block in self._blocks]
            self._inputs, self._seen = [], []
            for block in self._blocks:
                seen = functional.pad(block.before(x), (block.step, block.step))
                self._inputs.append(x)
                self._seen.append(seen)
                x = x + block.after(seen)
            self.said = self._tail.read_out(x)
            if self._composition is not None:
                side = self._composition.margin_bp
                self._wide = np.pad(codes, side, constant_values=UNKNOWN_BASE)
                self._by_words: torch.Tensor = self._composition(letters)
                self.said = self._composition.join(self.said, self._by_words)
        self._n_bins = self.said.shape[2]

    def sum_changes(self, at: list[tuple[int, int]]) -> NDArray[np.float32]:
        """Return the change of the coverage summed over the window, for changes in one pool.

        Parameters
        ----------
        at
            Position in the window and new letter of each.

        Returns
        -------
        ndarray, shape ``(n, n_tracks)``
        """
        found = []
        for i in range(0, len(at), _AT_ONCE):
            change = self.change(at[i : i + _AT_ONCE])
            before = self.said[:, :, change.first : change.first + change.said.shape[2]]
            found.append((change.said.exp() - before.exp()).sum(2).cpu().numpy())
        return np.concatenate(found)

    @torch.inference_mode()
    def change(self, at: list[tuple[int, int]]) -> Change:
        """Return the bins that changes of bases in one pool can have altered."""
        pool = at[0][0] // POOL_BP
        low, x = self._look_near(pool, self._read_words(pool, at))
        kept = zip(self._blocks, self._folded, self._inputs, self._seen, strict=True)
        for block, folded, before, seen in kept:
            high, step = low + x.shape[2], block.step
            first, stop = max(0, low - step), min(self._n_bins, high + step)
            # In what is padded, the bin b stands at b + step.
            looked = seen[:, :, first : stop + 2 * step].repeat(len(at), 1, 1)
            looked[:, :, low + step - first : high + step - first] = block.before(x)
            looked = functional.relu_(functional.conv1d(looked, *folded, dilation=step))
            after = block.mix(looked).add_(before[:, :, first:stop])
            after[:, :, low - first : high - first] += x - before[:, :, low:high]
            low, x = first, after
        said = self._tail.read_out(x)
        if self._composition is not None:
            said = self._composition.join(said, self._count_words(at, low, low + said.shape[2]))
        return Change(low, said)

    def _count_words(self, at: list[tuple[int, int]], low: int, high: int) -> torch.Tensor:
        """Return what the words of the bins from `low` to `high` say after each change."""
        composition = self._composition
        if composition is None:
            raise TypeError("the network has no part that counts words")
        bin_bp, places = composition.bin_bp, [position for position, _ in at]
        # A word reaches into the next bin, and counts in the bins beside it too.
        first = max(0, (min(places) - WORD_BP) // bin_bp - 1)
        stop = min(self._n_bins, (max(places) + WORD_BP) // bin_bp + 2)
        begin, end = first * bin_bp, stop * bin_bp + 2 * composition.margin_bp
        codes = np.repeat(self._wide[None, begin:end], len(at), 0)
        for row, (position, letter) in enumerate(at):
            codes[row, position + composition.margin_bp - begin] = letter
        changed = composition.read(self._runtime.place(torch.from_numpy(to_one_hot(codes))))
        said = self._by_words[:, :, low:high].repeat(len(at), 1, 1)
        said[:, :, first - low : stop - low] = changed
        return said

    def _read_words(self, pool: int, at: list[tuple[int, int]]) -> torch.Tensor:
        """Return the scaled features of the three pools about the changes."""
        begin = (pool - 1) * POOL_BP  # of the first of them, in the window
        n_letters = 3 * POOL_BP + 2 * _HALF + 1
        letters = self._padded[begin + POOL_BP :][:n_letters]
        changed = np.repeat(letters[None], len(at), 0)
        for number, (position, letter) in enumerate(at):
            changed[number, position - begin + _HALF] = letter
        placed = self._runtime.place(torch.from_numpy(to_one_hot(changed)))
        words = self._stem.match(placed[:, :, : n_letters - 1])
        pairs = self._stem.count_pairs(placed[:, :, _HALF : _HALF + 3 * POOL_BP + 1])
        scaled: torch.Tensor = self._tail.scale(torch.cat([words, pairs], 1))
        return scaled

    def _look_near(self, pool: int, scaled: torch.Tensor) -> tuple[int, torch.Tensor]:
        """Return the first of the bins that these pools alter, and the bins."""
        per_bin = self._tail.pool
        low = max(0, (pool - 1 - _NEAR_POOLS) // per_bin)
        high = min(self._n_bins, (pool + 1 + _NEAR_POOLS) // per_bin + 1)
        # In what is padded, the pool p stands at p + 5.
        begin = low * per_bin
        part = self._scaled[:, :, begin : high * per_bin + 2 * _NEAR_POOLS]
        part = part.repeat(len(scaled), 1, 1)
        first, stop = max(0, pool - 1), min(self._n_pools, pool + 2)
        at = first + _NEAR_POOLS - begin
        part[:, :, at : at + stop - first] = scaled[:, :, first - (pool - 1) : stop - (pool - 1)]
        return low, self._tail.look_near(part)


def _fold(block: FarBlock) -> tuple[torch.Tensor, torch.Tensor]:
    """Return weights and bias of a convolution with the normalising behind it: one step less."""
    norm = block.second
    if norm.running_mean is None or norm.running_var is None:
        raise TypeError("a network that is asked has the means of its training")
    factor = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    return block.look.weight * factor[:, None, None], norm.bias - norm.running_mean * factor
