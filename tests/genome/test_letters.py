from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.errors import DataError
from napari_seewhy.genome.letters import (
    decode_letters,
    encode_letters,
    from_one_hot,
    reverse_complement,
    to_one_hot,
)


def test_small_letters_count_as_capitals_and_ambiguous_ones_as_unknown():
    assert encode_letters("acgtACGTuNRYn-").tolist() == [0, 1, 2, 3, 0, 1, 2, 3, 3, 4, 4, 4, 4, 4]


@pytest.mark.parametrize("text", ["AC GT", "AC1GT", "ACéGT", "AC\nGT"])
def test_a_character_that_is_no_base_is_refused_with_its_place(text):
    with pytest.raises(DataError, match=r"at base 3 stands for no base; wanted A, C, G, T"):
        encode_letters(text)


def test_the_reverse_complement_of_the_reverse_complement_is_the_sequence():
    codes = np.random.default_rng(0).integers(0, 5, (3, 50)).astype(np.uint8)

    assert decode_letters(reverse_complement(encode_letters("AACGTNN"))) == "NNACGTT"
    assert np.array_equal(reverse_complement(reverse_complement(codes)), codes)


def test_one_hot_has_a_channel_per_letter_and_nothing_for_an_unknown_base():
    codes = encode_letters("GNCA")

    one_hot = to_one_hot(codes)

    assert one_hot.T.tolist() == [[0, 0, 1, 0], [0, 0, 0, 0], [0, 1, 0, 0], [1, 0, 0, 0]]
    assert np.array_equal(from_one_hot(one_hot.T), codes)
    assert np.array_equal(to_one_hot(reverse_complement(codes)), one_hot[::-1, ::-1])


def test_a_base_with_two_letters_is_refused():
    with pytest.raises(DataError, match="several letters at once"):
        from_one_hot(np.array([[1, 1, 0, 0]]))
