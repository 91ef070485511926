from __future__ import annotations

import numpy as np
import pytest

from napari_seewhy.errors import DataError
from napari_seewhy.genome import decode_letters, encode_letters, reverse_complement
from napari_seewhy.sequence.language.proteins import (
    AMINO_ACIDS,
    Substitution,
    blosum62,
    check_substitutions,
    count_stops,
    find_frames,
    find_usage,
    parse_substitution,
    substitute,
    translate,
)

CODING = encode_letters("ATGCATGTTGAACGTTGGAAAGCTCTGCCGTAA")


def test_substitutions_are_read():
    assert parse_substitution("H24A") == Substitution("H", 24, "A")
    assert [parse_substitution(word) for word in ("H24", "B2A", "H0A", "chr1:5 A>G", "h2a")] == [
        None
    ] * 5
    assert str(Substitution("H", 24, "A")) == "H24A"


def test_the_matrix_is_symmetric_and_highest_on_its_diagonal():
    for one in AMINO_ACIDS:
        assert all(blosum62(one, other) == blosum62(other, one) for other in AMINO_ACIDS)
        assert all(
            blosum62(one, one) > blosum62(one, other) for other in AMINO_ACIDS if other != one
        )
    assert [blosum62("A", other) for other in "ARNDC"] == [4, -1, -2, -2, 0]


def test_a_codon_has_the_fewest_changes_then_is_the_commonest():
    assert translate(CODING) == "MHVERWKALP*"
    usage = find_usage(CODING) | {"GCT": 0.2, "GCC": 0.1}
    codon = substitute(CODING, Substitution("V", 3, "A"), usage)
    assert decode_letters(codon) == "GCT"  # of GTT
    codon = substitute(CODING, Substitution("H", 2, "A"), usage)
    assert decode_letters(codon) == "GCT"  # of CAT
    changed = CODING.copy()
    changed[3:6] = codon
    assert translate(changed) == "MAVERWKALP*"


@pytest.mark.parametrize(
    ("coding", "words", "said"),
    [
        (CODING[:-1], ["H2A"], "32 bases, which is no multiple of 3"),
        (encode_letters("ATGTAAGCATGA"), ["M1A"], "Codon 2 of the coding sequence is a stop"),
        (CODING, ["H3A"], "H3A does not fit: the sequence has V there; 1 of 1 substitutions"),
        (CODING, ["A99C"], "A99C does not fit: the sequence has nothing there"),
    ],
)
def test_substitutions_that_do_not_fit_are_refused(coding, words, said):
    ones = [parse_substitution(word) for word in words]
    with pytest.raises(DataError, match=said):
        check_substitutions(ones, coding)


def test_numbers_from_another_start_are_recognised():
    generator = np.random.default_rng(0)
    drawn = [codon for codon in generator.integers(0, 4, (60, 3)) if codon[0] != 3]
    coding = np.concatenate(drawn).astype(np.uint8)
    protein = translate(coding)
    ones = [Substitution(protein[i], i - 4, "A") for i in range(10, 30)]
    with pytest.raises(DataError, match=r"All fit \+5 places along"):
        check_substitutions(ones, coding)


def test_open_reading_frames_are_found_on_both_strands():
    inside = encode_letters("ATG" + "GCC" * 110 + "TAA")
    around = encode_letters("TAATTAATTAA")
    codes = np.concatenate([around, inside, around])

    assert find_frames(codes) == [(11, 11 + len(inside), 1)]
    turned = np.ascontiguousarray(reverse_complement(codes))
    assert find_frames(turned) == [(11, 11 + len(inside), -1)]
    assert find_frames(codes, least_bp=400) == []


def test_stops_are_counted_in_all_frames():
    assert count_stops(encode_letters("TAATGATAGC")) == pytest.approx(1000 * 3 / 2 / 10)
