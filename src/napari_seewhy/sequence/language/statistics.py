"""What written DNA looks like beside natural and shuffled DNA, and how much of it is copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from napari_seewhy.genome import UNKNOWN_BASE, decode_letters
from napari_seewhy.sequence.language.proteins import count_stops, find_frames

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from napari_seewhy.reading.language import LanguageReader

_FRAME_BP = 300
_FEWEST_BP = 100_000
"""Pyrodigal wants so many bases to learn what genes of a genome look like."""


def describe_dna(
    drawn: Sequence[NDArray[np.uint8]], reader: LanguageReader, seed: int
) -> pd.DataFrame:
    """Compare drawn sequences with natural ones of the same lengths, and with these shuffled.

    Parameters
    ----------
    drawn
        Sequences that a model wrote.
    reader
        That model; natural stretches are taken of the letters that it learned from.
    seed
        Of the choice of natural stretches, and of the shuffling.

    Returns
    -------
    DataFrame
        One row each of ``drawn``, ``natural`` and ``shuffled``: ``gc``, ``stops_per_kb``,
        ``orf_share`` of frames from 300 bp on, ``coding_share`` by Pyrodigal, trained on the
        letters that the model learned from (missing where it is not installed), and
        ``longest_copy_bp`` of ``drawn`` and ``shuffled``, which a natural stretch is as a whole.
    """
    generator, learned = np.random.default_rng(seed), reader.get_letters()
    natural = [_take(learned, len(codes), generator) for codes in drawn]
    shuffled = [generator.permutation(codes) for codes in natural]
    find_genes = _learn_genes(learned)
    rows = []
    for name, group in (("drawn", drawn), ("natural", natural), ("shuffled", shuffled)):
        n_bp = sum(len(codes) for codes in group)
        rows.append(
            {
                "sequence": name,
                "n_bp": n_bp,
                "gc": float(np.mean([np.isin(codes, (1, 2)).mean() for codes in group])),
                "stops_per_kb": float(np.mean([count_stops(codes) for codes in group])),
                "orf_share": sum(_cover(codes) for codes in group) / n_bp,
                "coding_share": sum(find_genes(codes) for codes in group) / n_bp
                if find_genes
                else np.nan,
                "longest_copy_bp": np.nan if name == "natural" else _find_copy(group, reader),
            }
        )
    return pd.DataFrame(rows)


def _take(learned: NDArray[np.uint8], n: int, generator: np.random.Generator) -> NDArray[np.uint8]:
    start = int(generator.integers(0, max(len(learned) - n, 0) + 1))
    taken = learned[start : start + n]
    return taken[taken < UNKNOWN_BASE]


def _cover(codes: NDArray[np.uint8]) -> int:
    """Return the bases in open reading frames of either strand."""
    covered = np.zeros(len(codes), bool)
    for first, stop, strand in find_frames(codes, _FRAME_BP):
        place = slice(first, stop) if strand > 0 else slice(len(codes) - stop, len(codes) - first)
        covered[place] = True
    return int(covered.sum())


def _learn_genes(learned: NDArray[np.uint8]) -> Callable[[NDArray[np.uint8]], int] | None:
    """Return what counts the coding bases of a sequence; None without Pyrodigal.

    It is trained on the natural genome: the mode for genomes that nobody knows picks whatever
    finds most genes, and finds 41 % of them in the letters of a Markov chain.
    """
    try:
        from pyrodigal import GeneFinder
    except ImportError:
        return None
    known = learned[learned < UNKNOWN_BASE]
    if len(known) < _FEWEST_BP:
        return None
    finder = GeneFinder()
    finder.train(decode_letters(known))

    def count(codes: NDArray[np.uint8]) -> int:
        covered = np.zeros(len(codes), bool)
        for gene in finder.find_genes(decode_letters(codes)):
            covered[gene.begin - 1 : gene.end] = True
        return int(covered.sum())

    return count


def _find_copy(sequences: Sequence[NDArray[np.uint8]], reader: LanguageReader) -> int:
    return max(reader.find_copy(codes) for codes in sequences)
