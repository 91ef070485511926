from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.genome import reverse_complement
from napari_seewhy.reading.language import GenerateOptions
from napari_seewhy.reading.language.generation import generate
from napari_seewhy.reading.language.reading import (
    positional_entropies,
    read_letters,
    score_sequences,
)


def test_a_score_is_the_sum_over_letters_and_strands_read_one_by_one(model, codes, cpu):
    sequence = codes[30_000:30_090]
    total = 0.0
    for strand in (sequence, reverse_complement(sequence)):
        for end in range(1, len(strand) + 1):
            said = read_letters(model, np.ascontiguousarray(strand[:end]), cpu)[-1]
            assert np.exp(said).sum() == pytest.approx(1, abs=1e-5)
            total += said[strand[end - 1]] / 2

    other = codes[31_000:31_090]
    scores = score_sequences(model, [sequence, other, sequence[:50]], cpu)
    assert scores[0] == pytest.approx(total, rel=1e-5)
    assert scores[2] == pytest.approx(score_sequences(model, [sequence[:50]], cpu)[0], rel=1e-5)


def test_a_long_sequence_is_read_in_windows_of_the_trained_length(model, codes, cpu):
    window = model.network.window_bp
    sequence = codes[30_000 : 30_000 + 5 * window + 11]

    said = read_letters(model, sequence, cpu)

    alone = read_letters(model, sequence[:window], cpu)
    assert np.allclose(said[:window], alone, atol=1e-5)
    # Later windows begin with letters that are read but not kept.
    entropy = positional_entropies(model, sequence, cpu)
    assert entropy.shape == sequence.shape
    assert 0 < entropy.min() < entropy.max() <= 2
    turned = positional_entropies(model, np.ascontiguousarray(reverse_complement(sequence)), cpu)
    assert np.allclose(entropy, turned[::-1], atol=1e-5)


def test_what_is_drawn_follows_from_the_seed_and_the_prompt(model, codes, cpu):
    options = GenerateOptions(length_bp=60, n_sequences=3, seed=5)
    prompt = codes[40_000:40_030]

    drawn = generate(model, prompt, options, cpu)

    assert drawn.shape == (3, 60)
    assert len({one.tobytes() for one in drawn}) == 3
    assert np.array_equal(drawn, generate(model, prompt, options, cpu))
    assert not np.array_equal(drawn, generate(model, prompt, options.change(seed=6), cpu))


def test_the_likeliest_letter_is_that_of_reading_all_again(model, codes, cpu):
    prompt = codes[40_000:40_030]
    options = GenerateOptions(length_bp=40, n_sequences=1, top_k=1)

    drawn = generate(model, prompt, options, cpu)[0]

    whole = np.concatenate([prompt, drawn])
    assert np.array_equal(read_letters(model, whole, cpu).argmax(1)[30:], drawn)


def test_without_a_prompt_the_first_letter_is_drawn_too(model, cpu):
    drawn = generate(model, np.empty(0, np.uint8), GenerateOptions(length_bp=30), cpu)
    assert drawn.shape == (4, 30)
    assert drawn.max() < 4


def test_letters_that_were_learned_from_are_not_recalled(model, codes, cpu):
    learned, new = codes[5_000:6_000], codes[30_000:31_000]
    assert model.network.is_recalled(learned)
    assert not model.network.is_recalled(new)
    # With their own counts they would take next to no bits.
    bits = [
        -model.network.ask_prior(one).numpy()[np.arange(1000), one].mean() for one in (learned, new)
    ]
    assert bits[0] == pytest.approx(bits[1], rel=0.1)
