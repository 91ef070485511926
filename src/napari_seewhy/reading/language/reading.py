"""How probable a language model finds letters, read window by window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from napari_seewhy.genome import UNKNOWN_BASE, reverse_complement
from napari_seewhy.progress import Step, blocking
from napari_seewhy.reading.language.model import join_input

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from napari_seewhy.models.running import Runtime
    from napari_seewhy.progress import Task
    from napari_seewhy.reading.language.card import LanguageModel
    from napari_seewhy.reading.language.evo import Evo
    from napari_seewhy.reading.language.network import LanguageNetwork

_N_AT_ONCE = 16
_N_TOGETHER = 64
_OVERLAP = 4
"""Windows overlap by this part of their length, so that each letter has as much before it."""


def read_windows_steps(
    network: LanguageNetwork,
    codes: NDArray[np.uint8],
    prior: torch.Tensor,
    window_bp: int,
    runtime: Runtime,
) -> Task[NDArray[np.float32]]:
    """Return log probabilities ``(n, 4)`` of letters, in windows of the trained length.

    Parameters
    ----------
    network
        On the device of `runtime`.
    codes
        ``(n,)`` letters.
    prior
        ``(n, 4)`` their log probabilities by counted contexts.
    window_bp
        The trained length.
    runtime
        Where it runs.
    """
    n, margin = len(codes), window_bp // _OVERLAP
    size = min(window_bp, n)
    firsts = np.arange(0, max(n - margin, 1), window_bp - margin)
    padded = np.full(firsts[-1] + size, UNKNOWN_BASE, np.uint8)
    padded[:n] = codes
    long_prior = torch.zeros(len(padded), 4)
    long_prior[:n] = prior
    said = torch.empty(len(padded), 4)
    for begin in range(0, len(firsts), _N_AT_ONCE):
        yield Step(begin, len(firsts), "Reading letters")
        chosen = firsts[begin : begin + _N_AT_ONCE]
        places = chosen[:, None] + np.arange(size)
        x = join_input(padded[places], long_prior[torch.from_numpy(places)])
        with torch.inference_mode():
            logits = network(runtime.place(x)).float().cpu().transpose(1, 2).log_softmax(2)
        for first, one in zip(chosen.tolist(), logits, strict=True):
            skipped = margin if first else 0
            said[first + skipped : first + size] = one[skipped:]
    return said[:n].numpy()


def read_letters_steps(
    model: LanguageModel,
    codes: NDArray[np.uint8],
    runtime: Runtime,
    *,
    only_counts: bool = False,
) -> Task[NDArray[np.float32]]:
    """Return log probabilities of the four letters at each base, each from the bases before it.

    Parameters
    ----------
    model
        Its network on the device of `runtime`.
    codes
        ``(n,)`` letters.
    runtime
        Where it runs.
    only_counts
        Whether counted contexts answer alone, to see what the network adds.

    Returns
    -------
    ndarray, shape ``(n, 4)``
        Natural logarithms.
    """
    if not len(codes):
        return np.empty((0, 4), np.float32)
    reader = model.network
    if reader.evo is not None and not only_counts:
        return (yield from _read_evo_steps(reader.evo, codes, reader.window_bp))
    yield Step(0, 0, "Counting contexts")
    prior = reader.ask_prior(codes)
    if only_counts:
        return prior.numpy()
    return (yield from read_windows_steps(reader.network, codes, prior, reader.window_bp, runtime))


read_letters = blocking(read_letters_steps)


def _read_evo_steps(
    evo: Evo, codes: NDArray[np.uint8], window_bp: int
) -> Task[NDArray[np.float32]]:
    """Read letters in windows that overlap, as our own network does."""
    n, margin = len(codes), window_bp // _OVERLAP
    said = np.empty((n, 4), np.float32)
    for first in range(0, max(n - margin, 1), window_bp - margin):
        yield Step(first, n, "Reading letters")
        skipped = margin if first else 0
        part = codes[first : first + window_bp]
        said[first + skipped : first + len(part)] = evo.read(part[None])[0, skipped:]
    return said


def positional_entropies_steps(
    model: LanguageModel,
    codes: NDArray[np.uint8],
    runtime: Runtime,
    *,
    only_counts: bool = False,
) -> Task[NDArray[np.float32]]:
    """Return the entropy of the expected letter at each base in bits, the mean of both strands.

    Named as in the package of Evo; parameters as `read_letters_steps`.
    """
    total = np.zeros(len(codes), np.float32)
    for turn, letters in ((1, codes), (-1, reverse_complement(codes))):
        said = yield from read_letters_steps(
            model, np.ascontiguousarray(letters), runtime, only_counts=only_counts
        )
        total += -(np.exp(said) * said).sum(1)[::turn] / (2 * np.log(2))
    return total


positional_entropies = blocking(positional_entropies_steps)


def score_sequences_steps(
    model: LanguageModel,
    sequences: Sequence[NDArray[np.uint8]],
    runtime: Runtime,
    *,
    only_counts: bool = False,
) -> Task[NDArray[np.float64]]:
    """Return the log-likelihood of each sequence, the mean of both strands, in nats.

    Named as in the package of Evo. Unknown letters do not count. Sequences longer than the trained
    length are read in windows; other parameters as `read_letters_steps`.
    """
    scores = np.zeros(len(sequences))
    lengths = np.array([len(codes) for codes in sequences])
    n_done = 0
    for length in np.unique(lengths):
        same = np.flatnonzero(lengths == length)
        size = _N_TOGETHER if length <= model.network.window_bp else 1
        for first in range(0, len(same), size):
            yield Step(n_done, len(sequences), "Scoring sequences")
            chosen = same[first : first + size]
            codes = np.stack([sequences[i] for i in chosen])
            for strand in (codes, reverse_complement(codes)):
                said = _read_together(model, strand, runtime, only_counts)
                letter = np.minimum(strand, 3)[..., None].astype(np.int64)
                found = np.take_along_axis(said, letter, -1)[..., 0].astype(np.float64)
                scores[chosen] += np.where(strand < UNKNOWN_BASE, found, 0).sum(1) / 2
            n_done += len(chosen)
    return scores


score_sequences = blocking(score_sequences_steps)


def _read_together(
    model: LanguageModel, codes: NDArray[np.uint8], runtime: Runtime, only_counts: bool
) -> NDArray[np.float32]:
    """Return log probabilities ``(N, L, 4)`` of sequences of one length."""
    codes, reader = np.ascontiguousarray(codes), model.network
    if len(codes) == 1:
        return read_letters(model, codes[0], runtime, only_counts=only_counts)[None]
    if reader.evo is not None and not only_counts:
        return reader.evo.read(codes)
    prior = torch.stack([reader.ask_prior(one) for one in codes])
    if only_counts:
        return prior.numpy()
    with torch.inference_mode():
        logits = reader.network(runtime.place(join_input(codes, prior)))
        said: NDArray[np.float32] = logits.float().cpu().transpose(1, 2).log_softmax(2).numpy()
    return said
