"""How fast a language model of DNA writes and reads, against reading all again and attention.

    python benchmarks/dna_language.py [ecoli-k12]

One thread, time of the processor. Written letters per second with a state of fixed size, at 1 and
16 sequences; one letter against reading 4,096 letters again; the long convolution against causal
attention with four heads (`scaled_dot_product_attention`) of the same width, at 8,192 and 32,768.
"""

from __future__ import annotations

import argparse
import time
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from napari_seewhy.models.files import ModelLibrary
from napari_seewhy.models.running import Runtime
from napari_seewhy.progress import finish
from napari_seewhy.reading.language import (
    GenerateOptions,
    LanguageModel,
    generate_steps,
    load_language,
)
from napari_seewhy.reading.language.model import join_input
from napari_seewhy.reading.language.network import LongConvolution

if TYPE_CHECKING:
    from collections.abc import Callable

_CPU = Runtime("cpu")
_READ_BP, _N_HEADS, _N_LETTERS = 4096, 4, 512


class FullAttention(nn.Module):
    """Causal attention to all bases before."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm, self.enter = nn.RMSNorm(width), nn.Linear(width, 3 * width, bias=False)
        self.leave = nn.Linear(width, width, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return what is added to `x` ``(N, L, width)``."""
        n, length, width = x.shape
        split = self.enter(self.norm(x)).view(n, length, 3, _N_HEADS, width // _N_HEADS)
        query, key, value = split.permute(2, 0, 3, 1, 4).unbind(0)
        seen = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        added: torch.Tensor = self.leave(seen.transpose(1, 2).reshape(x.shape))
        return added


def time_of(work: Callable[[], object], n: int = 3) -> float:
    """Return the least processor time of several runs, after one to warm up."""
    work()
    times = []
    for _ in range(n):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def time_writing(model: LanguageModel, n: int) -> float:
    """Return letters per second of `n` sequences."""
    options = GenerateOptions(length_bp=_N_LETTERS, n_sequences=n)
    empty = np.empty(0, np.uint8)
    seconds = time_of(lambda: finish(generate_steps(model, empty, options, _CPU)), 1)
    return n * _N_LETTERS / seconds


def time_rereading(model: LanguageModel) -> float:
    """Return the seconds of reading a sequence as a whole for one more letter."""
    codes = model.network.get_letters()[:_READ_BP]
    reader = model.network

    def read() -> None:
        with torch.inference_mode():
            reader(join_input(codes[None], reader.ask_prior(codes)[None]))

    return time_of(read)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("model", nargs="?", default="ecoli-k12")
    model = load_language(ModelLibrary().find(parser.parse_args().model))
    torch.set_num_threads(1)
    model.network.ask_prior(model.network.get_letters()[:100])  # counts once
    speeds = {n: time_writing(model, n) for n in (1, 16)}
    for n, speed in speeds.items():
        print(f"writing {n:2} sequences: {speed:,.0f} letters per second")
    seconds = time_rereading(model)
    print(
        f"one more letter by reading {_READ_BP:,} again: {seconds:.3f} s, "
        f"{seconds * speeds[1]:.0f} times as long at 1, {seconds * speeds[16]:.0f} at 16"
    )
    width = model.card.network.width
    for length in (8192, 32_768):
        x = torch.randn(1, length, width)
        with torch.inference_mode():
            long, full = (
                time_of(partial(block, x), 2)
                for block in (LongConvolution(width).eval(), FullAttention(width).eval())
            )
        print(
            f"{length:,} letters: long convolution {long:.3f} s, attention {full:.3f} s, "
            f"{full / long:.1f} times"
        )


if __name__ == "__main__":
    main()
