"""New DNA, drawn letter by letter from what a language model expects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from napari_seewhy.genome import UNKNOWN_BASE
from napari_seewhy.progress import Step, blocking
from napari_seewhy.reading.language.counts import REACH, Contexts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.models.running import Runtime
    from napari_seewhy.progress import Task
    from napari_seewhy.reading.language.card import LanguageModel
    from napari_seewhy.reading.language.options import GenerateOptions

_STEP_BP = 256
_NEAREST = np.uint64(2 * (REACH - 1))


def generate_steps(
    model: LanguageModel,
    prompt: NDArray[np.uint8],
    options: GenerateOptions,
    runtime: Runtime,
) -> Task[NDArray[np.uint8]]:
    """Draw letters that follow a prompt, with states of fixed size instead of reading all again.

    Named `generate` as in the package of Evo.

    Parameters
    ----------
    model
        Its network on the device of `runtime`.
    prompt
        ``(n,)`` letters to begin with; may be empty.
    options
        How many sequences of which length, and how they are drawn.
    runtime
        Where it runs.

    Returns
    -------
    ndarray, shape ``(n_sequences, length_bp)``
        The drawn letters without the prompt; the same seed gives the same letters.
    """
    n, length = options.n_sequences, options.length_bp
    reader = model.network
    if reader.evo is not None:
        yield Step(0, 0, "Drawing letters")
        return reader.evo.generate(prompt, options)
    generator = torch.Generator().manual_seed(options.seed)
    drawn = np.empty((n, length), np.uint8)
    # One place past the prompt, whose context is that of the first drawn letter.
    contexts = Contexts(np.append(prompt, np.uint8(UNKNOWN_BASE)))
    state = reader.network.begin(n)
    before = np.full(n, UNKNOWN_BASE, np.uint8)
    keys = np.empty(n, np.uint64)
    known = np.empty(n, np.int8)
    for place in range(len(prompt) + length):
        if place % _STEP_BP == 0:
            yield Step(place, len(prompt) + length, "Drawing letters")
        if place <= len(prompt):
            keys[:], known[:] = contexts.keys[place], contexts.known[place]
        else:
            keys = (keys >> np.uint64(2)) | (before.astype(np.uint64) << _NEAREST)
            known = np.minimum(known + 1, REACH).astype(np.int8)
        with torch.inference_mode():
            prior = reader.ask_contexts(keys, known).to(runtime.device)
            letter = torch.from_numpy(before.astype(np.int64)).to(runtime.device)
            logits = reader.network.step(letter, prior, state).float().cpu()
        if place < len(prompt):
            before = np.full(n, prompt[place], np.uint8)
        else:
            before = _draw(logits, options, generator)
            drawn[:, place - len(prompt)] = before
    return drawn


generate = blocking(generate_steps)


def _draw(
    logits: torch.Tensor, options: GenerateOptions, generator: torch.Generator
) -> NDArray[np.uint8]:
    least = logits.topk(options.top_k, 1).values[:, -1:]
    chances = (logits / options.temperature).masked_fill(logits < least, -torch.inf).softmax(1)
    return torch.multinomial(chances, 1, generator=generator)[:, 0].numpy().astype(np.uint8)
