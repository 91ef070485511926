from __future__ import annotations

import warnings

import numpy as np
import pytest

from napari_seewhy.errors import DataError, SeewhyWarning
from napari_seewhy.sequence.motifs import read_matrices

COUNTS = [[8, 0, 1], [0, 8, 1], [1, 1, 8], [1, 1, 0]]

JASPAR = """>MA1.1 ONE
T [ 1 1 0 ]
A [ 8 0 1 ]
C [ 0 8 1 ]
G [ 1 1 8 ]
"""
BARE = ">MA1.1 ONE\n8 0 1\n0 8 1\n1 1 8\n1 1 0\n"
MEME = """MEME version 4

MOTIF MA1.1 ONE
letter-probability matrix: alength= 4 w= 3 nsites= 10 E= 0
 0.8 0.0 0.1 0.1
 0.0 0.8 0.1 0.1
 0.1 0.1 0.8 0.0
URL x
"""
TRANSFAC = """AC MA1.1
XX
ID ONE
P0 T A C G
01 1 8 0 1 A
02 1 0 8 1 C
03 0 1 1 8 G
XX
//
"""


def read(tmp_path, text):
    (tmp_path / "m.txt").write_text(text)
    return read_matrices(tmp_path / "m.txt")


@pytest.mark.parametrize("text", [JASPAR, BARE, MEME, TRANSFAC])
def test_one_matrix_reads_the_same_from_each_format(tmp_path, text):
    with warnings.catch_warnings():
        # 0.1 x 10 is a whole number, but for the last digit.
        warnings.simplefilter("ignore", SeewhyWarning)
        (one,) = read(tmp_path, text)
    assert (one.identifier, one.name, one.width) == ("MA1.1", "ONE", 3)
    assert one.counts.tolist() == COUNTS


def test_fractions_are_rounded_and_it_is_said(tmp_path):
    with pytest.warns(SeewhyWarning, match=r"1 of 2 matrices have no whole counts \(MA2\)"):
        _, two = read(tmp_path, BARE + ">MA2\n1.6 3\n0 0\n0 0\n2.4 0\n")
    assert two.counts[:, 0].tolist() == [2, 0, 0, 2]


def test_frequencies_become_counts(tmp_path):
    with pytest.warns(SeewhyWarning, match="rounded"):
        (one,) = read(tmp_path, ">F\n0.25 1\n0.25 0\n0.25 0\n0.25 0\n")
    assert one.counts.tolist() == [[25, 100], [25, 0], [25, 0], [25, 0]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (">M\n1 0\n0 0\n0 0\n0 0\n", "a column without counts"),
        (">M\n1 2\n1\n1 1\n1 1\n", "rows of unequal length"),
        (">M\n1 2\n1 x\n1 1\n1 1\n", "words among its numbers"),
        (">M\n1 2\n1 -1\n1 1\n1 1\n", "is none of counts"),
        (">M\n1 2\n1 1\n", "is none of counts"),
        (">M\n", "is none of counts"),
        (f">M\n{'9' * 30} 2\n1 1\n1 1\n1 1\n", "is none of counts"),
        (">M\nnan 2\n1 1\n1 1\n1 1\n", "is none of counts"),
        (">M\nA 1\nC 1\nG 1\nU 1\n", "other rows than A, C, G and T"),
        ("AC M\nP0 A C G U\n01 1 1 1 1\n", "wanted A C G T"),
        ("name,count\n", "no matrices that are known"),
    ],
)
def test_what_is_no_matrix_is_refused(tmp_path, text, said):
    with pytest.raises(DataError, match=said):
        read(tmp_path, text)


def test_permuted_columns_are_the_same_columns(tmp_path):
    (one,) = read(tmp_path, BARE)
    other = one.permute(np.random.default_rng(1))
    assert sorted(other.counts.T.tolist()) == sorted(one.counts.T.tolist())
