from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.genome import encode_letters, reverse_complement
from napari_seewhy.reading.language.counts import ORDERS, REACH, Contexts, Counts


@pytest.fixture(scope="module")
def letters() -> np.ndarray:
    codes = np.random.default_rng(1).integers(0, 4, 400).astype(np.uint8)
    codes[200:260] = codes[20:80]
    codes[300] = 4
    return codes


def count_by_hand(letters: np.ndarray, context: np.ndarray) -> list[int]:
    """How often each letter follows a context, where the 24 letters before it are known."""
    found = [0] * 4
    for strand in (letters, reverse_complement(letters)):
        for at in range(REACH, len(strand)):
            is_known = (strand[at - REACH : at + 1] < 4).all()
            if is_known and np.array_equal(strand[at - len(context) : at], context):
                found[strand[at]] += 1
    return found


def test_counts_are_those_of_looking_through_both_strands(letters):
    counts, contexts = Counts(letters), Contexts(letters)

    found = counts.count(contexts.keys, contexts.known)

    for place in (30, 75, 230, 299):
        for i, n_bases in enumerate(ORDERS):
            expected = count_by_hand(letters, letters[place - n_bases : place])
            assert found[place, i].tolist() == expected, (place, n_bases)


def test_an_unknown_letter_ends_a_context(letters):
    contexts = Contexts(letters)
    assert contexts.known[[0, 3, 24, 100, 300, 301, 305]].tolist() == [0, 3, 24, 24, 24, 0, 4]
    found = Counts(letters).count(contexts.keys[305:306], contexts.known[305:306])
    assert found[0, ORDERS.index(4)].sum() > 0
    assert not found[0, ORDERS.index(6) :].any()


def test_matches_say_how_many_bases_occurred_before(letters):
    new = np.concatenate([letters[40:60], encode_letters("ACGTTGCAACGT")])
    contexts = Contexts(new)
    matched = Counts(letters).match(contexts.keys, contexts.known)
    assert matched[:21].tolist() == list(range(21))
    assert matched[-1] < 12


def test_training_letters_can_be_left_out_of_their_own_counts(letters):
    counts, contexts = Counts(letters), Contexts(letters)
    all_of_them = counts.count(contexts.keys, contexts.known)

    others = counts.count(contexts.keys, contexts.known, letters)

    missing = all_of_them - others
    assert (missing.sum(2)[24:300] == 1).all()
    assert missing[150, :, letters[150]].tolist() == [1] * len(ORDERS)
    assert not missing[:24].any()
