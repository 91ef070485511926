from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.errors import DataError
from napari_seewhy.genome import DnaWindows, decode_letters, encode_letters, reverse_complement
from napari_seewhy.progress import finish
from napari_seewhy.reading.words import find_words_steps

WORD = "TGAGTCATCGC"


def test_the_word_that_makes_peaks_is_found_first_and_widened_to_all_its_letters(windows):
    words = finish(find_words_steps(windows.take("train"), 2))

    turned = decode_letters(reverse_complement(encode_letters(WORD)))
    assert WORD in words.letters[0] or turned in words.letters[0]
    assert words.filters.shape == (2, 4, 17)
    assert words.filters.dtype == np.float32


def test_windows_without_known_bases_are_refused():
    empty = DnaWindows(
        np.full((2, 256), 4, np.uint8),
        np.ones((2, 1, 2), np.float32),
        ("a",),
        np.array(["train", "valid"]),
    )
    with pytest.raises(DataError, match="give more or longer windows of known bases"):
        finish(find_words_steps(empty, 4))
