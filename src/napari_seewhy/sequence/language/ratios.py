"""Log-likelihood ratios of a language model: a sequence after a change against before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from napari_seewhy.errors import DataError
from napari_seewhy.genome import Genome, decode_letters, encode_letters, read_dna
from napari_seewhy.sequence.language.proteins import (
    AMINO_ACIDS,
    Substitution,
    blosum62,
    check_substitutions,
    find_usage,
    substitute,
    translate,
)
from napari_seewhy.sequence.variants import check_variants

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from napari_seewhy.models.running import Runtime
    from napari_seewhy.progress import Task
    from napari_seewhy.reading.language import LanguageModel
    from napari_seewhy.sequence.variants import Variant


def list_substitutions(path: Path) -> list[str]:
    """Return every amino acid at every place of a coding sequence, such as H24A.

    Raises
    ------
    DataError
        If it is no coding sequence.
    FileError
        If it cannot be read.
    """
    coding = _read_coding(path)
    check_substitutions((), coding)
    return [
        f"{wild}{place}{other}"
        for place, wild in enumerate(translate(coding), 1)
        if wild in AMINO_ACIDS
        for other in AMINO_ACIDS
        if other != wild
    ]


def _read_coding(path: Path) -> NDArray[np.uint8]:
    dna = read_dna(path)
    if len(dna) != 1:
        raise DataError(
            f"{path} holds {len(dna)} sequences; wanted the one coding sequence of the protein."
        )
    return next(iter(dna.values()))


def score_substitutions_steps(
    model: LanguageModel,
    path: Path,
    substitutions: Sequence[Substitution],
    context_bp: int,
    runtime: Runtime,
) -> Task[pd.DataFrame]:
    """Score substitutions of amino acids in a coding sequence.

    Returns
    -------
    DataFrame
        One row each: what it is, ``blosum62``, ``codon usage``, ``model``, ``contexts``.
    """
    coding = _read_coding(path)
    check_substitutions(substitutions, coding)
    usage = find_usage(model.network.get_letters())
    rows, pairs = [], []
    for one in substitutions:
        at, codon = 3 * (one.place - 1), substitute(coding, one, usage)
        low, high = max(at - context_bp, 0), at + 3 + context_bp
        before = coding[low:high]
        after = before.copy()
        after[at - low : at - low + 3] = codon
        pairs.append((before, after))
        old, new = (decode_letters(letters) for letters in (coding[at : at + 3], codon))
        rows.append(
            {
                "mutant": str(one),
                "place": one.place,
                "to": one.other,
                "codon": f"{old}>{new}",
                "blosum62": blosum62(one.wild, one.other),
                "codon usage": float(np.log(usage[new] / usage[old])),
            }
        )
    ratios = yield from _compare_steps(model, pairs, runtime)
    return pd.DataFrame(rows).assign(**ratios)


def score_variants_steps(
    model: LanguageModel,
    path: Path,
    variants: Sequence[Variant],
    context_bp: int,
    runtime: Runtime,
) -> Task[pd.DataFrame]:
    """Score variants of a genome: what each is, ``model`` and ``contexts``."""
    pairs = []
    with Genome(path) as genome:
        check_variants(variants, genome)
        for one in variants:
            start = max(one.start - context_bp, 0)
            end = one.start + len(one.reference) + context_bp
            end = min(end, genome.lengths[genome.find(one.chromosome)])
            before = genome.read(one.chromosome, start, end)
            at = one.start - start
            parts = [before[:at], encode_letters(one.alternative)]
            after = np.concatenate([*parts, before[at + len(one.reference) :]])
            pairs.append((before, after))
    ratios = yield from _compare_steps(model, pairs, runtime)
    table = pd.DataFrame(
        {
            "chromosome": [one.chromosome for one in variants],
            "position": [one.start + 1 for one in variants],
            "name": [one.name for one in variants],
            "reference": [one.reference for one in variants],
            "alternative": [one.alternative for one in variants],
        }
    )
    return table.assign(**ratios)


def _compare_steps(
    model: LanguageModel,
    pairs: Sequence[tuple[NDArray[np.uint8], NDArray[np.uint8]]],
    runtime: Runtime,
) -> Task[dict[str, NDArray[np.float64]]]:
    """Return log-likelihoods of sequences after a change minus before it; equal ones once."""
    from napari_seewhy.reading.language import score_sequences_steps

    every = {codes.tobytes(): codes for pair in pairs for codes in pair}
    place = {key: number for number, key in enumerate(every)}
    before, after = (np.array([place[pair[i].tobytes()] for pair in pairs]) for i in (0, 1))
    ratios = {}
    for name, only_counts in (("model", False), ("contexts", True)):
        scores = yield from score_sequences_steps(
            model, list(every.values()), runtime, only_counts=only_counts
        )
        ratios[name] = scores[after] - scores[before]
    return ratios
