"""Weights of Evo and Evo 2 by stand-ins with the interface of their packages; never the real ones.

The stand-in expects after every letter the next of the alphabet: it says 2 for that, 0 for others.
"""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
import torch

from napari_seewhy.errors import OptionError
from napari_seewhy.genome import encode_letters
from napari_seewhy.models.files import save_network
from napari_seewhy.progress import finish
from napari_seewhy.reading.language import (
    GenerateOptions,
    generate_steps,
    load_language,
    positional_entropies_steps,
    read_letters_steps,
    score_sequences_steps,
)
from napari_seewhy.sequence.language import adopt_weights

_EXPECTED, _OTHER = (float(value) for value in torch.tensor([2.0, 0, 0, 0]).log_softmax(0)[:2])


class Tokenizer:
    eod_id = 0

    def tokenize(self, text: str) -> list[int]:
        return list(text.encode())


class Striped(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))
        self.longest = 0

    def forward(self, ids: torch.Tensor) -> tuple[torch.Tensor, None]:
        self.longest = max(self.longest, ids.shape[1])
        logits = torch.zeros(*ids.shape, 512)
        logits[..., 7] = 9  # a sign that is no letter
        for now, then in zip(b"ACGT", b"CGTA", strict=True):
            logits[..., then] += 2 * (ids == now)
        return logits, None


class Whole:
    def __init__(self, name: str, device: str | None = None) -> None:
        if "unknown" in name:
            raise ValueError("it should be one of these")
        self.model, self.tokenizer = Striped(), Tokenizer()

    def generate(self, prompt_seqs, **how):
        letters = "".join("ACGTx"[int(i)] for i in torch.randint(0, 5, (how["n_tokens"],)))
        return SimpleNamespace(sequences=[letters] * len(prompt_seqs))


@pytest.fixture(params=["evo2_7b", "evo-1-8k-base"])
def weights(request, monkeypatch) -> str:
    evo2, evo = ModuleType("evo2"), ModuleType("evo")
    evo2.Evo2, evo.Evo = Whole, Whole
    evo.generate = lambda prompts, model, tokenizer, **how: (
        Whole("").generate(prompts, **how).sequences,
        [0.0] * len(prompts),
    )
    monkeypatch.setitem(sys.modules, "evo2", evo2)
    monkeypatch.setitem(sys.modules, "evo", evo)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    return request.param


@pytest.fixture
def beside(model, tmp_path):
    save_network(path := tmp_path / "beside.safetensors", model.network, model.card)
    return path


@pytest.fixture
def adopted(weights, beside, tmp_path):
    adopt_weights(weights, beside, path := tmp_path / "adopted.safetensors")
    return load_language(path)


def test_the_card_says_whose_weights_answer(adopted, weights, model):
    assert adopted.card.describe().sentence.startswith(
        f"Expects the next base of DNA by {weights}, beside"
    )
    assert adopted.card.metrics == {}
    np.testing.assert_array_equal(adopted.network.get_letters(), model.network.get_letters())


def test_letters_are_read_by_the_weights_and_contexts_by_our_own(adopted, model, cpu):
    codes = encode_letters("ACGGN")

    said = finish(read_letters_steps(adopted, codes, cpu))

    assert said[0] == pytest.approx([-np.log(4)] * 4)
    assert said[1] == pytest.approx([_OTHER, _EXPECTED, _OTHER, _OTHER])
    assert said[3] == pytest.approx([_OTHER, _OTHER, _OTHER, _EXPECTED])
    ours, theirs = (
        finish(read_letters_steps(one, codes, cpu, only_counts=True)) for one in (model, adopted)
    )
    np.testing.assert_array_equal(ours, theirs)


def test_long_sequences_are_read_in_windows(adopted, cpu):
    codes = np.tile(np.arange(4, dtype=np.uint8), 5000)

    said = finish(read_letters_steps(adopted, codes, cpu))

    assert adopted.network.evo._model.longest == 8192 + 1
    assert said[1:][np.arange(19_999), codes[1:]] == pytest.approx(_EXPECTED, abs=1e-6)


def test_the_same_verbs_score_and_measure_both_strands(adopted, cpu):
    codes = [encode_letters("ACGT"), encode_letters("AAAA")]

    scores = finish(score_sequences_steps(adopted, codes, cpu))

    # ACGT is its own reverse complement; of AAAA the other strand is TTTT.
    assert scores == pytest.approx([-np.log(4) + 3 * _EXPECTED, -np.log(4) + 3 * _OTHER])
    bits = finish(positional_entropies_steps(adopted, codes[0], cpu))
    assert bits.shape == (4,)
    assert (bits < 2).all()


def test_dna_is_written_by_seed_and_wants_a_prompt(adopted, cpu):
    options = GenerateOptions(length_bp=50, n_sequences=3, seed=5)
    prompt = encode_letters("ATG")

    one, other = (finish(generate_steps(adopted, prompt, options, cpu)) for _ in range(2))

    assert one.shape == (3, 50)
    assert set(np.unique(one)) == {0, 1, 2, 3, 4}
    np.testing.assert_array_equal(one, other)
    with pytest.raises(OptionError, match="give a prompt, such as ATG"):
        finish(generate_steps(adopted, prompt[:0], options, cpu))


def test_weights_that_cannot_be_asked_here_are_refused(beside, tmp_path, monkeypatch):
    path = tmp_path / "adopted.safetensors"
    with pytest.raises(OptionError, match="names no weights of Evo"):
        adopt_weights("esm2", beside, path)
    adopt_weights("evo2_unknown", beside, path)
    monkeypatch.setitem(sys.modules, "evo2", None)
    with pytest.raises(OptionError, match="needs the Python package evo2, which is not installed"):
        load_language(path)
    monkeypatch.setitem(sys.modules, "evo2", package := ModuleType("evo2"))
    package.Evo2 = Whole
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(OptionError, match="needs a GPU of NVIDIA"):
        load_language(path)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    with pytest.raises(OptionError, match="evo2 does not know evo2_unknown: it should be one"):
        load_language(path)
