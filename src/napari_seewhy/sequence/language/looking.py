"""One stretch of a genome as a language model reads it: bits per base, and letters it expects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_seewhy.errors import OptionError
from napari_seewhy.genome import LETTERS, UNKNOWN_BASE, Genome, Interval, reverse_complement
from napari_seewhy.models.running import DeviceOptions
from napari_seewhy.sequence.explaining import Worth
from napari_seewhy.sequence.painting import Look, change_letters, find_genes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from napari_seewhy.progress import Task

TRACK = "bits per base"
RECALLED = (
    "the model learned from this stretch; each letter is left out of its own counts, so that bits "
    "are no memory"
)
_MOST_BP = 200_000
_NATS = float(np.log(2))


def look_expected_steps(
    model_path: Path,
    fasta: Path,
    place: Interval,
    changes: Mapping[int, int] | None = None,
    options: DeviceOptions | None = None,
    genes: Path | None = None,
) -> Task[Look]:
    """Measure how sure a language model is of every base of a stretch.

    Parameters are those of `look_steps` without measured tracks; the score of the changes is said.

    Raises
    ------
    DataError, FileError
        As there.
    OptionError
        If the stretch is too long to be shown.
    """
    from napari_seewhy.models.running import choose_runtime
    from napari_seewhy.reading.language import (
        load_language,
        positional_entropies_steps,
        score_sequences_steps,
    )

    model, runtime = load_language(model_path), choose_runtime(options or DeviceOptions())
    runtime.place_network(model.network)
    name, codes, before, _ = _read(fasta, place, model.card.network.window_bp)
    inside = slice(before, before + place.end - place.start)
    bits = yield from positional_entropies_steps(model, codes, runtime)
    changed = None
    note = RECALLED if model.network.is_recalled(codes) else ""
    if changes:
        other = change_letters(codes, changes, place.start - before)
        changed = (yield from positional_entropies_steps(model, other, runtime))[None, inside]
        scores = yield from score_sequences_steps(model, [codes, other], runtime)
        ratio = f"log-likelihood ratio {scores[1] - scores[0]:+.2f} nats"
        note = f"{ratio}; {note}" if note else ratio
    said = bits[None, inside]
    where = Interval(name, place.start, place.end)
    return Look(
        where,
        codes[inside],
        (TRACK,),
        1,
        said,
        np.full(said.shape, np.nan),
        changed,
        unit="Bits per base",
        note=note,
        genes=find_genes(genes, where),
    )


def expect_letters_steps(
    model_path: Path, fasta: Path, place: Interval, options: DeviceOptions | None = None
) -> Task[Worth]:
    """Compare what a language model expects at every base with the letter that stands there.

    Returns
    -------
    Worth
        `effects` are the log probability of each letter minus that of the one that stands there,
        in bits, the mean of both strands; `worth` is their mean over the other letters, negated:
        above 0 where the model expects the letter that is there.

    Raises
    ------
    DataError, FileError, OptionError
        As `look_expected_steps`.
    """
    from napari_seewhy.models.running import choose_runtime
    from napari_seewhy.reading.language import load_language, read_letters_steps

    model, runtime = load_language(model_path), choose_runtime(options or DeviceOptions())
    runtime.place_network(model.network)
    name, codes, before, length = _read(fasta, place, model.card.network.window_bp)
    forward = yield from read_letters_steps(model, codes, runtime)
    turned = np.ascontiguousarray(reverse_complement(codes))
    # The other strand backwards, its letters complemented: A and T, C and G change places.
    backward = (yield from read_letters_steps(model, turned, runtime))[::-1, ::-1]
    said = (forward + backward)[before : before + place.end - place.start].T / (2 * _NATS)
    letters = codes[before : before + place.end - place.start]
    there = said[np.minimum(letters, 3), np.arange(len(letters))]
    effects = np.where(letters < UNKNOWN_BASE, said - there, 0).astype(np.float32)
    worth = -effects.sum(0) / (len(LETTERS) - 1)
    where = Interval(name, place.start, place.end)
    return Worth(where, letters, (TRACK,), length, effects[None], worth[None])


def _read(fasta: Path, place: Interval, margin: int) -> tuple[str, NDArray[np.uint8], int, int]:
    """Return the name, the letters with a margin, how wide it is at the left, and the length."""
    n = place.end - place.start
    if n > _MOST_BP:
        raise OptionError(
            f"{place} has {n:,} bp; choose up to {_MOST_BP:,}, or measure all with seewhy sequence "
            "entropy."
        )
    with Genome(fasta) as genome:
        name = genome.find(place.chromosome)
        length = genome.lengths[name]
        start = max(place.start - margin, 0)
        # The stretch itself first, so that one outside the chromosome is said as it was named.
        genome.read(name, place.start, place.end)
        codes = genome.read(name, start, min(place.end + margin, length))
    return name, codes, place.start - start, length
