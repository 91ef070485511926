"""Substitutions of amino acids, the codons that make them, and what is known without a model."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from napari_seewhy.errors import DataError
from napari_seewhy.genome import LETTERS, UNKNOWN_BASE, decode_letters, reverse_complement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_BY_TCAG = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
"""Amino acids of the standard genetic code; letters of codons in the order T, C, A, G."""

AMINO_ACIDS = "ARNDCQEGHILKMFPSTWYV"
"""In the order of the matrices."""

_BLOSUM62 = """
 4
-1  5
-2  0  6
-2 -2  1  6
 0 -3 -3 -3  9
-1  1  0  0 -3  5
-1  0  0  2 -4  2  5
 0 -2  0 -1 -3 -2 -2  6
-2  0  1 -1 -3  0  0 -2  8
-1 -3 -3 -3 -1 -3 -3 -4 -3  4
-1 -2 -3 -4 -1 -2 -3 -4 -3  2  4
-1  2  0 -1 -3  1  1 -2 -1 -3 -2  5
-1 -1 -2 -3 -1  0 -2 -3 -2  1  2 -1  5
-2 -3 -3 -3 -2 -3 -3 -3 -1  0  0 -3  0  6
-1 -2 -2 -1 -3 -1 -1 -2 -2 -3 -3 -1 -2 -4  7
 1 -1  1  0 -1  0  0  0 -1 -2 -2  0 -1 -2 -1  4
 0 -1  0 -1 -1 -1 -1 -2 -2 -1 -1 -1 -1 -2 -1  1  5
-3 -3 -4 -4 -2 -2 -3 -2 -2 -3 -2 -3 -1  1 -4 -3 -2 11
-2 -2 -2 -3 -2 -1 -2 -3  2 -1 -1 -2 -1  3 -3 -2 -2  2  7
 0 -3 -3 -3 -1 -2 -2 -3 -3  3  1 -2  1 -1 -2 -2  0 -3 -1  4
"""
"""Henikoff and Henikoff, 1992, doi:10.1073/pnas.89.22.10915."""

_HYDROPATHIES = (
    "1.8 -4.5 -3.5 -3.5 2.5 -3.5 -3.5 -0.4 -3.2 4.5 3.8 -3.9 1.9 2.8 -1.6 -0.8 -0.7 -0.9 -1.3 4.2"
)
HYDROPATHY = dict(zip(AMINO_ACIDS, map(float, _HYDROPATHIES.split()), strict=True))
"""Kyte and Doolittle, 1982, doi:10.1016/0022-2836(82)90515-0."""

_PROPERTIES = """
 88.6 173.4 114.1 111.1 108.5 143.8 138.4  60.1 153.2 166.7
166.7 168.6 162.9 189.9 112.7  89.0 116.1 227.8 193.6 140.0
 1.42  0.98  0.67  1.01  0.70  1.11  1.51  0.57  1.00  1.08
 1.21  1.16  1.45  1.13  0.57  0.77  0.83  1.08  0.69  1.06
 0.83  0.93  0.89  0.54  1.19  1.10  0.37  0.75  0.87  1.60
 1.30  0.74  1.05  1.38  0.55  0.75  1.19  1.37  1.47  1.70
"""
"""Volume in cubic angstroms (Zamyatnin, 1972, doi:10.1016/0079-6107(72)90005-3); preference for
helices and for strands (Chou and Fasman, 1978, doi:10.1146/annurev.bi.47.070178.001343)."""

_CHARGES = {"D": -1.0, "E": -1.0, "K": 1.0, "R": 1.0, "H": 0.3}

_WORD = re.compile(r"([A-Z])(\d+)([A-Z])")
_MANY, _FARTHEST = 10, 60
"""Substitutions at so many places cannot fit by chance; signal peptides are shorter than 60."""

_GENE_BP = 900
"""Open reading frames from this length on are genes with few exceptions."""


class Substitution(NamedTuple):
    """One amino acid instead of another.

    Attributes
    ----------
    wild, place, other
        As in H24A; places count from 1.
    """

    wild: str
    place: int
    other: str

    def __str__(self) -> str:
        return f"{self.wild}{self.place}{self.other}"


def parse_substitution(word: str) -> Substitution | None:
    """Read a word such as H24A; None where it is none."""
    found = _WORD.fullmatch(word.strip())
    if found is None or not {found[1], found[3]} <= set(AMINO_ACIDS) or int(found[2]) < 1:
        return None
    return Substitution(found[1], int(found[2]), found[3])


def translate(codes: NDArray[np.uint8]) -> str:
    """Return the amino acids of a coding sequence; X where a letter is not known.

    Examples
    --------
    >>> from napari_seewhy.genome import encode_letters
    >>> translate(encode_letters("ATGCACTAA"))
    'MH*'
    """
    letters = decode_letters(codes)
    return "".join(_translation().get(letters[i : i + 3], "X") for i in range(0, len(codes), 3))


@cache
def _translation() -> dict[str, str]:
    codons = (a + b + c for a in "TCAG" for b in "TCAG" for c in "TCAG")
    return dict(zip(codons, _BY_TCAG, strict=True))


@cache
def _similarity() -> dict[tuple[str, str], int]:
    rows = [line.split() for line in _BLOSUM62.strip().splitlines()]
    found = {}
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            pair = AMINO_ACIDS[i], AMINO_ACIDS[j]
            found[pair] = found[pair[::-1]] = int(value)
    return found


def blosum62(wild: str, other: str) -> int:
    """Return how alike two amino acids are in aligned proteins.

    Examples
    --------
    >>> blosum62("I", "V"), blosum62("W", "P"), blosum62("H", "H")
    (3, -4, 8)
    """
    return _similarity()[wild, other]


@cache
def amino_properties() -> NDArray[np.float64]:
    """Return what amino acids are like ``(20, 6)``, each property with mean 0 and deviation 1.

    Hydropathy, volume, preference for helices and for strands, charge, aromatic or not; rows in the
    order of `AMINO_ACIDS`.
    """
    tabled = np.array(_PROPERTIES.split(), float).reshape(3, len(AMINO_ACIDS))
    others = [[HYDROPATHY[a], _CHARGES.get(a, 0.0), float(a in "FWYH")] for a in AMINO_ACIDS]
    every = np.hstack([tabled.T, others])
    scaled: NDArray[np.float64] = (every - every.mean(0)) / every.std(0)
    return scaled


def check_substitutions(substitutions: Sequence[Substitution], coding: NDArray[np.uint8]) -> None:
    """Refuse substitutions whose amino acid is not that of a coding sequence.

    Raises
    ------
    DataError
        If the sequence is no coding one, or a substitution does not fit; it is said whether all
        would fit at another number.
    """
    if len(coding) % 3:
        raise DataError(
            f"The coding sequence has {len(coding):,} bases, which is no multiple of 3; give it "
            "from its first codon to its last."
        )
    protein = translate(coding)
    if "*" in protein[:-1]:
        raise DataError(
            f"Codon {protein.index('*') + 1:,} of the coding sequence is a stop; give the sequence "
            "in its reading frame, on its own strand and without introns."
        )
    wrong = [one for one in substitutions if _at(protein, one.place) != one.wild]
    if not wrong:
        return
    one = wrong[0]
    said = (
        f"{one} does not fit: the sequence has {_at(protein, one.place)} there; {len(wrong):,} of "
        f"{len(substitutions):,} substitutions differ."
    )
    is_many = len({each.place for each in substitutions}) >= _MANY
    for shift in range(-_FARTHEST, _FARTHEST + 1):
        if is_many and all(_at(protein, each.place + shift) == each.wild for each in substitutions):
            raise DataError(f"{said} All fit {shift:+} places along; number them from codon 1.")
    raise DataError(f"{said} Give the coding sequence that they were made in.")


def _at(protein: str, place: int) -> str:
    return protein[place - 1] if 0 < place <= len(protein) else "nothing"


def substitute(
    coding: NDArray[np.uint8], one: Substitution, usage: dict[str, float]
) -> NDArray[np.uint8]:
    """Return the codon ``(3,)`` of a substitution: of the fewest changes, then the commonest."""
    there = decode_letters(coding[3 * one.place - 3 : 3 * one.place])

    def rank(codon: str) -> tuple[int, float]:
        return sum(a != b for a, b in zip(codon, there, strict=True)), -usage[codon]

    best = min((c for c, amino in _translation().items() if amino == one.other), key=rank)
    return np.array([LETTERS.index(letter) for letter in best], np.uint8)


def find_frames(codes: NDArray[np.uint8], least_bp: int = 300) -> list[tuple[int, int, int]]:
    """Find open reading frames on both strands: from ATG, GTG or TTG to the stop.

    Returns
    -------
    list of tuple
        First base, stop (both on the strand that is read) and strand, 1 or -1; the longest frame
        of each stop.
    """
    found = []
    for strand, letters in ((1, codes), (-1, reverse_complement(codes))):
        words = _codon_numbers(letters)
        is_stop, is_start = (np.isin(words, chosen) for chosen in (_STOPS, _STARTS))
        for frame in range(3):
            stops = np.flatnonzero(is_stop[frame::3])
            starts = np.flatnonzero(is_start[frame::3])
            firsts = np.concatenate([[0], stops[:-1] + 1]) if len(stops) else stops
            nearest = np.searchsorted(starts, firsts)
            for first, stop in zip(nearest, stops, strict=True):
                if first < len(starts) and (stop - starts[first]) * 3 + 3 >= least_bp:
                    begin = int(starts[first]) * 3 + frame
                    found.append((begin, int(stop) * 3 + frame + 3, strand))
    return found


def _codon_numbers(codes: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return a number of the three letters from each base on; -1 where one is not known."""
    parts = [codes[i : len(codes) - 2 + i].astype(np.int64) for i in range(3)]
    numbers = parts[0] * 16 + parts[1] * 4 + parts[2]
    is_unknown = np.maximum.reduce(parts) >= UNKNOWN_BASE
    return np.where(is_unknown, -1, numbers)


def _number(codon: str) -> int:
    first, second, third = (LETTERS.index(letter) for letter in codon)
    return first * 16 + second * 4 + third


_STOPS = [_number(codon) for codon in ("TAA", "TAG", "TGA")]
_STARTS = [_number(codon) for codon in ("ATG", "GTG", "TTG")]


def count_stops(codes: NDArray[np.uint8]) -> float:
    """Return the stop codons per kilobase of one strand, in all three frames."""
    both = (codes, reverse_complement(codes))
    n = sum(int(np.isin(_codon_numbers(one), _STOPS).sum()) for one in both)
    return 1000 * n / 2 / max(len(codes), 1)


def find_usage(codes: NDArray[np.uint8]) -> dict[str, float]:
    """Return how often each codon stands in long open reading frames, as a share."""
    counts = np.ones(64)
    strands = {1: codes, -1: reverse_complement(codes)}
    for first, stop, strand in find_frames(codes, _GENE_BP):
        words = _codon_numbers(strands[strand][first:stop])[::3]
        counts += np.bincount(words[words >= 0], minlength=64)
    shares = counts / counts.sum()
    return {codon: float(shares[_number(codon)]) for codon in _translation()}
