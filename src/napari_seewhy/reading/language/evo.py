"""`Evo`: the weights of Evo or Evo 2, asked through their own packages in place of our network.

Evo (Nguyen et al., 2024, doi:10.1126/science.ado9336) and Evo 2 (Brixi et al., 2026,
doi:10.1038/s41586-026-10176-5) need a GPU of NVIDIA. The package fetches the weights.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from napari_seewhy.errors import OptionError
from napari_seewhy.genome import LETTERS, UNKNOWN_BASE, decode_letters
from napari_seewhy.training.learning import seeded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_seewhy.reading.language.options import GenerateOptions

_EVO_2 = "evo2_"


class Evo:
    """Weights of Evo or Evo 2.

    Parameters
    ----------
    weights
        Their name in the package: ``evo2_7b``, ``evo-1-8k-base``.

    Raises
    ------
    OptionError
        If the package or a GPU is not there, or the package does not know the weights.
    """

    def __init__(self, weights: str) -> None:
        self._is_evo_2 = weights.startswith(_EVO_2)
        name = "evo2" if self._is_evo_2 else "evo"
        try:
            self._package = import_module(name)
        except ImportError as error:
            wanted = "evo2" if self._is_evo_2 else "evo-model"
            raise OptionError(
                f"{weights} needs the Python package {name}, which is not installed; install "
                f"{wanted} as its authors say."
            ) from error
        if not torch.cuda.is_available():
            raise OptionError(
                f"{weights} needs a GPU of NVIDIA, and this computer has none; choose another "
                "model, or compare with scores made elsewhere."
            )
        try:
            whole = (
                self._package.Evo2(weights)
                if self._is_evo_2
                else self._package.Evo(weights, device="cuda:0")
            )
        except ValueError as error:
            raise OptionError(f"{name} does not know {weights}: {error}") from error
        self._whole: Any = whole
        self._model, self._tokenizer = whole.model, whole.tokenizer
        self._device = next(self._model.parameters()).device
        self._tokens = torch.tensor(self._tokenizer.tokenize(LETTERS), device=self._device)

    def read(self, codes: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return log probabilities ``(N, L, 4)`` of the four letters at each base.

        Parameters
        ----------
        codes
            ``(N, L)`` letters. What the weights say of other signs is left out.
        """
        rows = [
            [self._tokenizer.eod_id, *self._tokenizer.tokenize(decode_letters(one))]
            for one in codes
        ]
        ids = torch.tensor(rows, dtype=torch.long, device=self._device)
        with torch.inference_mode():
            logits, _ = self._model(ids)
            said = logits[:, :-1, self._tokens].float().log_softmax(2)
        read: NDArray[np.float32] = said.cpu().numpy()
        return read

    def generate(self, prompt: NDArray[np.uint8], options: GenerateOptions) -> NDArray[np.uint8]:
        """Draw letters ``(n_sequences, length_bp)`` that follow a prompt.

        Raises
        ------
        OptionError
            If there is no prompt, which these weights want.
        """
        if not len(prompt):
            raise OptionError("Evo continues letters that are there; give a prompt, such as ATG.")
        prompts = [decode_letters(prompt)] * options.n_sequences
        how = {
            "n_tokens": options.length_bp,
            "temperature": options.temperature,
            "top_k": options.top_k,
            "cached_generation": True,
            "verbose": 0,
        }
        with seeded(options.seed):
            if self._is_evo_2:
                written = self._whole.generate(prompt_seqs=prompts, **how).sequences
            else:
                where = {"device": str(self._device)}
                written, _ = self._package.generate(
                    prompts, self._model, self._tokenizer, **how, **where
                )
        codes = np.full((options.n_sequences, options.length_bp), UNKNOWN_BASE, np.uint8)
        for row, text in zip(codes, written, strict=True):
            for place, letter in enumerate(text[-options.length_bp :].upper()):
                # A sign that is no letter stays unknown.
                if letter in LETTERS:
                    row[place] = LETTERS.index(letter)
        return codes
